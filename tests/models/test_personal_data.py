"""What exposes a private person is found with its context and shown masked only."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.case import mask
from models.personal_data import find, is_public
from models.text import unaccent

# Numbers of no person: identity numbers of province 000, telephone numbers 0900 000 xxx.
SERIOUS = [
    ("id", "CCCD 000 099 000 431"),
    ("id", "Số căn cước công dân: 000099000431, cấp năm 2021"),
    ("id", "căn cước tên Phan Hữu Lộc sinh 1971, số 000 071 000 123"),
    ("id", "CMND: 000.123.456"),
    ("id", "cmt so 000123456"),
    ("id", "Mã định danh cá nhân 000199000431"),
    ("id", "Hộ chiếu số C0000123"),
    ("bank", "STK 0000 1234 8888 Vietcombank"),
    ("bank", "số tài khoản: 000123456700"),
    ("bank", "Chuyển khoản MB Bank: 0000123456789"),
    ("bank", "00001234567 (Agribank) chủ TK Vo Thi Lua"),
    ("bank", "so tk 000011122"),
    ("id", "Giấy tờ tùy thân: CC 000 199 000 431 cấp ngày 02/3/2022"),
    ("id", "so dinh danh cua be la 000199000431"),
    ("id", "passport no. B0000987"),
    ("bank", "ck vào tk 0000 5555 7777 nhé"),
    ("bank", "Techcombank: 0000 1234 5678 90 Vo Thi Lua"),
    ("bank", "So tai khoan ngan hang 0000.1111.2222"),
    ("address", "anh Trần Văn Bảy, tạm trú tại phòng 12, ngõ 45 phố Ví Dụ"),
    ("address", "Ông Đỗ Hữu Phong, trú ngách 19/4 Ngõ Gạch"),
    ("address", "Huỳnh Thị Kim Dung, nhà hẻm 27/8 đường Bờ Kè"),
    ("address", "chị Lan ở số 3 xóm Lũng Cát"),
    ("address", "cháu Anh, trú kiệt 185 Lê Trọng Tấn"),
    ("address", "Địa chỉ 27/8 khu 3, cô Đỗ Thị Lan"),
    ("address", "Nguyễn Văn Nam, thường trú tại số nhà 12, tổ 4, phường Trưng Vương"),
    ("id", "CCCD: 000-099-000-431"),
    ("id", "C.C.C.D: 000099000431 của chị Lan"),
    ("id", "000099000431 là số CCCD của anh Tuấn"),
    ("id", "1. Nguyễn Văn Nam, 000085001234, thôn 3\n2. Trần Thị Bé, 000190005678, thôn 5"),
    ("id", "chứng minh nhân dân: không không không một hai ba bốn năm sáu"),
    ("bank", "Số tài khoản: không không không một hai ba bốn năm sáu bảy"),
    ("address", "Nhà ông Nguyễn Văn Bảy ở số 12 ngõ 45 đường Láng"),
    ("address", "NGUYỄN THỊ MỘNG THÙY, nhà số 8 hẻm 52 đường Tre Xanh"),
]
LIGHT = [
    ("phone", "gọi em Thịnh 0900 000 186"),
    ("phone", "sđt 0900.000.214 nhé"),
    ("phone", "+84 900 000 377"),
    ("phone", "zl 0900000512"),
    ("birth", "Lê Kiều Trang sinh ngày 12/04/1988"),
    ("plate", "xe máy biển 29X1-111.11"),
    ("plate", "ô tô biển số 00A-123.45"),
    ("plate", "xe tải 00C 12345 bỏ chạy"),
    ("plate", "xe máy 00-X1 1234"),
    ("phone", "gọi số +84900000377"),
    ("phone", "liên hệ 0900-000-214"),
    ("birth", "Trần Thị Mẫu, ngày sinh: 2.9.1990"),
    ("phone", "Lan: 0 9 0 0 . 0 0 0 . 2 1 4"),
    ("phone", "gọi 0900 . 000 . 214 nhé"),
    ("phone", "gọi (0900) 000-214 nhé"),
    ("phone", "gọi em số o9oo000214 nha"),
    ("phone", "gọi không chín không không, không không không, hai một bốn"),
    ("birth", "Nguyễn Văn Nam sinh 12 tháng 5 năm 1985"),
    ("birth", "Nguyễn Văn Nam, sinh ngày 02 tháng 5, năm 1985"),
    ("plate", "biển số 00a12345 lấn làn"),
    ("plate", "BKS: 00 A 123 45"),
    ("birth", "Cháu Nguyễn Văn Nam (sn 12-04-2015)"),
]
NOTHING = [
    "",
    "Đường dây nóng 1800 8108 và 113, 114, 115, 111",
    "Hotline: 0900 000 115",
    "Tổng đài chăm sóc khách hàng 0900000999",
    "Mọi tin báo gửi về trực ban Công an xã, số 0900 000 100",
    "Văn phòng UBND xã: 0900 000 101",
    "Ủng hộ qua Ủy ban MTTQ Việt Nam tỉnh, STK 0000 1234 8888 tại Vietcombank",
    "Hội Chữ thập đỏ tỉnh tiếp nhận: số tài khoản 000123456700",
    "Tài khoản của xã còn 000123456 đồng",
    "Tài khoản 1.250.000 đồng bị trừ nhầm",
    "Trụ sở: số 12 đường Lê Lợi, phường Trưng Vương",
    "Cửa hàng Hoa Mai, địa chỉ số 12 đường Trần Phú",
    "Cửa hàng của chị Lan, địa chỉ số 12 đường Trần Phú",
    "Hội nghị tại nhà văn hóa tổ 7, đường Nguyễn Du",
    "Nguyễn Văn Nam (SN 1990, trú xã Phú Đình) bị khởi tố",
    "Năm 2026 cả tỉnh có 123456789 lượt xem, tăng 12 %",
    "Nghị định 356/2025/NĐ-CP ngày 31/12/2025",
    "Gọi 156 hoặc nhắn 5656 để phản ánh cuộc gọi rác",
    "Tổng đài 1900 1234, 1800 8108 và 1022",
    "Chủ tịch Hồ Chí Minh sinh ngày 19/5/1890",
    "Trường thành lập ngày 20/11/1990",
    "Hợp đồng số 000123456/2026/HĐ-KT",
    "Mã số thuế 0100109106 của công ty",
    "Công ty TNHH Ví Dụ, STK 0000 1234 8888 Vietcombank",
    "Quỹ Vì người nghèo, số tài khoản 000123456700",
    "Tài khoản Zalo 0 đồng cho học sinh",
    "Tài khoản Facebook 123456789 người theo dõi",
    "Lúc 14h30 ngày 12/04/2025 tại ngã tư số 3 đường Lê Lợi",
    "Điều 29 khoản 1, mục 12345 của phụ lục",
    "Toạ độ 21.0285 105.8542",
    "Tỷ số 29-1 sau 12345 lượt ném",
    "Số hiệu chuyến bay VN 1234, máy bay 29A",
    "ISBN 978 604 123 456 7",
    "Mã vạch 8934567890123",
    "QCVN 29:2010/BTNMT",
    "Nhà hàng Sen Vàng ở số 12 ngõ 45 phố Ví Dụ, anh Nam giới thiệu",
    "Vụ việc xảy ra ngày 12/04/2025 tại km 12+300",
    "Căn cước là giấy tờ tùy thân của công dân từ 14 tuổi",
    "Vé số 123456 trúng giải",
    "Đơn hàng 000099000431 đang giao",
    "Anh Phúc nói thịt lợn ở chợ từ 140k-200k/1kg, ở siêu thị 250k-300k/1kg",
    "Cầu thủ Nguyễn Văn Nam ghi bàn ở vòng 26 V-League 2025/2026",
    "Chị Hoa cho biết giá ở mức cao từ 1/1/2027",
    "Xã giữ vững xếp hạng ở vị trí thứ 01/63, ông Trần Văn Bình nói",
    "Nổ súng tại số nhà 17 đường Phan Bội Châu",
    "Từ 03.12.2024-05.12.2024 anh Nam nghỉ phép",
    "Lịch trực 05 . 12 . 2024 - 09 . 12 . 2024",
    "Làm căn cước từ ngày 01-07-2024, 5 ngày là xong",
    "Năm 2024, 2025, 2026 tỉnh Ví Dụ đều được mùa",
    "Trò chơi: một hai ba bốn năm sáu bảy tám chín mười",
    "Đơn hàng 000099000431 của chị Lan đang giao",
    "https://vidu.vn/bai-000099000431.html Nguyễn Văn Nam viết",
    "Hai ba năm nữa, bảy tám nhà máy, chín mười xã",
    "Biển số nhà 12345 phố Ví Dụ",
    "Dân ở phố Nguyễn Trãi, ngõ 45 kêu mất nước",
    "Hà Nội: dân ở khu tập thể 17 phố Thụy Khuê bức xúc",
]


@pytest.mark.parametrize(("kind", "text"), SERIOUS)
def test_serious_finds(kind: str, text: str) -> None:
    """Identity and bank numbers, and a name with a home address, are serious."""
    assert (kind, True) in [(one.kind, one.serious) for one in find(text)]


@pytest.mark.parametrize(("kind", "text"), LIGHT)
def test_finds_to_blur(kind: str, text: str) -> None:
    """A telephone number, a birth date with a name and a number plate are only to be blurred."""
    assert [(one.kind, one.serious) for one in find(text)] == [(kind, False)]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_nobodys_personal_data(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(("kind", "text"), SERIOUS + LIGHT)
def test_spelling_does_not_hide_it(kind: str, text: str) -> None:
    """Without accents, in the other Unicode form, with characters that cannot be seen."""
    for other in (unaccent(text), unicodedata.normalize("NFD", text), "\u200b".join(text)):
        assert kind in [one.kind for one in find(other)], other


@pytest.mark.parametrize(("kind", "text"), SERIOUS + LIGHT)
def test_nothing_is_shown_unmasked(kind: str, text: str) -> None:
    """The middle of what was found stands in no answer."""
    for one in find(text):
        assert "*" in one.masked
        assert max(len(run) for run in re.findall(r"\d*", one.masked)) <= 4
    assert kind


def test_a_number_is_shown_by_its_ends() -> None:
    assert [one.masked for one in find("gọi 0900 000 456")] == ["090***456"]
    assert [one.masked for one in find("CCCD 079087000552")] == ["079***552"]


def test_two_numbers_in_a_row_are_two() -> None:
    assert [one.masked for one in find("LH 0900000186 0900000214")] == ["090***186", "090***214"]


def test_one_thing_is_told_once() -> None:
    assert len(find("0900 000 186 hoặc 0900.000.186, gọi 0900000186")) == 1


def test_an_identity_number_is_no_telephone_number() -> None:
    assert [one.kind for one in find("Số căn cước 0900 0000 0186")] == ["id"]


@pytest.mark.parametrize("number", ["111", "113", "156", "5656", "1022", "18008108", "19001234"])
def test_hotlines_and_service_numbers_are_the_publics(number: str) -> None:
    assert is_public(number)
    assert number in mask(f"Gọi {number} để được hỗ trợ")


@pytest.mark.parametrize("number", ["0900000186", "190012345", "19001234567890", "000199000431"])
def test_other_numbers_are_somebodys(number: str) -> None:
    """An account or an identity number may begin like a service number: it is longer."""
    assert not is_public(number)
    assert number not in mask(f"Gọi {number} để được hỗ trợ")


WORDS = st.text(
    alphabet=st.sampled_from(
        "aăâbcdđeêghiklmnoôơpqrstuưvxyàáạảãếộ0123456789 .-/:\n\u200b\u0301АВео"
    ),
    max_size=300,
)


@given(WORDS, WORDS)
def test_any_text_is_read_without_error_and_masked(before: str, after: str) -> None:
    """A private number is found wherever it stands as a number of its own."""
    found = find(f"{before}\nLH: 0900 000 187\n{after}")
    assert ("phone", "090***187") in [(one.kind, one.masked) for one in found]
    assert all(len(re.sub(r"[\D]", "", one.masked)) <= 8 for one in found)


def test_a_very_long_text_is_read_at_both_ends() -> None:
    filler = "Bản tin thời tiết hôm nay có mưa rào. " * 5000
    assert find(f"gọi 0900 000 188 {filler}") != ()
    assert find(f"{filler} gọi 0900 000 188") != ()

"""What exposes a private person is found with its context and shown masked only."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.personal_data import find
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
    ("address", "Ông Đỗ Hữu Phong, trú ngách 19/4 Ngõ Gạch"),
    ("address", "Huỳnh Thị Kim Dung, nhà hẻm 27/8 đường Bờ Kè"),
    ("address", "chị Lan ở số 3 xóm Lũng Cát"),
    ("address", "cháu Anh, trú kiệt 185 Lê Trọng Tấn"),
    ("address", "Địa chỉ 27/8 khu 3, cô Đỗ Thị Lan"),
    ("address", "Nguyễn Văn Nam, thường trú tại số nhà 12, tổ 4, phường Trưng Vương"),
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
    "Vụ việc xảy ra ngày 12/04/2025 tại km 12+300",
    "Căn cước là giấy tờ tùy thân của công dân từ 14 tuổi",
    "Vé số 123456 trúng giải",
    "Đơn hàng 000099000431 đang giao",
    "Anh Phúc nói thịt lợn ở chợ từ 140k-200k/1kg, ở siêu thị 250k-300k/1kg",
    "Cầu thủ Nguyễn Văn Nam ghi bàn ở vòng 26 V-League 2025/2026",
    "Chị Hoa cho biết giá ở mức cao từ 1/1/2027",
    "Xã giữ vững xếp hạng ở vị trí thứ 01/63, ông Trần Văn Bình nói",
    "Nổ súng tại số nhà 17 đường Phan Bội Châu",
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

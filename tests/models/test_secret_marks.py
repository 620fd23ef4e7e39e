"""Marks as they reach a chat: scanned, retyped, flattened; and texts that only speak of secrets."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.secrets import circulation_mark, secret_mark

PAPER = "UBND TỈNH VÍ DỤ\nSỞ TÀI CHÍNH\n{}\nSố: 12/BC-STC\nBÁO CÁO\nVề tình hình quý III\n"
LONG = "Hôm nay thời tiết đẹp, bà con ra đồng gặt lúa rất đông vui. " * 8

MARKED = [
    ("MẬT", "MẬT\nBáo cáo quý III"),
    ("MẬT", "MẬT"),
    ("TỐI MẬT", "TỐI MẬT\nKế hoạch"),
    ("TUYỆT MẬT", "TUYỆT MẬT\nKế hoạch"),
    ("TUYỆT MẬT", "T U Y Ệ T  M Ậ T\nKế hoạch"),
    ("TỐI MẬT", "T Ố I   M Ậ T\nKế hoạch"),
    ("MẬT", "M Ậ T\nKế hoạch"),
    ("TUYỆT MẬT", "TUYET MAT\nKe hoach"),
    ("TỐI MẬT", "TOI MAT\nKe hoach"),
    ("MẬT", "MAT\nBAO CAO\nSo: 12/BC-STC"),
    ("TỐI MẬT", "TỐl MẬT\nKế hoạch"),
    ("TỐI MẬT", "T0I MẬT\nKế hoạch"),
    ("MẬT", "M4T\nBÁO CÁO"),
    ("MẬT", "* MẬT *\nKế hoạch"),
    ("MẬT", "--- MẬT ---\nKế hoạch"),
    ("MẬT", "[MẬT]\nKế hoạch"),
    ("MẬT", "(MẬT)\nKế hoạch"),
    ("MẬT", "<<MẬT>>\nKế hoạch"),
    ("MẬT", "“MẬT”\nKế hoạch"),
    ("MẬT", "🔴 MẬT 🔴\nKế hoạch"),
    ("TỐI MẬT", "TỐI MẬT.\nKế hoạch"),
    ("MẬT", "TỐI\nMẬT\nSố: 12/KH-UBND"),
    ("MẬT", "Độ mật: Mật\nKế hoạch"),
    ("TỐI MẬT", "Độ mật: Tối mật\nKế hoạch"),
    ("TUYỆT MẬT", "Mức độ mật: TUYỆT MẬT\nKế hoạch"),
    ("MẬT", "Số: 12/BC-STC (MẬT)\nBáo cáo"),
    ("MẬT", "Số: 12/BC-STC (Mật)\nBáo cáo"),
    ("MẬT", "Số: 12/BC-STC MẬT\nBáo cáo"),
    ("TỐI MẬT", "Số: 45-BC/TU TỐI MẬT\nBáo cáo"),
    ("MẬT", "MẬT - Số: 12/BC-STC\nBáo cáo"),
    ("MẬT", "UBND TỈNH VÍ DỤ MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Số: 12/BC-STC"),
    ("MẬT", "UBND TỈNH VÍ DỤ    MẬT\nSố: 12/BC-STC"),
    ("MẬT", PAPER.format("MẬT")),
    ("TUYỆT MẬT", PAPER.format("TUYỆT MẬT")),
    ("TỐI MẬT", PAPER.format("TỐI MẬT\nKHẨN")),
    ("MẬT", PAPER.format("MẬT - KHẨN")),
    ("MẬT", PAPER.format("HỎA TỐC\nMẬT")),
    ("TỐI MẬT", PAPER.format("TỐI MẬT - Bản số 02")),
    ("MẬT", "Em gửi các anh chị văn bản này, đọc kỹ giúp em nhé!\n" + PAPER.format("MẬT")),
    ("MẬT", LONG + "\n\n" + PAPER.format("MẬT")),
    ("MẬT", "TÀI LIỆU MẬT\nKế hoạch phòng thủ"),
    ("TỐI MẬT", "[TỐI MẬT] Báo cáo quý III"),
    ("MẬT", "\u200bM\u200bẬ\u200bT\nKế hoạch"),
    ("MẬT", "МẬТ\nKế hoạch"),  # Cyrillic М and Т
    ("MẬT", "ＭẬＴ\nKế hoạch"),
    ("MẬT", "M\u0332Ậ\u0332T\u0332\nKế hoạch"),  # drawn under
    ("MẬT", "Số: 12/BC-STC M\u0332Ậ\u0332T\u0332\nBáo cáo"),
    ("TỐI MẬT", LONG + "\n\nTỐI MẬT\nKế hoạch của phần thứ hai trong một bộ ảnh"),
    ("TUYỆT MẬT", "\u202eTUYỆT MẬT\nKế hoạch"),
    ("MẬT", "\n\n\n   MẬT   \n\nKế hoạch"),
    ("MẬT", "MẬT\r\nKế hoạch"),
    ("TUYỆT MẬT", "TUYỆT-MẬT\nKế hoạch"),
    ("TUYỆT MẬT", "TUYỆTMẬT\nKế hoạch"),
    ("TUYỆT MẬT", "TUYỆI MẬT\nKế hoạch"),  # a T read as I, or as l
    ("TUYỆT MẬT", "TUYỆT MẬl\nKế hoạch"),
    ("TUYỆT MẬT", "TUYẾỆT MẬT\nKế hoạch"),  # an accent read as a letter more
    ("TUYỆT MẬT", "TUYẾT MẬT\nKế hoạch"),
    ("TUYỆT MẬT", "Tuyệt mật\nKế hoạch"),
    ("TỐI MẬT", "Tài liệu tối mật\nKế hoạch"),
    ("MẬT", "MÄT\nKế hoạch"),  # accents read as dots
    ("TUYỆT MẬT", "TUYËT MÂT\nKế hoạch"),
    ("MẬT", PAPER.format("MẬT (Bản số: 05)")),
    ("TỐI MẬT", "TỐI MẬT\nBản số 03"),
    ("TỐI MẬT", "TỐI MẬT Bản số 03\nKế hoạch"),
    ("MẬT", PAPER.format("Mật")),  # typed anew, where a paper's head stands
    ("TỐI MẬT", "- TỐI MẬT\n- Số: 12/BC-STC"),
]
FREE = [
    "Mật ong rừng U Minh được mùa, bà con phấn khởi",
    "MẬT ONG RỪNG NGUYÊN CHẤT\nGiá 300.000 đồng một lít",
    "MẬT ONG",
    "MẬT KHẨU",
    "MẬT KHẨU WIFI: hoisinh2026",
    "MẬT THƯ TRẠI HÈ\nĐội nào giải trước sẽ thắng",
    "BẢO MẬT THÔNG TIN\nMười điều cần nhớ",
    "BẢO MẬT",
    "BÍ MẬT CỦA HẠNH PHÚC",
    "BÍ MẬT",
    "Độ mật: Tuyệt mật, Tối mật và Mật\nGiải thích luật mới",
    "SỞ Nông nghiệp giới thiệu sản phẩm MẬT\nSáng nay",
    "UBND TỈNH VÍ DỤ TẬP HUẤN BẢO MẬT\nSáng nay",
    "Ba độ mật: tối mật và mật\nGiải thích",
    "CÔNG AN TỈNH BÓC GỠ Ổ NHÓM BUÔN MẬT GẤU\nSáng nay",
    "Tuyệt mật ong bạc hà Mèo Vạc",
    "TÀI LIỆU MẬT CỦA MỸ BỊ RÒ RỈ\nBáo chí phương Tây đưa tin",
    "HỒ SƠ TUYỆT MẬT VỀ UFO ĐƯỢC CÔNG BỐ\nLầu Năm Góc nói gì",
    "MỸ GIẢI MẬT HỒ SƠ KENNEDY",
    "Đã giải mật",
    "GIẢI MẬT",
    "Độ mật: Không",
    "Độ mật: Thường\nKế hoạch",
    "KHẨN\nSố: 12/CĐ-UBND",
    "HỎA TỐC\nCông điện về bão số 13",
    "THƯỢNG KHẨN\nSố: 3/CĐ-TW",
    "Khởi tố cựu cán bộ làm lộ tài liệu mật của Nhà nước",
    "Luật Bảo vệ bí mật nhà nước quy định ba độ mật: Tuyệt mật, Tối mật và Mật.",
    "Bí mật nhà nước có ba độ: tuyệt mật, tối mật, mật",
    "Cán bộ không được gửi văn bản MẬT qua Zalo, Công an tỉnh nhắc nhở.",
    "Quy định mới: dấu MẬT đóng ở đâu trên văn bản?",
    "MẶT TRẬN TỔ QUỐC\nKêu gọi ủng hộ",
    "MẮT\nKhám mắt miễn phí cho người cao tuổi",
    "MẤT ĐIỆN\nLịch cắt điện tuần này",
    "MẤT",
    "THÂN MẬT\nGặp mặt cựu giáo chức",
    "MẬT ĐỘ DÂN SỐ",
    "MẬT MÍA QUÊ EM",
    "VƯỜN MẬT NGỌT",
    "Mật",
    "MAT XA CHÂN",
    "TỐI NAY MẤT ĐIỆN",
    "TỐI MAI HỌP TỔ DÂN PHỐ",
    "Thuyết tuyệt đối",
    "Mật danh X30, phim mới chiếu rạp",
    "UBND TỈNH VÍ DỤ\nSố: 12/BC-STC\nBáo cáo về sản lượng mật ong",
    LONG + "\nMẬT\n" + LONG,
    "“Tuyệt mật”\nChữ ấy nằm trên bìa hồ sơ mà cơ quan điều tra thu giữ.",
    "Phân biệt các dấu độ mật:\n- TUYỆT MẬT\n- TỐI MẬT\n- MẬT\nNguồn: Bộ Công an",
    "Ba dấu, ba màu:\n• Tuyệt mật\n• Tối mật",
    "TỐI MAI\nHọp tổ dân phố",
    "Tuyết Mật\nQuán chè ngon nhất phố",
    "TÔI MAI\nSinh năm 1990",
    "Mật\nPhim chiếu tối nay trên VTV1",
    "",
]


@pytest.mark.parametrize(("mark", "text"), MARKED)
def test_a_mark_is_found(mark: str, text: str) -> None:
    assert secret_mark(text) == mark


@pytest.mark.parametrize(("mark", "text"), MARKED)
def test_a_mark_is_found_in_the_other_unicode_form(mark: str, text: str) -> None:
    assert secret_mark(unicodedata.normalize("NFD", text)) == mark


@pytest.mark.parametrize("text", FREE)
def test_a_text_that_only_speaks_of_secrets_is_free(text: str) -> None:
    assert secret_mark(text) is None
    assert secret_mark(unicodedata.normalize("NFD", text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "LƯU HÀNH NỘI BỘ\nKế hoạch",
        "(Lưu hành nội bộ)\nKế hoạch",
        "TÀI LIỆU LƯU HÀNH NỘI BỘ",
        "* LƯU HÀNH NỘI BỘ *\nKế hoạch",
        "L Ư U  H À N H  N Ộ I  B Ộ\nKế hoạch",
        "LUU HANH NOI BO\nKe hoach",
        "XEM XONG TRẢ LẠI\nKế hoạch",
        "Kế hoạch\nDòng một\nXEM XONG TRẢ LẠI",
        "Số: 12/KH-UBND (LƯU HÀNH NỘI BỘ)\nKế hoạch",
        PAPER.format("LƯU HÀNH NỘI BỘ"),
    ],
)
def test_a_circulation_mark_is_found(text: str) -> None:
    assert circulation_mark(text) is not None
    assert circulation_mark(unicodedata.normalize("NFD", text)) is not None
    assert secret_mark(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Sách lưu hành nội bộ bị bán tràn lan trên mạng",
        "Công ty in giáo trình lưu hành nội bộ cho sinh viên năm nhất",
        "Xem xong trả lại ghế về chỗ cũ giúp em nhé",
        "Đề cương này chỉ lưu hành nội bộ hay được phát cho dân? Mọi người cho ý kiến",
        "MẬT\nKế hoạch",
        "KHẨN",
        "",
    ],
)
def test_words_about_circulation_are_no_mark(text: str) -> None:
    assert circulation_mark(text) is None


ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáạảãếệộốMẬTỐI \n.,:()*-0123456789\u200b\u0301\u0323АВеом"


@given(st.text(alphabet=ALPHABET, max_size=400))
def test_any_text_is_read_without_error(text: str) -> None:
    secret_mark(text)
    circulation_mark(text)


INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad\u2060"


@given(
    st.sampled_from(["MẬT", "TỐI MẬT", "TUYỆT MẬT"]),
    st.sampled_from(["NFC", "NFD"]),
    st.text(alphabet=INVISIBLE, max_size=3),
    st.sampled_from(["{}", "* {} *", "[{}]", "({})", "— {} —", "{}.", "  {}  "]),
    st.lists(st.sampled_from(["UBND XÃ VÍ DỤ", "Số: 9/BC-UBND", "BÁO CÁO", ""]), max_size=5),
)
def test_a_stamp_is_found_however_it_is_written(
    mark: str, form: str, unseen: str, frame: str, above: list[str]
) -> None:
    """Both Unicode forms, characters that cannot be seen, brackets, and lines of a head above."""
    letters = unseen.join(unicodedata.normalize(form, mark))
    text = "\n".join([*above, frame.format(letters), "Về tình hình quý III"])
    assert secret_mark(text) == mark


@given(st.sampled_from(["ONG", "KHẨU", "THƯ", "ĐỘ", "MÍA", "DANH", "VỤ"]), st.booleans())
def test_a_longer_word_is_no_mark(rest: str, framed: bool) -> None:
    line = f"MẬT {rest}"
    assert secret_mark(f"* {line} *\nxin chào" if framed else f"{line}\nxin chào") is None


def test_a_mark_far_below_the_head_is_a_word_of_the_text() -> None:
    lines = "\n".join(f"Dòng thứ {n} của bài viết" for n in range(40))
    assert secret_mark(f"{lines}\nMẬT") is None

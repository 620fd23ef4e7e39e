"""An office's own messages are told from posts that somebody wants weighed."""

import unicodedata

import pytest

from models.text import unaccent
from models.worknotice import is_work_notice

WORK = [
    "GIẤY MỜI\nKính mời các đồng chí dự họp giao ban lúc 8h00 thứ Hai tại phòng họp số 2.",
    "Kính gửi các đ/c, chiều nay 14h họp cơ quan, đề nghị có mặt đúng giờ.",
    "Lịch trực tuần 47: thứ Hai anh Bình, thứ Ba chị Hoa, thứ Tư anh Sơn.",
    "Phân công trực Tết Dương lịch: 01/01 đồng chí Lan; 02/01 đồng chí Tuấn.",
    "Đề nghị các phòng gửi báo cáo trước 16h thứ Sáu.",
    "Họp trực tuyến lúc 9h, thành phần: lãnh đạo các phòng, link bên dưới.",
    "Thời gian: 14h00 ngày 25/11. Địa điểm: hội trường tầng 3. Thành phần: toàn thể chuyên viên.",
    "Nhờ anh chị cho ý kiến dự thảo kế hoạch trước chiều mai ạ.",
    "Em xin phép nghỉ sáng mai đưa con đi khám ạ.",
    "Cảm ơn anh ạ!",
    "Vâng ạ, em đã nhận được.",
    "Dạ vâng, em rõ rồi ạ.",
    "Chúc mừng sinh nhật chị Hạnh 🎂",
    "Sinh hoạt chi bộ tháng 11 chuyển sang 15h thứ Năm.",
]
POSTS = [
    "Sáng nay tại xã Phú Đình, hơn hai trăm hộ dân phấn khởi nhận giống lúa mới do trạm khuyến "
    "nông cấp, kịp gieo vụ đông xuân. Cán bộ xã đến từng nhà chỉ cách ngâm ủ, chăm bón, phòng "
    "trừ sâu bệnh. Nhiều hộ nói vụ này sẽ trúng lớn. "
    "Theo trưởng thôn, tin cũ là trong buổi họp giao ban, xã đã hứa hỗ trợ.",
    "Lịch trực tiếp bóng đá hôm nay: U19 Việt Nam gặp U19 Thái Lan",
    "Khẩn, thông tin này xin nhờ các anh chị chia sẻ càng nhiều người càng tốt.",
    "Đồng chí Bí thư Tỉnh ủy chủ trì hội nghị, dự cuộc họp có đại diện các sở; nội dung chính là "
    "chuẩn bị cho năm học mới, thời gian tới tỉnh sẽ xây thêm 20 trường.",
    "Bão số 13 đổ bộ, ba xã ven biển mất điện, người dân được sơ tán an toàn trước 20h.",
    "Cảm ơn các chiến sĩ công an đã tìm được cháu bé sau hai ngày, cả làng thức trắng đêm đón cháu "
    "về trong niềm vui khôn xiết của gia đình.",
    "Thanh niên xã Phú Đình trồng 2.000 cây xanh dọc bờ kênh.",
    "Nghe nói mai cả tỉnh mất điện ba ngày, mọi người tích nước nhé.",
    "Công an triệt phá đường dây làm giả sổ đỏ hoạt động tại bốn tỉnh.",
    "Giá xăng tăng 300 đồng một lít từ chiều nay.",
    "",
    "   \n ",
    "🌾🌾🌾",
]


@pytest.mark.parametrize("text", WORK)
def test_office_business_is_a_work_notice(text: str) -> None:
    assert is_work_notice(text)


@pytest.mark.parametrize("text", WORK)
def test_spelling_does_not_matter(text: str) -> None:
    """Without accents, in the other Unicode form, in capitals, with invisible characters."""
    assert is_work_notice(unicodedata.normalize("NFD", text))
    assert is_work_notice(text.upper())
    assert is_work_notice("\u200b".join(text))


@pytest.mark.parametrize("text", WORK[:8])
def test_work_typed_without_accents(text: str) -> None:
    assert is_work_notice(unaccent(text))


@pytest.mark.parametrize("text", POSTS)
def test_a_post_is_no_work_notice(text: str) -> None:
    assert not is_work_notice(text)


@pytest.mark.parametrize(
    "words",
    [
        "Nghe nói sắp sáp nhập thêm lần nữa.",
        "Chia sẻ gấp cho mọi người biết!",
        "Bạn đã trúng thưởng xe máy.",
        "Cài ứng dụng tại liên kết này.",
    ],
)
def test_a_notice_with_rumour_or_bait_is_weighed(words: str) -> None:
    assert not is_work_notice(f"Kính mời các đồng chí dự họp giao ban. {words}")


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "LƯU HÀNH NỘI BỘ"])
def test_a_marked_paper_is_never_a_mere_notice(mark: str) -> None:
    assert not is_work_notice(f"{mark}\nGIẤY MỜI\nKính mời các đồng chí dự họp giao ban.")


def test_a_courtesy_counts_in_a_few_words_only() -> None:
    assert is_work_notice("Xin cảm ơn anh chị")
    assert not is_work_notice("Xin cảm ơn " + "bà con đã ủng hộ bài viết của xã chúng tôi " * 3)


def test_what_stands_far_down_does_not_make_a_notice() -> None:
    news = "Đoàn công tác khảo sát tuyến đê dài tám cây số qua ba xã ven sông. " * 15
    assert not is_work_notice(news + "Lịch trực tuần này.")

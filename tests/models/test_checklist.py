"""What each check answers, with the words it rests on."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import personal_data
from models.case import mask
from models.checklist import Checklist, strictest
from models.checks import CHECKS
from models.checks.dates import age, published
from models.packfile import load_packs
from models.phrases import Phrases
from models.post import Origin
from models.verdict import Finding, Level, Status, Tone
from tests.models.weighing import GATHERED, PRESS, SENTENCE, STATE, STRANGE, case

PASS, FAIL, UNKNOWN, NA, ASK = Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NA, Status.ASK
HIDDEN = Origin("hidden", name="Một người dùng")
RUSSIAN = "Правительство объявило о новых мерах."
CHINESE = "中国政府宣布了新的措施以保护沿海地区免受洪水影响。"
ENGLISH = "The government announced on Monday that all schools will remain closed until Thursday."

TABLE: list[tuple[str, str, tuple[str, ...], dict[str, Any], Status, str]] = [
    # check, text, links, more, status, evidence
    ("not_shown", SENTENCE, (), {}, NA, ""),
    ("ask_people", SENTENCE, (), {}, ASK, ""),
    ("ask_video", SENTENCE, (), {"media": ("video",)}, ASK, ""),
    ("ask_video", SENTENCE, (), {"media": ("photo",)}, NA, ""),
    ("approved_video", SENTENCE, (PRESS,), {"media": ("video",)}, UNKNOWN, ""),
    ("approved_video", SENTENCE, (PRESS,), {"media": ("photo",)}, NA, ""),
    ("readable", "", (), {"media": ("photo", "photo")}, UNKNOWN, "photo"),
    ("readable", "👍👍", (), {}, UNKNOWN, ""),
    ("readable", "", (PRESS,), {}, PASS, ""),
    ("vietnamese", ENGLISH, (PRESS,), {}, UNKNOWN, "The government announced on Monday"),
    ("vietnamese", SENTENCE, (), {}, PASS, ""),
    ("context", "Xem đi", (PRESS,), {}, FAIL, "Xem đi"),
    ("vietnamese", RUSSIAN, (), {}, UNKNOWN, RUSSIAN),
    ("context", SENTENCE, (), {}, PASS, ""),
    ("context", "👍👍", (), {}, PASS, ""),
    ("context", "https://vnexpress.net/4981234", ("https://vnexpress.net/4981234",), {}, FAIL, ""),
    ("context", CHINESE, (), {}, PASS, ""),
    ("context", "Lan 0912345678", (), {}, FAIL, "091***78"),
    # known source
    ("known_source", SENTENCE, (STATE,), {}, PASS, "phuongvidu.gov.vn"),
    ("known_source", SENTENCE, (PRESS,), {}, PASS, "vnexpress.net"),
    ("known_source", SENTENCE, (PRESS,), {"origin": HIDDEN}, PASS, "vnexpress.net"),
    ("known_source", SENTENCE, (PRESS, STRANGE), {}, UNKNOWN, "tinvuivn.example"),
    ("known_source", SENTENCE, (), {"origin": HIDDEN}, UNKNOWN, "Một người dùng"),
    ("known_source", SENTENCE, (), {}, FAIL, ""),
    ("known_source", SENTENCE, (), {"draft": True}, PASS, ""),
    ("known_source", SENTENCE, (STRANGE,), {"draft": True}, UNKNOWN, "tinvuivn.example"),
    ("known_source", SENTENCE, (GATHERED,), {}, PASS, ""),
    ("original_page", SENTENCE, (GATHERED,), {}, FAIL, "soha.vn"),
    ("original_page", SENTENCE, (PRESS,), {}, PASS, ""),
    ("full_link", SENTENCE, ("https://bit.ly/tin",), {}, UNKNOWN, "bit.ly"),
    ("full_link", SENTENCE, (PRESS, "https://bit.ly/tin"), {}, UNKNOWN, "bit.ly"),
    ("full_link", SENTENCE, (PRESS,), {}, PASS, ""),
    ("known_source", SENTENCE, ("https://bit.ly/tin",), {}, PASS, ""),
    ("trap_link", SENTENCE, ("https://dichvucong.xgovvn.net/",), {}, FAIL, "xgovvn.net"),
    ("trap_link", SENTENCE, (STATE,), {}, PASS, ""),
    ("plain_link", SENTENCE, ("http://203.0.113.7/bai",), {}, UNKNOWN, "203.0.113.7"),
    ("plain_link", SENTENCE, (PRESS,), {}, PASS, ""),
    # hearsay
    ("verified_claim", "Nghe nói mai cắt nước cả phường", (), {}, FAIL, "Nghe nói mai cắt nước"),
    ("verified_claim", "nghe noi mai cat nuoc ca phuong", (), {}, FAIL, "nghe noi"),
    ("unhurried", "Mọi người chia sẻ gấp giúp nhé", (), {}, FAIL, "chia sẻ gấp"),
    ("unhurried", "Mọi người chia sẻ gấp giúp nhé", (STATE,), {}, PASS, ""),
    ("unhurried", SENTENCE, (), {}, PASS, ""),
    ("verified_claim", SENTENCE, (), {"unverified": 0.9}, FAIL, "khánh thành"),
    ("verified_claim", SENTENCE, (PRESS,), {"unverified": 0.9}, PASS, ""),
    ("verified_claim", "Nghe nói mai cắt nước cả phường", (PRESS,), {}, FAIL, "Nghe nói"),
    ("verified_claim", "Công an xử phạt người đồn rằng sắp vỡ đập", (PRESS,), {}, PASS, ""),
    ("verified_claim", SENTENCE, (), {}, PASS, ""),
    # shouting
    ("plain_words_unsourced", "SỐC: điều này khiến", (), {"sensational": 0.9}, FAIL, "SỐC"),
    ("plain_words_unsourced", "SỐC: điều này", (PRESS,), {"sensational": 0.9}, PASS, ""),
    ("plain_words_sourced", "SỐC: điều này khiến", (PRESS,), {"sensational": 0.9}, FAIL, "SỐC"),
    ("plain_words_sourced", "SỐC", (), {"sensational": 0.9, "draft": True}, FAIL, "SỐC"),
    ("plain_words_sourced", SENTENCE, (PRESS,), {}, PASS, ""),
    # old news
    ("fresh", SENTENCE, ("https://vidu.vn/2023/05/12/a.html",), {}, FAIL, "12/5/2023"),
    ("fresh", "Sáng 12/5/2023, cầu treo bị sập.", (), {}, FAIL, "cách đây 3 năm 6 tháng"),
    ("fresh", "Sáng 12/11/2026, cầu treo thông xe.", (), {}, PASS, ""),
    # harm
    ("scam", "Bạn đã trúng thưởng xe máy, nộp phí", (STRANGE,), {"scam": 0.7}, FAIL, "trúng"),
    ("scam", "Cài ứng dụng VNeID mới theo đường dẫn", (STRANGE,), {}, FAIL, "Cài ứng dụng"),
    ("scam", "Tải về tại đây nhé cả nhà", ("https://vidu.example/a.apk",), {}, FAIL, ".apk"),
    ("scam", "Cảnh báo thủ đoạn mời cài ứng dụng lạ", (STRANGE,), {"scam": 0.7}, PASS, ""),
    ("scam", "Cảnh báo thủ đoạn mời cài ứng dụng lạ", (PRESS,), {"scam": 0.9}, PASS, ""),
    ("scam", "Ngân hàng giảm lãi suất cho vay mua nhà", (), {"scam": 0.7}, PASS, ""),
    ("scam", "Ngân hàng gọi chị nộp tiền gấp!!!", (), {"scam": 0.7}, FAIL, "Ngân hàng"),
    # a plain offer of goods is no trap, one of work must surely be one; banned goods or a
    # stranger's page make it none
    ("scam", "Nem rán 50k/hộp, ib em nhé!", (), {"scam": 0.8, "commercial": 0.95}, PASS, ""),
    ("scam", "Nem rán 50k/hộp, ib em!", (), {"scam": 0.97, "commercial": 0.95}, PASS, ""),
    ("scam", "Tuyển phụ bếp, ib em nhé!", (), {"scam": 0.8, "commercial": 0.95}, PASS, ""),
    ("scam", "Tuyển CTV chốt đơn, ib em!", (), {"scam": 0.9, "commercial": 0.95}, FAIL, "Tuyển"),
    ("scam", "Nem rán 50k, ib em!", (STRANGE,), {"scam": 0.8, "commercial": 0.95}, FAIL, "Nem"),
    ("scam", "Pod vị nho, ib em!", (), {"scam": 0.8, "commercial": 0.95}, FAIL, "Pod"),
    ("scam", "Ai bị lừa qua mạng cần lấy lại tiền, nhắn tin!", (), {"scam": 0.7}, FAIL, "lấy lại"),
    ("scam", "Bị lừa thì báo công an để lấy lại tiền, liên hệ!", (), {"scam": 0.7}, PASS, ""),
    ("scam", "Trị tiểu đường dứt điểm, ship toàn quốc", (), {"scam": 0.4}, FAIL, "dứt điểm"),
    (
        "scam",
        "Tủ lạnh người bệnh tiểu đường dùng, lau qua là sạch, inbox",
        (),
        {"scam": 0.4},
        PASS,
        "",
    ),
    ("scam", "Có trang nhận lấy lại tiền, đừng liên hệ!", (), {"scam": 0.98}, PASS, ""),
    ("scam", "Tra phạt nguội ở trang này", ("https://csgt.vn",), {"scam": 0.97}, PASS, ""),
    ("scam", "Tra ở đây, nhận thưởng!", ("https://csgt.vn",), {"scam": 0.97}, FAIL, "nhận thưởng"),
    ("scam", "Khai vào đây để nhận", ("https://forms.gle/abc",), {"scam": 0.97}, FAIL, ""),
    ("scam", "Đừng bấm link lạ, bấm đây!", (STRANGE,), {"scam": 0.98}, FAIL, ""),
    ("scam", "Đừng tin ai khác, gọi 0912345678!", (), {"scam": 0.98}, FAIL, ""),
    ("scam", "Tiểu đường chưa khỏi hẳn được, đăng ký khám ở trạm", (), {}, PASS, ""),
    ("scam", "Xử lý dứt điểm ổ gà, liên hệ đội duy tu", (), {"scam": 0.4}, PASS, ""),
    ("lawful", "Nhà cái uy tín, nạp lần đầu tặng 100k", (), {}, FAIL, "Nhà cái"),
    ("lawful", "nha cai uy tin, nap lan dau tang 100k", (), {}, FAIL, "nha cai"),
    ("lawful", "Nhà cái uy tín, nạp lần đầu tặng 100k", (STATE,), {}, FAIL, "Nhà cái"),
    ("lawful", "Vay nhanh không cần gặp mặt, liên hệ Zalo", (), {}, FAIL, "Vay nhanh"),
    ("lawful", "Triệt phá nhà cái, hứa tặng tiền nạp đầu", (), {}, PASS, ""),
    ("lawful", SENTENCE, ("https://vd.gov.vn/nha-cai-so-1",), {}, FAIL, "vd.gov.vn"),
    ("lawful", SENTENCE, ("https://vd.gov.vn/triet-pha-nha-cai",), {}, PASS, ""),
    ("lawful", "Ngân hàng chính sách cho hộ nghèo vay vốn, liên hệ phường", (), {}, PASS, ""),
    ("lawful", "Vay không thế chấp ở Ngân hàng Chính sách, liên hệ tổ", (), {}, PASS, ""),
    ("lawful", "Cho vay góp ngày, không giữ giấy tờ, liên hệ", (), {}, FAIL, "vay góp ngày"),
    ("lawful", "Xóm có cho vay góp chén bát làm đám cưới, liên hệ bác Tư", (), {}, PASS, ""),
    ("lawful", "Còn 5 bao đậu phộng mới phơi, ai cần liên hệ", (), {}, PASS, ""),
    ("lawful", "Bằng lái bao đậu, liên hệ", (), {}, FAIL, "bao đậu"),
    ("lawful", "Hiến máu chỉ cần CCCD, liên hệ trạm y tế", (), {}, PASS, ""),
    ("lawful", "Vay 50 triệu chỉ cần CCCD, liên hệ", (), {}, FAIL, "chỉ cần CCCD"),
    ("lawful", "Hội Phụ nữ cho vay nhanh vốn xoay vòng, đăng ký", (), {}, PASS, ""),
    ("lawful", "Quán không giữ xe, alo đặt bàn trước", (), {}, PASS, ""),
    ("lawful", "Kẹt tiền bán gấp xe, ai cần liên hệ", (), {}, PASS, ""),
    ("lawful", "Xem bóng đá ở đình, không cá độ, đăng ký với cô Lý", (), {}, PASS, ""),
    ("lawful", "Nợ vì tài xỉu, hội hỗ trợ", (), {"tone": Tone.NEGATIVE}, PASS, ""),
    ("lawful", "Tài xỉu, nổ hũ hỗ trợ", (), {"tone": Tone.NEGATIVE}, FAIL, "Tài xỉu"),
    ("respectful", "Cái đồ chó, ngu như lợn", (), {"abusive": 0.9}, FAIL, "đồ chó"),
    ("respectful", "Ra đường tao tát vỡ mồm", (), {"abusive": 0.47}, FAIL, "vỡ mồm"),
    ("respectful", "Ra đường tao tát vỡ mồm", (PRESS,), {"abusive": 0.47}, PASS, ""),
    ("respectful", "Trẻ ngã vỡ mồm, may có cô y tế", (), {"abusive": 0.1}, PASS, ""),
    ("respectful", "Điện lực làm ăn chậm trễ, dân rất bức xúc", (), {}, PASS, ""),
    ("respectful", "Con chó cứu chủ khỏi đám cháy", (), {"abusive": 0.7}, PASS, ""),
    ("respectful", "Phường trả lời chậm quá, ba lần rồi!", (PRESS,), {"abusive": 0.9}, PASS, ""),
    ("graphic", "Hiện trường be bét máu, mọi người xem", (), {"graphic": 0.7}, FAIL, "be bét máu"),
    ("graphic", "Clip óc văng khắp đường", (), {"graphic": 0.47}, FAIL, "óc văng"),
    ("graphic", "Công an kể óc văng khắp đường", (), {"graphic": 0.47}, PASS, ""),
    ("graphic", "Phẫu thuật thành công cho cháu bé", (), {"graphic": 0.7}, PASS, ""),
    ("no_advert", "Freeship, inbox shop nhé", (), {"commercial": 0.7}, FAIL, "inbox"),
    ("no_advert", SENTENCE, (), {}, PASS, ""),
    # people
    ("children", SENTENCE, (), {}, NA, ""),
    ("children", "Cháu Trần Văn Ví bị bạo hành ở nhà", (), {}, FAIL, "bị bạo hành"),
    ("children", "Cháu Trần Văn Ví bị bạo hành ở nhà", (PRESS,), {}, PASS, ""),
    ("children", "Em Trần Văn Ví, học sinh lớp 9, đoạt giải nhất", (), {}, PASS, ""),
    ("exposed_victim", "Bệnh nhân Trần Văn Ví", (), {"private": 0.9}, FAIL, "Bệnh nhân"),
    ("exposed_victim", "Bệnh nhân Trần Văn Ví", (PRESS,), {"private": 0.9}, PASS, ""),
    ("exposed_victim", "Anh Trần Văn Ví hỏi lịch tiêm", (), {"private": 0.9}, PASS, ""),
    ("private_life", "Bóc phốt chị hàng xóm quỵt tiền", (), {"private": 0.9}, FAIL, "Bóc phốt"),
    ("private_life", "Tiền điện tháng 11 là 512.340d", (), {"private": 0.6}, PASS, ""),
    ("private_life", "Tiền điện tháng 11 là 512.340d", (), {"private": 0.9}, FAIL, ""),
    # the number in a notice of what was lost is the writer's own; a name beside it is not
    ("private_life", "Nhặt được ví, ai mất gọi 0912345678", (), {"private": 0.9}, PASS, ""),
    ("private_life", "Nhặt được ví anh Lò Văn Ví, số 0912345678", (), {"private": 0.9}, FAIL, ""),
    ("private_life", "Nhat duoc vi, chi Vo Thi Vi 0912345678", (), {"private": 0.9}, FAIL, ""),
    ("private_life", "Ai có info phòng trọ thì cho mình xin info 0912345678", (), {}, PASS, ""),
    ("private_life", "Ai có info phòng trọ gọi mình 0912345678", (), {"private": 0.3}, PASS, ""),
    ("private_life", "Ai có info nó gọi mình 0912345678", (), {"private": 0.5}, FAIL, ""),
    ("private_life", "Con nợ đây, số 0912345678", (), {"private": 0.3}, FAIL, ""),
    ("private_life", "Xem đoạn chat lớp, cô 0912345678", (), {"private": 0.1}, PASS, ""),
    ("private_life", "Mèo nhà nó đẻ, ai nuôi gọi 0912345678", (), {"private": 0.3}, PASS, ""),
    ("private_life", "Công an truy tìm xe 29A-123.45", (), {}, PASS, ""),
    ("private_life", "Chị cho em hỏi giờ làm việc", (), {}, PASS, ""),
    ("exposed_identity", "CCCD 001234567890 của chị Trần Thị Ví", (), {}, FAIL, "***"),
    ("exposed_identity", SENTENCE, (), {}, PASS, ""),
    ("exposed_phone", "Gọi chị Ví số 0912345678 nhé", (), {}, FAIL, "***"),
    ("exposed_phone", "Gọi tổng đài 111 khi thấy trẻ em bị xâm hại", (), {}, PASS, ""),
    ("exposed_identity", "Chị Trần Thị Ví, nhà số 5 ngõ 12", (), {"private": 0.4}, FAIL, "***"),
    # what only looks like a home beside a name (a date, a score) must be borne out by the flag
    ("exposed_identity", "Chị Trần Thị Ví, nhà số 5 ngõ 12", (), {"private": 0.05}, PASS, ""),
    ("exposed_identity", "Chị Trần Thị Ví, nhà số 5 ngõ 12", (PRESS,), {"private": 0.4}, PASS, ""),
    ("exposed_detail", "Chị Trần Thị Ví, nhà số 5 ngõ 12", (PRESS,), {"private": 0.4}, FAIL, "***"),
    ("exposed_detail", "Xe biển số 29A-123.45 va quệt", (), {}, FAIL, "***"),
    ("exposed_detail", "Xe biển số 29A-123.45 va quệt", (PRESS,), {}, PASS, ""),
    ("secret_mark", "TUYỆT MẬT\nỦY BAN NHÂN DÂN", (), {}, FAIL, ""),
    ("secret_mark", "Mật ong rừng nguyên chất của bà con", (), {}, PASS, ""),
    ("circulation_mark", "LƯU HÀNH NỘI BỘ\nKế hoạch", (), {}, FAIL, ""),
    ("circulation_mark", SENTENCE, (), {}, PASS, ""),
    # tone and balance
    ("balance", SENTENCE, (), {"tone": Tone.NEGATIVE}, UNKNOWN, ""),
    ("balance", SENTENCE, (), {"tone": Tone.NEGATIVE, "headroom": 0}, FAIL, ""),
    ("balance", SENTENCE, (), {"tone": Tone.NEGATIVE, "headroom": 1}, PASS, ""),
    ("balance", SENTENCE, (), {"tone": Tone.UNCLEAR}, PASS, ""),
    ("clear_tone", SENTENCE, (), {"tone": Tone.UNCLEAR}, UNKNOWN, ""),
    ("clear_tone", SENTENCE, (), {"tone": Tone.UNCLEAR, "headroom": 1}, PASS, ""),
    ("clear_tone", SENTENCE, (), {"tone": Tone.NEGATIVE}, PASS, ""),
]


@pytest.mark.parametrize(("check", "text", "links", "more", "status", "evidence"), TABLE)
def test_check(
    check: str,
    text: str,
    links: tuple[str, ...],
    more: dict[str, Any],
    status: Status,
    evidence: str,
) -> None:
    answer = CHECKS[check](case(text, *links, **more))
    assert (answer.status, evidence in answer.evidence) == (status, True), answer


def test_every_check_has_a_row() -> None:
    assert {row[0] for row in TABLE} == CHECKS.keys()


# -- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "day"),
    [
        ("https://vidu.vn/2023/05/12/a.html", date(2023, 5, 12)),
        ("https://vidu.vn/2023/05/a.html", date(2023, 5, 28)),
        ("https://vidu.vn/cau-treo-20230512093211.htm", date(2023, 5, 12)),
        ("https://vidu.vn/cau-treo-185230512093211456.htm", date(2023, 5, 12)),
        ("https://vidu.vn/cau-treo-20230512.html", date(2023, 5, 12)),
        ("https://vidu.vn/cau-treo-4981234.html", None),
        ("https://vidu.vn/tuyen-sinh-2025-2026-123.html", None),
        ("https://vidu.vn/p0912345678", None),
    ],
)
def test_the_day_in_a_link(link: str, day: date | None) -> None:
    assert published(case(SENTENCE, link)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sáng 12/5/2023, cầu treo bị sập.", date(2023, 5, 12)),
        ("Chiều ngày 12-05-2023 cầu treo bị sập.", date(2023, 5, 12)),
        ("Tối 12 tháng 5 năm 2023, cầu treo bị sập.", date(2023, 5, 12)),
        ("Kỷ niệm ngày thành lập 2/9/1945", None),
        ("Theo Nghị định 15/2020/NĐ-CP ngày 03/02/2020, mức phạt là", None),
        ("Nhận hồ sơ đến ngày 30/11/2026 tại bộ phận một cửa", None),
        ("Ông Ví, sinh ngày 12/5/2003, nhận bằng khen", None),
        ("Sáng 12/5/2023 cầu sập, hôm 10/11/2026 cầu mới thông xe", date(2026, 11, 10)),
        ("Không có ngày nào", None),
        ("Ngày 12/5/2023, UBND tỉnh khai trương cầu mới.", date(2023, 5, 12)),
        ("Hà Nội, ngày 12-5-2023: cầu bị sập", date(2023, 5, 12)),
        ("(12.05.2023) Cháy lớn tại chợ", date(2023, 5, 12)),
        ("Sáng ngày 12 tháng 5 năm 2023, cháy chợ.", date(2023, 5, 12)),
        ("Tối qua (12/5/2023), lũ quét cuốn trôi 3 nhà", date(2023, 5, 12)),
        ("Thứ Sáu, 12/5/2023, 08:00 GMT+7", date(2023, 5, 12)),
        ("Lúc 10h30 ngày 12/5/2023, tàu trật bánh", date(2023, 5, 12)),
        ("Cập nhật 12/05/2023 08:00: bão số 1", date(2023, 5, 12)),
        ("Rạng sáng nay, 12/5/2023, động đất", date(2023, 5, 12)),
        ("TIN MỚI NHẤT 12/05/2023", date(2023, 5, 12)),
        ("sang 12/5/2023 chay cho", date(2023, 5, 12)),
        ("Sáng 12/5/23 cháy chợ, mọi người tránh đi", date(2023, 5, 12)),
        ("9/9/24 cầu bị sập", date(2024, 9, 9)),
        ("Học sinh lớp 10/11/12 thi học kỳ", None),
        ("Tỷ lệ 1/2/30 của bản đồ", None),
        ("Đề 24/7/365 luôn có người trực", None),
        # laws and their numbers
        ("Nghị định 13/2023/NĐ-CP có hiệu lực từ 1/7/2023", None),
        ("Căn cứ Quyết định số 874/QĐ-BTTTT ngày 17/6/2021", None),
        ("Luật số 117/2025/QH15 ban hành ngày 10/12/2025", None),
        ("Giấy phép số 12/GP ngày 3/2/2020 cấp cho báo Ví Dụ", None),
        ("Đề án phê duyệt ngày 3/2/2024 được triển khai hôm nay", None),
        # anniversaries and histories
        ("Chào mừng 50 năm Giải phóng miền Nam 30/4/1975 - 30/4/2025", None),
        ("Điện Biên Phủ: ngày 7/5/1954 lịch sử", None),
        ("Sự kiện ngày 11/9/2001 làm thay đổi thế giới", None),
        ("Ngày này năm xưa: 3/2/2010 khánh thành cầu", None),
        ("Nhớ lại trận lũ ngày 3/11/2009", None),
        ("Trường được thành lập ngày 20/10/2008, nay khánh thành khu mới", None),
        ("So với ngày 3/2/2024, giá xăng tăng 10 %", None),
        ("Từ ngày 1/1/2024 đến nay, tỉnh đã trồng 5 triệu cây", None),
        # deadlines and what is to come
        ("Hạn nộp hồ sơ đến hết ngày 31/12/2026", None),
        ("Ngày 3/2/2027 sẽ khai mạc lễ hội", None),
        # no year: any year
        ("Hôm qua trời mưa to", None),
        ("Tháng 5 năm ngoái giá lúa giảm", None),
        ("Chiều 12/5, cầu thông xe", None),
        ("Sáng 12/11/2026, tòa tuyên án vụ cháy ngày 3/2/2024.", date(2026, 11, 12)),
    ],
)
def test_a_dateline_tells_and_a_mere_mention_does_not(text: str, day: date | None) -> None:
    assert published(case(text)) == day


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2026, 10, 21), "1 tháng"),
        (date(2026, 10, 22), "30 ngày"),
        (date(2025, 11, 21), "1 năm"),
        (date(2023, 5, 12), "3 năm 6 tháng"),
    ],
)
def test_age_in_words(since: date, words: str) -> None:
    assert age(since, date(2026, 11, 21)) == words


# -- the list ------------------------------------------------------------------------------------


def test_of_rules_with_one_check_the_first_speaks() -> None:
    """One missing source is one reason, though two codes ask for it."""
    found = Checklist(load_packs()).findings(case(SENTENCE))
    asked = [f.rule for f in found if f.level and f.status is FAIL]
    assert asked == ["qd874.4.4"]
    assert [f.status for f in found if f.rule == "qd423.source"] == [FAIL]


def test_a_stricter_rule_of_the_administrator_takes_the_word(tmp_path: Path) -> None:
    (tmp_path / "noi_quy.toml").write_text(
        'id = "nq"\ntitle = "Nội quy"\ncite = "Nội quy"\nnumber = "1"\nissuer = "Phường"\n'
        'date = 2026-01-05\n[[rules]]\nid = "nq.1"\nsays = "Có nguồn"\ncheck = "known_source"\n'
        'level = "do_not_share"\nreason = "Đơn vị cấm"\nadvice = "Thôi"\n',
        "utf-8",
    )
    found = Checklist(load_packs(extra=tmp_path)).findings(case(SENTENCE))
    assert [f.rule for f in found if f.level and f.status is FAIL] == ["nq.1"]
    assert strictest(found) is Level.DO_NOT_SHARE


def test_the_strictest_level_wins() -> None:
    def finding(level: Level | None, status: Status = FAIL) -> Finding:
        return Finding("r", status, "c", level=level)

    assert strictest([]) is Level.SHARE
    assert strictest([finding(Level.REFUSE, PASS)]) is Level.SHARE
    assert strictest([finding(Level.WITH_CARE), finding(Level.VERIFY_FIRST)]) is Level.VERIFY_FIRST


# -- phrases and quotations ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cá độ bóng đá", True),
        ("ca do bong da", True),
        ("cả đỏ lẫn xanh", False),
        (unicodedata.normalize("NFC", "CÁ ĐỘ"), True),
        ("cá độc", False),
    ],
)
def test_a_phrase_is_found_with_its_accents_or_with_none(text: str, found: bool) -> None:
    assert bool(Phrases({"betting": ["cá độ"]}).find(text)) is found


def test_the_place_of_the_tone_mark_does_not_matter() -> None:
    assert Phrases({"x": ["xóa nợ xấu"]}).find("Xoá nợ xấu")


def test_one_syllable_without_its_accents_is_another_word() -> None:
    assert not Phrases({"x": ["đĩ"]}).find("di cho")


VIETNAMESE = st.text(
    st.sampled_from("aàáảãạăâđeêioôơuưỳxnghtcm AĐƯ.,!\n\u0301\u0323\u200bаое0123456789"),
    max_size=80,
)


@given(VIETNAMESE)
def test_hits_lie_within_the_text_they_were_found_in(text: str) -> None:
    for hit in Phrases({"x": ["ca", "an cơ", "đi"]}).find(text):
        assert 0 <= hit.start < hit.end <= len(text)


@given(st.from_regex(r"\A[0-9]{9,14}\Z"), VIETNAMESE)
def test_a_long_number_is_never_quoted_whole(number: str, text: str) -> None:
    letters = "".join(char for char in text if not char.isdigit())
    assert number not in mask(f"{letters} {number} {letters}")


@pytest.mark.parametrize("check", ["verified_claim", "scam", "respectful", "no_advert", "graphic"])
def test_quotations_keep_a_private_person_out(check: str) -> None:
    """Where a name may stand beside the find, only the find is quoted."""
    text = "Nghe nói trúng thưởng, inbox đồ chó be bét máu chị Trần Thị Ví ở ngõ 5"
    flags = dict.fromkeys(("private", "scam", "abusive", "commercial", "graphic"), 0.95)
    answer = CHECKS[check](case(text, **flags))
    assert answer.status is FAIL
    assert "Trần Thị Ví" not in answer.evidence


@pytest.mark.parametrize("shown", ["0 9 1 2 . 3 4 5 . 6 7 8", "20A-123.45", "CCCD 036089012345"])
@pytest.mark.parametrize(
    ("check", "start"), [("context", "Lan"), ("no_advert", "Giá rẻ"), ("verified_claim", "Đồn ầm")]
)
def test_a_quotation_shows_nothing_private(check: str, start: str, shown: str) -> None:
    answer = CHECKS[check](case(f"{start} {shown}", commercial=0.9))
    assert answer.status is FAIL
    assert shown not in answer.evidence
    assert not personal_data.find(answer.evidence)


@pytest.mark.parametrize("check", ["context", "vietnamese"])
def test_a_quotation_is_no_longer_than_anybody_reads(check: str) -> None:
    """A whole page without a blank is one word."""
    for text in ("a" * 100_000, CHINESE * 400):
        assert len(CHECKS[check](case(text)).evidence) <= 200

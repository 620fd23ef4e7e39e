"""The rules of the answer about one post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from messages import render
from messages.reply import Reply
from models.balance import Balance, Tally
from models.verdict import Finding, Level, Source, Status, Tier, Tone
from tests.messages.samples import (
    BALANCED,
    DRAFT,
    FEW,
    GOOD,
    OVER,
    REPLIES,
    RUMOUR,
    SAD,
    SCAM,
    SECRET,
    STORM,
    TODAY,
    UNCLEAR,
    UNJUDGED,
    answer,
    verdict,
)
from tests.messages.strict import read


def labels(reply: Reply) -> list[str]:
    return [choice.label for row in reply.choices for choice in row]


def test_what_is_said_comes_in_order() -> None:
    seen = read(answer(RUMOUR).text)
    parts = [
        "🟠 CẦN KIỂM CHỨNG",
        "“nghe nói mai cắt nước cả phường” (khoản 4 Điều 4 QĐ 874/QĐ-BTTTT)",
        "Sắc thái: tiêu cực (độ tin cậy 87 %)",
        "Tin tiêu cực 30 ngày qua: 3 trong 28; nếu chia sẻ: 4 trong 29 (13,8 %), "
        "mức tham chiếu dưới 15 %",
        "Tìm thông báo gốc",
        "(QĐ 874 đã được thay bằng QĐ 423/QĐ-BVHTTDL ngày 05/3/2026)",
        "3F9K",
        "Trả lời tự động bằng AI, chỉ để tham khảo.",
    ]
    places = [seen.index(part) for part in parts]
    assert places == sorted(places)
    assert all(seen.count(part) == 1 for part in parts)


def test_a_named_basis_makes_the_ceiling_a_requirement() -> None:
    seen = read(answer(RUMOUR, OVER).text)
    assert "yêu cầu dưới 15 % (CV số 12/VD-TTBC)" in seen
    assert "mức tham chiếu" not in seen


def test_a_post_that_is_not_negative_adds_to_the_total_only() -> None:
    assert "nếu chia sẻ: 3 trong 29 (10,3 %)" in read(answer(GOOD).text)
    assert "nếu chia sẻ: 3 trong 29" in read(answer(RUMOUR, tone_set=Tone.NEUTRAL).text)


def test_fewer_than_seven_posts_say_nothing() -> None:
    seen = read(answer(RUMOUR, FEW).text)
    assert "chưa đủ dữ liệu" in seen
    assert "nếu chia sẻ" not in seen
    assert "không tiêu cực trước" not in seen


@pytest.mark.parametrize("state", ["shared", "declined"])
def test_after_a_press_only_the_present_balance_is_told(state: str) -> None:
    reply = answer(RUMOUR, state=state)
    assert "3 trong 28 (10,7 %)" in read(reply.text)
    assert "nếu chia sẻ" not in read(reply.text)
    assert labels(reply) == ["Hoàn tác", "Hỏi người phụ trách", "Nhận định chưa đúng"]


def test_a_group_can_share_decline_ask_and_disagree() -> None:
    assert [c.action for row in answer(GOOD).choices for c in row] == [
        "1:share:417",
        "1:decline:417",
        "1:ask:417",
        "1:wrong:417",
    ]


def test_in_private_one_can_only_ask_disagree_and_hear_why() -> None:
    reply = answer(GOOD, review=None, private=True, can_draft=True)
    assert [c.action for row in reply.choices for c in row] == [
        "1:ask:0:3F9K",
        "1:wrong:0:3F9K",
        "1:why:0:3F9K",
        "1:draft:0:3F9K",
    ]


def test_without_a_ledger_no_balance_is_told() -> None:
    assert "30 ngày qua" not in read(answer(GOOD, ledger=False).text)


def test_a_negative_post_without_headroom_waits_for_an_exact_number() -> None:
    """With 4 of 20, one more negative needs 13 others first: 5 of 34 is under 15 %."""
    assert "Có thêm 13 bài không tiêu cực trước" in read(answer(SAD, OVER).text)
    assert 100 * 5 < 15 * (21 + 13)
    assert 100 * 5 >= 15 * (21 + 12)


def test_the_exact_number_stands_in_place_of_a_vague_wait() -> None:
    assert "Chờ thêm tin tích cực" not in read(answer(SAD, OVER).text)
    assert "Chờ thêm tin tích cực" in read(answer(SAD, FEW).text)


def test_a_negative_post_with_headroom_need_not_wait() -> None:
    assert "không tiêu cực trước" not in read(answer(SAD, BALANCED).text)


@pytest.mark.parametrize("balance", [OVER, FEW, BALANCED, None])
def test_a_warning_that_protects_people_never_waits(balance: Balance | None) -> None:
    seen = read(answer(STORM, balance).text)
    assert "chia sẻ được ngay" in seen
    assert "không tiêu cực trước" not in seen


def test_a_warning_that_is_doubted_is_not_hurried() -> None:
    assert "chia sẻ được ngay" not in read(answer(replace(RUMOUR, warning=True), OVER).text)


def test_the_strictest_reason_comes_first_and_three_at_most() -> None:
    def finding(level: Level, name: str) -> Finding:
        return Finding(name, Status.FAIL, "Luật X", f"Lý do {name}", "", "", level)

    many = verdict(
        Level.DO_NOT_SHARE,
        Tone.NEUTRAL,
        *(finding(Level.WITH_CARE, n) for n in "abc"),
        finding(Level.DO_NOT_SHARE, "z"),
    )
    seen = read(answer(many).text)
    assert seen.index("Lý do z") < seen.index("Lý do a") < seen.index("Lý do b")
    assert "Lý do c" not in seen


def test_a_good_post_names_its_source() -> None:
    seen = read(answer(GOOD).text)
    assert "trang của cơ quan nhà nước: “vidu.gov.vn” (khoản 4 Điều 4" in seen


def test_an_unreliable_source_is_never_called_clear() -> None:
    trap = replace(GOOD, source=Source(Tier.T1, "vidu.gov.vn", suspicion="lạ"))
    assert "Nguồn rõ ràng" not in read(answer(trap).text)


def test_a_draft_without_findings_says_so() -> None:
    assert "Bản nháp: chưa thấy vướng mắc" in read(answer(DRAFT).text)


def test_an_unclear_tone_names_the_likeliest() -> None:
    seen = read(answer(UNCLEAR).text)
    assert "Sắc thái: chưa rõ (gần nhất là trung tính, 46 %)" in seen


@pytest.mark.parametrize("short", [True, False])
def test_where_nobody_judged_the_tone_none_is_told(short: bool) -> None:
    """No tone is nearer than another: the line is left out, unless a person set the tone."""
    seen = read(answer(UNJUDGED, short=short).text)
    assert "Sắc thái" not in seen
    seen = read(answer(UNJUDGED, short=short, tone_set=Tone.NEGATIVE).text)
    assert "Sắc thái: tiêu cực (quản trị nhóm đã xác nhận)" in seen


def test_every_level_has_its_own_way_on() -> None:
    nexts = {
        read(answer(verdict(level)).text).split("Nên làm: ")[1].split("\n")[0]
        for level in Level
        if level is not Level.REFUSE
    }
    assert len(nexts) == 4


def test_the_note_on_the_successor_is_given_only_when_asked_for() -> None:
    assert "423" not in read(answer(SCAM).text)


def test_the_short_answer_hides_nothing_but_folds() -> None:
    full, short = answer(RUMOUR), answer(RUMOUR, short=True)
    for part in ("091***678", "Sắc thái: tiêu cực", "Che số điện thoại", "3F9K", "423/QĐ"):
        assert part in read(full.text)
        assert part in short.text.partition("<blockquote expandable>")[2]


def test_a_refusal_tells_nothing_of_the_post_and_has_no_button() -> None:
    secret = replace(SECRET, findings=RUMOUR.findings, reference="LO-RA")
    for reply in (answer(secret), answer(secret, short=True), render.refusal()):
        assert reply == render.refusal()
        assert not reply.choices
    assert "văn thư" in render.refusal().text
    assert "xóa bài khỏi nhóm" in render.refusal().text


@pytest.mark.parametrize(
    "evidence",
    ["vietnam-gov.xyz", "@moi_nguoi", "/start", "gọi 0912 345 678", "#hot", "t.me/abc"],
)
def test_evidence_that_could_be_clicked_is_code(evidence: str) -> None:
    """A trap must not become a link, nor a name a call, because the bot quoted it."""
    bad = replace(RUMOUR, findings=(replace(RUMOUR.findings[0], evidence=evidence),))
    assert f"“<code>{evidence}</code>”" in answer(bad).text


def test_a_person_s_tone_replaces_the_model_s() -> None:
    seen = read(answer(RUMOUR, tone_set=Tone.NEUTRAL).text)
    assert "Sắc thái: trung tính (quản trị nhóm đã xác nhận)" in seen
    assert "87 %" not in seen


def test_a_ratio_under_the_ceiling_never_reads_as_the_ceiling() -> None:
    """1499 of 10000 is 14,99 %, which is under 15 %."""
    near = Balance(Tally(8501, 0, 1499), 30, TODAY)
    assert "14,9 %" in read(answer(GOOD, near, state="shared").text)


def test_samples_cover_every_level() -> None:
    shown = " ".join(make().text for name, make in REPLIES.items() if "advice" in name)
    assert all(sign in shown for sign in "🔴🟠🟡✅")

"""Levels: the strictest finding wins, unknown is not safe, a secret leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.checks.warnings import is_warning
from models.judge import Judge
from models.packfile import load_packs
from models.post import Origin, Post
from models.verdict import Level, Status, Tone, Verdict
from tests.fakes.classifier import FLAGS, FakeClassifier
from tests.models.weighing import (
    GATHERED,
    PRESS,
    SENTENCE,
    STATE,
    STRANGE,
    TODAY,
    case,
    judge,
    sources,
)

VERIFY, CARE, RED, REFUSE = (
    Level.VERIFY_FIRST,
    Level.WITH_CARE,
    Level.DO_NOT_SHARE,
    Level.REFUSE,
)
ALPHABET = "aàáạăâđêơưĐƯMẬTmật *\n\u0301\u0323\u200bаое019./:@#"
STORM = "Bão số 9 đang hướng vào bờ, đề nghị người dân không ra khơi, chằng chống nhà cửa."


def weigh(
    text: str = SENTENCE,
    *links: str,
    tone: Tone = Tone.NEUTRAL,
    headroom: int | None = None,
    draft: bool = False,
    origin: Origin | None = None,
    media: tuple[str, ...] = (),
    **flags: float,
) -> Verdict:
    post = Post(text=text, links=links, draft=draft, origin=origin, media=media)
    return judge(tone, **flags).judge(post, today=TODAY, headroom=headroom, reference="3F9K")


def told(verdict: Verdict) -> list[str]:
    return [finding.rule for finding in verdict.reasons]


# -- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [STATE, PRESS])
@pytest.mark.parametrize("tone", [Tone.POSITIVE, Tone.NEUTRAL])
def test_a_known_source_with_nothing_against_it_may_be_shared(link: str, tone: Tone) -> None:
    verdict = weigh(SENTENCE, link, tone=tone)
    assert (verdict.level, verdict.reasons) == (Level.SHARE, ())


def test_share_means_that_every_check_passed_or_is_for_people() -> None:
    verdict = weigh(SENTENCE, STATE)
    assert {f.status for f in verdict.findings} == {Status.PASS, Status.NA, Status.ASK}


@pytest.mark.parametrize(
    ("tone", "headroom", "level"),
    [
        (Tone.NEGATIVE, None, Level.WITH_CARE),
        (Tone.NEGATIVE, 0, Level.WITH_CARE),
        (Tone.NEGATIVE, 1, Level.SHARE),
        (Tone.UNCLEAR, None, Level.WITH_CARE),
        (Tone.UNCLEAR, 0, Level.WITH_CARE),
        (Tone.UNCLEAR, 1, Level.SHARE),
        (Tone.POSITIVE, 0, Level.SHARE),
        (Tone.NEUTRAL, 0, Level.SHARE),
    ],
)
def test_the_balance_holds_back_negative_and_unclear_posts_only(
    tone: Tone, headroom: int | None, level: Level
) -> None:
    assert weigh(SENTENCE, PRESS, tone=tone, headroom=headroom).level is level


@pytest.mark.parametrize("tone", list(Tone))
def test_negative_is_not_false(tone: Tone) -> None:
    """Tone alone never makes a post of a known source worse than with care."""
    level = weigh(SENTENCE, PRESS, tone=tone).level
    assert level in {Level.SHARE, Level.WITH_CARE}


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("links", [(), (STRANGE,), (PRESS, STRANGE)])
def test_unknown_is_not_safe(tone: Tone, links: tuple[str, ...]) -> None:
    assert weigh(SENTENCE, *links, tone=tone, headroom=9).level is Level.VERIFY_FIRST


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "qd874.3.duty"),
        ("👍👍👍", "qd874.3.duty"),
        ("The government announced that all schools remain closed.", "qd874.3.language"),
    ],
)
def test_what_could_not_be_read_is_told_first(text: str, rule: str) -> None:
    """An unasked answer shows the first reason alone."""
    assert told(weigh(text)) == [rule, "qd874.4.4"]


@pytest.mark.parametrize(
    ("text", "links", "flags", "level", "rule"),
    [
        ("", (), {}, VERIFY, "qd874.3.duty"),
        (SENTENCE, (), {}, VERIFY, "qd874.4.4"),
        ("Nghe nói mai cắt nước cả phường", (), {}, VERIFY, "qd874.4.4.claim"),
        ("Nghe nói mai cắt nước cả phường", (PRESS,), {}, VERIFY, "qd874.4.4.claim"),
        ("Sốc với nữ sinh trường Ví Dụ", (), {"sensational": 0.9}, VERIFY, "qd874.4.4.loud"),
        ("Sốc với nữ sinh trường Ví Dụ", (PRESS,), {"sensational": 0.9}, CARE, "qd874.4.4.tone"),
        (SENTENCE, (GATHERED,), {}, CARE, "qd874.4.4.origin"),
        (SENTENCE, (PRESS,), {"commercial": 0.9}, CARE, "qd874.4.6.sale"),
        (SENTENCE + " Gọi chị Ví 0912345678.", (PRESS,), {}, CARE, "personal_data.phone"),
        ("Mời xem", (PRESS,), {}, CARE, "qd874.3.context"),
        ("Chiều 12/5/2023, cầu treo bị sập", (PRESS,), {}, VERIFY, "qd874.4.4.old"),
        (SENTENCE, ("http://203.0.113.7/bai",), {}, VERIFY, "qd874.3.link"),
        ("Bạn trúng thưởng xe máy rồi", (STRANGE,), {"scam": 0.9}, RED, "qd874.3.law"),
        (SENTENCE, ("https://vssid.govvn.com/a",), {}, RED, "qd874.3.safe"),
        ("Cái đồ chó này", (PRESS,), {"abusive": 0.9}, RED, "qd874.4.5"),
        ("Hiện trường be bét máu đây", (), {"graphic": 0.9}, RED, "qd874.3.healthy"),
        ("Nhà cái uy tín, nạp lần đầu tặng 100k", (STATE,), {}, RED, "qd874.4.6"),
        ("CCCD 001234567890 của chị Ví", (PRESS,), {}, RED, "personal_data.id"),
        ("LƯU HÀNH NỘI BỘ\nKế hoạch nhân sự", (STATE,), {}, RED, "secrets.circulation"),
        ("TỐI MẬT\nKế hoạch", (STATE,), {}, REFUSE, "secrets.mark"),
    ],
)
def test_level_with_the_rule_that_asks_for_it(
    text: str, links: tuple[str, ...], flags: dict[str, float], level: Level, rule: str
) -> None:
    verdict = weigh(text, *links, **flags)
    assert verdict.level is level
    assert rule in {f.rule for f in verdict.findings if f.level is level}
    assert rule in told(verdict)


def test_every_reason_has_words_a_citation_and_advice() -> None:
    for flag in FLAGS:
        verdict = weigh("Nghe nói sốc lắm, inbox nhé", **{flag: 0.95})
        assert verdict.reasons
        for finding in verdict.reasons:
            assert finding.reason
            assert finding.cite
        assert verdict.reasons[0].advice


def test_what_is_not_to_be_shared_gets_no_advice_on_how_to_share_it() -> None:
    verdict = weigh("Nghe nói trúng thưởng, gọi 0912345678", STRANGE, scam=0.9)
    assert [bool(f.advice) for f in verdict.reasons] == [True, False, False]


def test_without_any_rule_an_unknown_source_is_still_not_safe() -> None:
    bare = Judge(FakeClassifier(), (), sources())
    for link, level in ((STRANGE, Level.VERIFY_FIRST), (PRESS, Level.SHARE)):
        post = Post(text=SENTENCE, links=(link,))
        assert bare.judge(post, today=TODAY, headroom=1).level is level


def test_beside_something_grave_the_balance_is_not_a_reason() -> None:
    assert "cv664.ceiling" not in told(weigh(SENTENCE, tone=Tone.NEGATIVE, headroom=0))
    assert "cv664.ceiling" in told(weigh(SENTENCE, PRESS, tone=Tone.NEGATIVE, headroom=0))


@given(
    st.sampled_from(list(Tone)),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([(), (STATE,), (PRESS,), (GATHERED,), (STRANGE,), (STATE, STRANGE)]),
    st.booleans(),
    st.dictionaries(st.sampled_from(FLAGS), st.sampled_from([0.1, 0.6, 0.95])),
)
@settings(deadline=None, max_examples=60)
def test_the_level_is_that_of_the_strictest_finding_and_never_safer_than_the_source(
    tone: Tone, headroom: int | None, links: tuple[str, ...], draft: bool, flags: dict[str, float]
) -> None:
    verdict = weigh(SENTENCE, *links, tone=tone, headroom=headroom, draft=draft, **flags)
    asked = [f.level for f in verdict.findings if f.level]
    assert all(level.strictness <= verdict.level.strictness for level in asked)
    if verdict.level is Level.SHARE:
        assert verdict.source.reliable
        assert not draft


@given(st.text(st.sampled_from(ALPHABET), max_size=200))
@settings(deadline=None, max_examples=60)
def test_any_text_without_a_source_is_at_least_to_be_verified(text: str) -> None:
    assert weigh(text).level.strictness >= Level.VERIFY_FIRST.strictness


# -- secrets -------------------------------------------------------------------------------------


def test_a_refused_post_leaves_nothing_of_itself() -> None:
    text = "TUYỆT MẬT\nPhương án bảo vệ mục tiêu Ví Dụ"
    fake = FakeClassifier(Tone.NEGATIVE, {"scam": 0.9})
    verdict = Judge(fake, load_packs(), sources()).judge(
        Post(text=text, links=(PRESS,)), today=TODAY, headroom=3, reference="3F9K"
    )
    assert verdict.level is Level.REFUSE
    assert not verdict.keep_text
    assert fake.read == []
    said = repr(verdict)
    assert not any(word in said for word in ("Phương", "Ví Dụ", "vnexpress", "3F9K", "TUYỆT"))


def test_a_restricted_document_is_not_kept_in_quotations_either() -> None:
    text = "LƯU HÀNH NỘI BỘ\nNghe nói sắp thay giám đốc sở, inbox nhé"
    verdict = weigh(text, STRANGE, commercial=0.9, unverified=0.9, private=0.9)
    assert (verdict.level, verdict.keep_text) == (Level.DO_NOT_SHARE, False)
    assert {f.rule for f in verdict.findings if f.evidence} <= {"secrets.circulation"}
    assert told(verdict) == ["secrets.circulation"]


def test_other_posts_may_be_kept() -> None:
    assert weigh(SENTENCE, PRESS).keep_text


# -- drafts --------------------------------------------------------------------------------------


def test_a_clean_draft_is_at_best_with_care_and_has_no_reason_against_it() -> None:
    verdict = weigh(draft=True)
    assert (verdict.level, verdict.reasons, verdict.draft) == (Level.WITH_CARE, (), True)


@pytest.mark.parametrize(
    ("text", "flags", "level"),
    [
        ("Đồ chó, ngu như lợn", {"abusive": 0.9}, Level.DO_NOT_SHARE),
        ("Nghe nói mai cắt nước cả phường", {}, Level.VERIFY_FIRST),
        ("Sốc: phường Ví Dụ làm điều này", {"sensational": 0.9}, Level.WITH_CARE),
    ],
)
def test_all_other_checks_stay_for_a_draft(
    text: str, flags: dict[str, float], level: Level
) -> None:
    assert weigh(text, draft=True, **flags).level is level


# -- warnings that protect people ----------------------------------------------------------------


@pytest.mark.parametrize(("link", "headroom"), list(product([STATE, PRESS], [None, 0])))
def test_a_warning_is_not_held_back_for_the_balance(link: str, headroom: int | None) -> None:
    verdict = weigh(STORM, link, tone=Tone.NEGATIVE, headroom=headroom)
    assert (verdict.level, verdict.warning, verdict.reasons) == (Level.SHARE, True, ())


@pytest.mark.parametrize(
    ("text", "links", "warning"),
    [
        (STORM, (STATE,), True),
        (STORM, (), False),
        (STORM, (STRANGE,), False),
        ("Bão số 9 làm ba người chết, hàng trăm ngôi nhà tốc mái", (PRESS,), False),
        ("Sở Y tế khuyến cáo người dân tiêm phòng sởi", (STATE,), True),
        ("Công an cảnh báo thủ đoạn giả danh cán bộ phường", (STATE,), True),
        ("Lũ trên sông lên nhanh, nguy cơ sạt lở, bà con chủ động sơ tán", (PRESS,), True),
        ("Nước này cảnh báo sẽ đáp trả thuế quan", (PRESS,), False),
        (SENTENCE, (STATE,), False),
    ],
)
def test_what_is_a_warning(text: str, links: tuple[str, ...], warning: bool) -> None:
    assert is_warning(case(text, *links)) is warning


def test_an_old_warning_is_verified_first_and_not_hurried() -> None:
    verdict = weigh(f"Sáng 12/9/2024: {STORM}", STATE, tone=Tone.NEGATIVE)
    assert (verdict.level, verdict.warning) == (Level.VERIFY_FIRST, False)


# -- what goes with a verdict --------------------------------------------------------------------


def test_the_first_question_for_people_goes_with_the_verdict() -> None:
    rule, _, words = (weigh(SENTENCE, PRESS).question or "").partition("|")
    assert rule == "qd874.5.1"
    assert words.endswith("?")


def test_a_press_unit_is_asked_about_its_videos_first() -> None:
    packs = load_packs(on=frozenset({"cv3270"}))
    held = Judge(FakeClassifier(), packs, sources())
    post = Post(text=SENTENCE, links=(PRESS,), media=("video",))
    asked = held.judge(post, today=TODAY, headroom=None).question or ""
    assert asked.startswith("cv3270.video|")
    asked = held.judge(replace(post, media=()), today=TODAY, headroom=None).question or ""
    assert asked.startswith("qd874.5.1|")


@pytest.mark.parametrize(
    ("text", "links", "tone", "note"),
    [
        (SENTENCE, (), Tone.NEUTRAL, True),
        (SENTENCE, (PRESS,), Tone.NEUTRAL, True),
        (SENTENCE, (PRESS,), Tone.NEGATIVE, False),
        (SENTENCE + " Gọi 0912345678.", (PRESS,), Tone.NEUTRAL, False),
    ],
)
def test_the_successor_is_named_where_the_older_code_is_cited(
    text: str, links: tuple[str, ...], tone: Tone, note: bool
) -> None:
    assert weigh(text, *links, tone=tone).successor_note is note


def test_a_verdict_says_what_it_was_made_with() -> None:
    verdict = weigh(SENTENCE, PRESS)
    assert (verdict.model, verdict.reference) == ("fake-1", "3F9K")
    assert verdict.packs == judge().packs
    assert "qd874@2021-06-17" in verdict.packs
    assert judge().model == "fake-1"


def test_confidence_is_that_of_the_likeliest_tone() -> None:
    assert weigh(SENTENCE, tone=Tone.NEGATIVE).confidence == pytest.approx(0.8)
    assert weigh(SENTENCE, tone=Tone.UNCLEAR).confidence == pytest.approx(0.36)


def test_nothing_to_read_has_no_tone() -> None:
    verdict = weigh("", tone=Tone.POSITIVE, media=("photo",))
    assert (verdict.level, verdict.tone) == (Level.VERIFY_FIRST, Tone.UNCLEAR)


def test_a_bare_link_is_judged_by_the_words_of_its_address() -> None:
    fake = FakeClassifier()
    link = "https://vnexpress.net/phuong-vi-du-khanh-thanh-nha-van-hoa-4981234.html"
    Judge(fake, load_packs(), sources()).judge(Post(links=(link,)), today=TODAY, headroom=None)
    assert fake.read == ["phuong vi du khanh thanh nha van hoa"]


def test_a_known_pages_address_is_no_word_of_the_text() -> None:
    """A classifier takes links for traps; one to a newspaper is none."""
    fake = FakeClassifier()
    post = Post(text=f"{SENTENCE} {PRESS}", links=(PRESS,))
    Judge(fake, load_packs(), sources()).judge(post, today=TODAY, headroom=None)
    assert all("vnexpress" not in text for text in fake.read)

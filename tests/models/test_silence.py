"""When the bot keeps quiet in a group where nobody asked."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from models.post import Origin, Post
from models.silence import speaks_unasked
from models.verdict import Level, Scores, Source, Tier, Tone, Verdict

CHANNEL = Origin("channel", "-1001", "kenh", "Kênh")
TOOL = "https://meet.google.com/abc-defg-hij"
NOTICE = "Kính mời các đồng chí dự họp giao ban lúc 8h00 sáng thứ Hai tại phòng họp số 2."
STRICT = [Level.REFUSE, Level.DO_NOT_SHARE]
MILD = [Level.VERIFY_FIRST, Level.WITH_CARE, Level.SHARE]


def verdict(level: Level) -> Verdict:
    scores = Scores(Tone.NEUTRAL, {Tone.NEUTRAL: 1.0}, {})
    return Verdict(
        level=level,
        tone=scores.tone,
        tone_p=scores.tone_p,
        flags={},
        confidence=1.0,
        findings=(),
        source=Source(Tier.T4),
    )


def speaks(post: Post, level: Level = Level.VERIFY_FIRST) -> bool:
    return speaks_unasked(verdict(level), post)


@pytest.mark.parametrize("level", MILD)
def test_a_forwarded_post_and_a_link_are_worth_a_word(level: Level) -> None:
    assert speaks(Post("Tin mới", origin=CHANNEL), level)
    assert speaks(Post("Xem đi", ("https://vnexpress.net/a",)), level)


@pytest.mark.parametrize("level", MILD)
@pytest.mark.parametrize(
    "post",
    [
        Post("Cảm ơn chị nhiều"),
        Post("Tin không có nguồn cũng chỉ là lời nói trong nhóm"),
        Post(""),
        Post("  ", origin=CHANNEL, media=("photo",)),
        Post("", origin=Origin("hidden", name="Ai đó"), media=("voice",)),
        Post("Họp nhé", (TOOL,)),
        Post(NOTICE),
        Post(NOTICE, ("https://vnexpress.net/a",)),
        Post(NOTICE, origin=CHANNEL),
        Post("👍👍 🎉", origin=CHANNEL),
        Post("\u200b\u2060", origin=CHANNEL),
        Post("The schools of the whole country will be closed on Monday.", origin=CHANNEL),
    ],
    ids=[
        "thanks",
        "words",
        "nothing",
        "picture",
        "voice",
        "tool",
        "notice",
        "link",
        "forwarded",
        "signs",
        "unseen",
        "foreign",
    ],
)
def test_talk_work_and_what_cannot_be_read_pass_in_silence(post: Post, level: Level) -> None:
    assert not speaks(post, level)


@pytest.mark.parametrize("level", STRICT)
@pytest.mark.parametrize("post", [Post(""), Post(NOTICE), Post("Họp", (TOOL,)), Post("lời nói")])
def test_what_is_refused_or_should_not_be_shared_is_always_told(post: Post, level: Level) -> None:
    assert speaks(post, level)


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/j/123?pwd=x", "https://us02web.zoom.us/j/1", "http://www.zoom.us",
        "https://ZOOM.us/j/1", "https://zoom.us:443/j/1", "https://teams.microsoft.com/l/x",
        "https://maps.app.goo.gl/AbC", "https://goo.gl/maps/AbC", "https://www.google.com/maps/@16",
        "https://google.com/maps?q=16,107", "https://docs.google.com/forms/d/e/x",
        "https://forms.gle/x", "https://so-noi-vu.sharepoint.com/:x:/s/a",
    ],
)  # fmt: skip
def test_meetings_maps_documents_and_forms_are_part_of_work(link: str) -> None:
    assert not speaks(Post("Gửi cả nhà", (link,)))
    assert speaks(Post("Gửi cả nhà", (link, "https://vnexpress.net/a")))
    assert speaks(Post("Gửi cả nhà", (link,), CHANNEL))


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us.bay.top/j/1", "https://bay.top/zoom.us", "https://xzoom.us/j/1",
        "https://zoom.us@bay.top/j/1", "https://bay.top#.zoom.us", "https://bay.top?.zoom.us",
        "https://bay.top\\.zoom.us/j/1", "https://google.com/search?q=maps", "https://goo.gl/x",
        "https://google.com/mapsfake", "https://google.com.bay.top/maps", "https://[zoom.us",
        "tg://resolve?domain=zoom.us",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_tool_is_none(link: str) -> None:
    """A link dressed as a meeting is the last one to be silent about."""
    assert speaks(Post("Họp nhé", (link,)))


def test_words_that_may_not_be_kept_are_not_remembered() -> None:
    """Counted by who holds the text: a remembered one is held once more."""
    kept, lost = f"{NOTICE} Bản {1}", f"{NOTICE} Bản {2}"
    before = sys.getrefcount(kept), sys.getrefcount(lost)
    speaks_unasked(verdict(Level.WITH_CARE), Post(kept))
    speaks_unasked(replace(verdict(Level.WITH_CARE), keep_text=False), Post(lost))
    assert sys.getrefcount(kept) > before[0]
    assert sys.getrefcount(lost) == before[1]

"""What was read behind a post joins it: enough to judge by, nothing that must not be kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.behind import with_pages, with_picture
from models.case import Case
from models.post import Post, merge
from models.reading import Page, PageFailed, Picture
from models.secrets import secret_mark
from models.verdict import Source, Tier, Tone
from tests.fakes.classifier import FakeClassifier
from tests.models.weighing import TODAY, sources

LINK = "https://bao.example/tin"
MANY = 20_000
lines = st.lists(st.sampled_from(["Sáng nay", "mưa lớn ở xã Ví Dụ.", "", "Độc lập"]), max_size=30)


def page(host: str = "bao.example", **fields: object) -> Page:
    return Page(**{"url": LINK, "canonical": LINK, "host": host} | fields)  # type: ignore[arg-type]


def test_legible_words_join_the_caption_and_qr_links_the_links() -> None:
    found = with_picture(
        Post("Xem nhé", (LINK,)), Picture("Mưa lớn", 0.9, (LINK, "https://b.vn")), 50
    )
    assert (found.text, found.links) == ("Xem nhé\n\nMưa lớn", (LINK, "https://b.vn"))


def test_a_link_that_is_only_printed_is_no_link_of_the_post() -> None:
    assert with_picture(Post(), Picture("Xem tại baochinhphu.vn/a", 0.9), MANY).links == ()


def test_words_that_cannot_be_judged_are_left_out() -> None:
    assert with_picture(Post("Xem nhé"), Picture("M4a l0n", 0.6), MANY).text == "Xem nhé"


@given(lines, st.sampled_from(["MẬT", "TỐI MẬT", "TUYỆT MẬT"]), st.floats(0, 1))
def test_a_mark_in_a_picture_is_found_in_the_post(
    caption: list[str], mark: str, sure: float
) -> None:
    """Whatever the caption, however doubtful the words, alone or as the last part of an album."""
    words = f"UBND TỈNH VÍ DỤ\n{mark}\nVề Khuvuonbimat"
    found = with_picture(Post("\n".join(caption)), Picture(words, sure), MANY)
    assert secret_mark(found.text) is not None
    assert "Khuvuonbimat" not in found.text
    whole = merge([Post("Một bài rất dài. " * 40), Post("\n".join(caption)), found])
    assert secret_mark(whole.text) is not None


def test_a_circulation_mark_counts_in_doubtful_words_too() -> None:
    assert "LƯU HÀNH NỘI BỘ" in with_picture(Post(), Picture("x\nLƯU HÀNH NỘI BỘ", 0.5), MANY).text


def test_of_several_pages_the_newest_day_and_all_words_count() -> None:
    other = "https://bao.example/khac"
    found = with_pages(
        Post(links=(LINK, other)),
        [
            (LINK, page(title="Một", date=date(2026, 1, 2))),
            (other, page(title="Hai", description="Hai", date=date(2026, 3, 4))),
        ],
    )
    assert (found.behind, found.published) == ("Một\n\nHai", date(2026, 3, 4))


@pytest.mark.parametrize(
    ("host", "canonical", "note", "place"),
    [
        ("bao.example", "https://other.example/a", "", LINK),
        ("that.example", "https://that.example/a", "", "https://that.example/a"),
        ("that.example", "https://vnexpress.net/a", "", "https://that.example/"),
        ("that.example", "https://that.example.evil.top/a", "", "https://that.example/"),
        ("evil.top", "https://evil.top/a.apk", "target_only", "https://evil.top/a.apk"),
    ],
)
def test_a_link_counts_for_the_host_that_answered(
    host: str, canonical: str, note: str, place: str
) -> None:
    """What a page calls its own address is a claim: it lends no other host's trust."""
    found = with_pages(Post(links=(LINK,)), [(LINK, page(host, canonical=canonical, note=note))])
    assert found.places == (place,)


def test_why_a_page_was_not_read_is_noted_and_the_rest_is_used() -> None:
    outcomes = [("https://a.vn", PageFailed("timeout", "https://a.vn")), (LINK, page(title="Tin"))]
    found = with_pages(Post(links=("https://a.vn", LINK)), outcomes)
    assert (found.unread, found.behind) == ("timeout", "Tin")


def test_a_page_gives_the_tone_but_no_flag() -> None:
    """The flags speak of what is shared on, and their evidence is quoted from the post."""
    classifier = FakeClassifier(Tone.NEGATIVE, by_word={"Bài gốc": "graphic"})
    post = Post("Mời cả nhà cùng đọc", (LINK,), behind="Bài gốc kể về vụ tai nạn")
    scores = Case(
        post, Source(Tier.T2, "bao.example"), classifier, today=TODAY, headroom=None
    ).scores
    assert scores.raised == frozenset()
    assert any("Bài gốc" in text for text in classifier.read)


def test_a_link_without_words_is_readable_once_its_page_was_read() -> None:
    def case(post: Post) -> Case:
        source = sources().look(post.places, None)
        return Case(post, source, FakeClassifier(), today=TODAY, headroom=None)

    assert not case(Post(links=(LINK,))).readable
    assert case(Post(links=(LINK,), behind="Tin trong ngày")).readable

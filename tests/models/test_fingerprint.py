"""What makes two messages one post, and what does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.fingerprint import fingerprint, keyed, reference
from models.post import Origin, Post
from models.text import clean, fold
from tests.fakes.vietnamese import anything, plain, retyped

KEY = b"k" * 32
STORM = "Bão số 5 đổ bộ vào Quảng Trị tối nay, người dân sơ tán"


def mark(post: Post, fallback: str = "m1", key: bytes = KEY) -> str:
    return fingerprint(post, fallback, key)


def letters(text: str) -> str:
    return "".join(one for one in fold(clean(text)) if one.isalnum())


@given(st.data())
def test_the_same_words_typed_otherwise_are_the_same_post(data: st.DataObject) -> None:
    """Both Unicode forms, case, blanks, punctuation, invisible letters."""
    text = data.draw(plain)
    assume(len(letters(text)) >= 12)
    other = data.draw(retyped(text))
    assert mark(Post(other), "m2") == mark(Post(text), "m1")


@given(plain, plain)
def test_other_words_are_another_post(one: str, other: str) -> None:
    assume(letters(one) != letters(other))
    assert mark(Post(one), "m1") != mark(Post(other), "m2")


def test_words_typed_without_accents_are_the_same_post() -> None:
    bare = "BAO SO 5 DO BO VAO QUANG TRI TOI NAY NGUOI DAN SO TAN"
    assert mark(Post(STORM)) == mark(Post(bare), "m2")


def test_one_other_word_is_another_post() -> None:
    assert mark(Post(STORM)) != mark(Post(STORM.replace("5", "6")))


def test_of_a_post_with_words_only_the_words_count() -> None:
    """Whoever passed it on, with whatever picture and link beside it."""
    dressed = Post(STORM, ("https://x.vn",), Origin("user", "7"), ("photo",), stable_id="9/9")
    assert mark(dressed, "m2") == mark(Post(STORM), "m1")


def test_short_words_are_told_apart_by_their_links() -> None:
    """ "Xem ngay" with one link is not "Xem ngay" with another; order and last slash aside."""
    one = Post("Xem ngay", ("https://a.vn/1", "https://b.vn/"))
    assert mark(one) == mark(Post("xem NGAY!", ("https://b.vn", "https://a.vn/1/")), "m2")
    assert mark(one) != mark(Post("Xem ngay", ("https://a.vn/2", "https://b.vn")))
    assert mark(one) != mark(Post("Đọc đi", one.links))


@pytest.mark.parametrize("text", ["", "   ", "Ảnh", "\u200b", "😀😀", "OK anh"])
def test_a_post_without_words_goes_by_its_stable_id_else_only_by_itself(text: str) -> None:
    first, again = Post(text, stable_id="AQAD"), Post(text, stable_id="AQAD")
    assert mark(first, "m1") == mark(again, "m2")
    assert mark(first, "m1") != mark(Post(text, stable_id="AQAE"), "m1")
    assert mark(Post(text), "m1") != mark(Post(text), "m2")
    assert mark(Post(text), "m1") == mark(Post(text), "m1")


@given(anything, st.lists(anything, max_size=3), st.text(max_size=5))
def test_any_post_has_a_mark_that_shows_nothing_of_it(
    text: str, links: list[str], fallback: str
) -> None:
    made = mark(Post(text, tuple(links)), fallback)
    assert re.fullmatch("[0-9a-f]{32}", made)


def test_half_an_emoji_breaks_nothing() -> None:
    assert mark(Post("\ud83d", ("https://x.vn/\ud83d",)))
    assert keyed("\ud83d", KEY) != keyed("\ud83e", KEY)


def test_another_installation_has_other_marks() -> None:
    assert mark(Post(STORM)) != mark(Post(STORM), key=b"o" * 32)


def test_a_reference_is_short_steady_and_easy_to_read_out() -> None:
    """No letter that looks like another one."""
    made = {reference(f"-100{n} -100{n}/5", KEY) for n in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch("CT-[2-9A-HJ-NP-Z]{6}", one) for one in made)
    assert reference("x", KEY) == reference("x", KEY) != reference("x", b"o" * 32)

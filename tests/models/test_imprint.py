"""By what a post is known again, and what has nothing to be known by."""

from __future__ import annotations

import pytest

from models.fingerprint import fingerprint
from models.imprint import Imprints
from models.likeness import EMPTY
from models.post import Post

KEY = b"k" * 32
WORDS = Post("Sáng nay xã mở lớp học nghề miễn phí cho bà con")


@pytest.mark.parametrize(
    "post",
    [WORDS, Post("Xem", ("https://vidu.vn/1",)), Post(stable_id="file:7"), Post("Vâng")],
    ids=["words", "link", "file", "chatter"],
)
@pytest.mark.parametrize("private", [True, False])
def test_the_fingerprint_is_the_posts_own(post: Post, *, private: bool) -> None:
    made = Imprints(KEY)
    for place in ("1 5", "1 6", "1 5"):
        assert made.of(post, place, private=private).fingerprint == fingerprint(post, place, KEY)


def test_only_what_can_come_again_has_a_signature() -> None:
    """Words have one of their own, links and files an empty one, a bare message none."""
    made = Imprints(KEY)
    signature = made.of(WORDS, "1 5").signature
    assert signature is not None
    assert signature.size > 5
    assert made.of(Post("Xem", ("https://vidu.vn/1",)), "1 5").signature == EMPTY
    assert made.of(Post(stable_id="file:7"), "1 5").signature == EMPTY
    assert made.of(Post("Vâng"), "1 5").signature is None
    assert made.of_message("1 5").signature is None


def test_a_message_whose_words_may_not_be_kept_is_only_itself() -> None:
    made = Imprints(KEY)
    assert made.of_message("1 5") == made.of_message("1 5")
    assert made.of_message("1 5") != made.of_message("1 6")


def test_another_installation_has_other_imprints() -> None:
    assert Imprints(KEY).of(WORDS, "1 5") != Imprints(b"x" * 32).of(WORDS, "1 5")

"""A pasted text becomes a post: its links, unwrapped, each once."""

from __future__ import annotations

from models.post import Post, pasted

INNER = "https://tuoitre.vn/a"
WRAPPED = "https://l.facebook.com/l.php?u=https%3A%2F%2Ftuoitre.vn%2Fa"


def test_a_pasted_text_brings_its_links() -> None:
    text = f"Xem {WRAPPED} hoặc tuoitre.vn/a"
    assert pasted(text) == Post(text=text, links=(INNER,))


def test_links_that_are_given_come_first() -> None:
    post = pasted(f"Xem {INNER}", links=("https://vi-du.vn/b", WRAPPED))
    assert post.links == ("https://vi-du.vn/b", INNER)


def test_a_text_without_links_has_none() -> None:
    assert pasted("Trời mưa.") == Post(text="Trời mưa.")

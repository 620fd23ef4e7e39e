"""Telegram's HTML: what the reader gives back is what was marked, in UTF-16 units."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import TYPES, cut16, parse_html, utf16
from bot.sandbox.errors import ApiError, Json
from bot.sandbox.typed import find

LETTERS = "aăâđêơưỳẵệộợ" + "e\u0302\u0323u\u031b\u0301" + "\u200b\u200d\u202e" + "аοе" + "😀🇻🇳"
words = st.text(LETTERS, max_size=12)
tags = st.sampled_from([t for t in TYPES if t not in ("a", "span")])
Node = tuple[str, list["Node | str"]]
nodes = st.recursive(
    words, lambda inner: st.tuples(tags, st.lists(inner, max_size=3)), max_leaves=12
)


def written(node: Node | str) -> str:
    """A tree as HTML."""
    if isinstance(node, str):
        return html.escape(node)
    tag, inner = node
    return f"<{tag}>{''.join(map(written, inner))}</{tag}>"


def plain(node: Node | str) -> str:
    """A tree's text."""
    return node if isinstance(node, str) else "".join(map(plain, node[1]))


def marked(node: Node | str) -> list[tuple[str, str]]:
    """Type and text of every tag in a tree."""
    if isinstance(node, str):
        return []
    return [(TYPES[node[0]], plain(node)), *(m for inner in node[1] for m in marked(inner))]


@given(st.lists(nodes, max_size=5))
def test_text_and_entities_are_what_was_marked(trees: list[Node | str]) -> None:
    """The text comes back whole (trimmed), every entity covers the words inside its tag."""
    source = "‹" + "".join(map(written, trees)) + "›"
    text, entities = parse_html(source.replace("&#x27;", "'"))
    assert text == "‹" + "".join(map(plain, trees)) + "›"
    expected = sorted((k, t) for tree in trees for k, t in marked(tree) if t)
    assert sorted((e["type"], cut16(text, e["offset"], e["length"])) for e in entities) == expected


@given(st.text(LETTERS + "/ab=", max_size=40))
def test_any_text_is_read_or_refused_with_a_reason(source: str) -> None:
    """Never another error, and no entity outside the text."""
    reason = ""
    text: str = ""
    entities: list[Json] = []
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        reason = error.description
    assert not reason or reason.startswith("Bad Request: can't parse entities: ")
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= utf16(text) for e in entities)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("á<b", "Unclosed start tag at byte offset 2"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_broken_markup_is_named_with_its_byte_offset(source: str, text: str) -> None:
    """Bytes of UTF-8, as Telegram counts."""
    with pytest.raises(ApiError, match=re.escape(f"can't parse entities: {text}")):
        parse_html(source)


def test_links_and_quotations_keep_what_they_carry() -> None:
    """A link has its address, an expandable quotation is one, a link to nowhere is text."""
    text, entities = parse_html(
        '😀<a href="https://a.vn/?x=1&amp;y=2">đọc</a> <a href="nowhere">b</a>'
        "<blockquote expandable>gập</blockquote>"
    )
    assert text == "😀đọc bgập"
    assert entities == [
        {"type": "text_link", "offset": 2, "length": 3, "url": "https://a.vn/?x=1&y=2"},
        {"type": "expandable_blockquote", "offset": 7, "length": 3},
    ]


def test_typed_text_shows_links_mentions_commands_and_hashtags() -> None:
    """Found in the text as Telegram finds them, full stops after a link left out."""
    text = "😀 /stats@can_tin_thu_bot xem https://a.gov.vn/x. và báo.vn, hỏi @lan_thu #bão a@b.vn"
    found = [(e["type"], cut16(text, e["offset"], e["length"])) for e in find(text)]
    assert found == [
        ("bot_command", "/stats@can_tin_thu_bot"),
        ("url", "https://a.gov.vn/x"),
        ("url", "báo.vn"),
        ("mention", "@lan_thu"),
        ("hashtag", "#bão"),
        ("email", "a@b.vn"),
    ]

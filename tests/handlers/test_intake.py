"""Message → Post: every kind of message, every shape of origin, every broken offset."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.enums import ContentType
from hypothesis import given
from hypothesis import strategies as st

from handlers.intake import LONGEST_TEXT, POST_KINDS, is_post, key_of, to_post
from models.post import Origin, Post
from tests.fakes.vietnamese import anything
from tests.handlers.messages import DATE, HANDED_OVER, ORIGINS, SERVICE, entity, message

WORDS = {
    "text": "Tin mới",
    "poll": "Họp sáng hay chiều?\nSáng\nChiều",
    "checklist": "Việc tuần này\nĐăng tin lũ",
    "invoice": "Mua sách\nSách luật",
    "game": "Trò chơi\nVui lắm",
    "rich_message": "MẬT\nXem kết quả tại đây",
}


@pytest.mark.parametrize("kind", HANDED_OVER)
def test_whatever_a_person_can_send_is_a_post(kind: str) -> None:
    """With the words it has; a mark of secrecy in a rich message is no less a mark."""
    sent = message(HANDED_OVER[kind])
    assert sent.content_type == kind
    assert is_post(sent)
    post = to_post(sent)
    assert post.text == WORDS.get(kind, "")
    assert post.media == (() if kind == "text" else (kind,))
    assert post.readable is (kind in WORDS)
    assert all(type(name) is str for name in post.media)


@pytest.mark.parametrize("kind", SERVICE)
def test_service_messages_are_no_posts_and_break_nothing(kind: str) -> None:
    sent = message(SERVICE[kind])
    assert sent.content_type == kind
    assert not is_post(sent)
    assert to_post(sent) == Post()


def test_every_kind_of_post_is_in_this_table() -> None:
    """A content type that a newer aiogram brings must be put on one side or the other."""
    assert {str(kind.value) for kind in POST_KINDS} == set(HANDED_OVER)
    rare = {
        "any", "chat_owner_left", "chat_owner_changed", "successful_payment", "refunded_payment",
        "chat_shared", "gift", "unique_gift", "gift_upgrade_sent", "passport_data",
        "chat_background_set", "checklist_tasks_done", "checklist_tasks_added",
        "direct_message_price_changed", "forum_topic_edited", "general_forum_topic_unhidden",
        "giveaway_winners", "giveaway_completed", "managed_bot_created",
        "paid_message_price_changed", "poll_option_added", "poll_option_deleted",
        "suggested_post_approved", "suggested_post_approval_failed", "suggested_post_declined",
        "suggested_post_paid", "suggested_post_refunded", "community_chat_added",
        "community_chat_removed", "community_chat_joined", "user_shared",
    }  # fmt: skip
    assert {str(kind.value) for kind in ContentType} == set(HANDED_OVER) | set(SERVICE) | rare


def test_what_was_forwarded_is_a_post_even_if_its_kind_is_unknown() -> None:
    """In private it gets an answer: that it cannot be read."""
    sent = message(forward_origin=ORIGINS["user"])
    assert is_post(sent)
    assert not to_post(sent).readable


@pytest.mark.parametrize(
    ("shape", "origin", "stable"),
    [
        ("channel", Origin("channel", "-1001", "kenh_vi_du", "Kênh Ví Dụ"), "-1001/55"),
        ("chat", Origin("chat", "-1002", None, "Tổ Thử"), None),
        ("user", Origin("user", "7", "lan_tran", "Lan Trần"), None),
        ("hidden", Origin("hidden", None, None, "Ai Đó"), None),
    ],
)
@pytest.mark.parametrize("kind", HANDED_OVER)
def test_an_origin_has_four_shapes(
    kind: str, shape: str, origin: Origin, stable: str | None
) -> None:
    """Each with every kind of content; a channel's post is known again by its number."""
    post = to_post(message(HANDED_OVER[kind], forward_origin=ORIGINS[shape]))
    assert post.origin == origin
    assert post.date == datetime.fromtimestamp(DATE, UTC)
    if stable:
        assert post.stable_id == stable


def test_a_message_of_ones_own_has_no_origin_and_no_date() -> None:
    """The date of writing is not the date of publication."""
    post = to_post(message({"text": "a"}))
    assert (post.origin, post.date, post.stable_id) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "stable"),
    [("photo", "U320"), ("live_photo", "U1"), ("video", "U1"), ("document", "U1"),
     ("voice", "U1"), ("sticker", "U1"), ("poll", None), ("story", None)],
)  # fmt: skip
def test_a_file_is_known_again_by_its_unique_id(kind: str, stable: str | None) -> None:
    """Of a picture's sizes the largest; never by ``file_id``, which changes."""
    assert to_post(message(HANDED_OVER[kind])).stable_id == stable


@pytest.mark.parametrize("kind", ["photo", "video", "document", "voice", "animation", "audio"])
def test_a_caption_is_the_text_and_its_links_count(kind: str) -> None:
    caption = "Xem tại đây và vnexpress.net"
    marks = [entity("text_link", 8, 3, url="http://bay.top/x"), entity("url", 15, 13)]
    post = to_post(message(HANDED_OVER[kind], caption=caption, caption_entities=marks))
    assert post.text == caption
    assert post.links == ("http://bay.top/x", "https://vnexpress.net")
    assert post.media == (kind,)


def linked(text: str, *marks: dict[str, Any]) -> tuple[str, ...]:
    return to_post(message({"text": text}, entities=list(marks))).links


def test_a_link_behind_words_and_one_in_the_open_are_both_found() -> None:
    """The words may name another address than the one behind them: both count."""
    text = "Theo chinhphu.vn"
    assert linked(text, entity("text_link", 5, 11, url="https://bay.top/")) == (
        "https://bay.top/",
        "https://chinhphu.vn",
    )


def test_a_marked_address_is_found_once_with_or_without_its_slash() -> None:
    text = "😀 https://VNExpress.net/ vnexpress.net"
    marks = entity("url", 3, 22), entity("url", 26, 13)
    assert linked(text, marks[0]) == ("https://VNExpress.net/",)
    assert linked(text, *marks) == ("https://VNExpress.net/", "https://vnexpress.net")


def test_what_only_telegram_knows_as_an_address_is_found() -> None:
    """A top-level domain that no list of ours has."""
    assert linked("xem abc.quebec", entity("url", 4, 10)) == ("https://abc.quebec",)


def test_a_mention_of_a_person_is_no_link() -> None:
    """Somebody without a username is mentioned by a link."""
    assert linked("Chị Lan", entity("text_link", 0, 7, url="tg://user?id=7")) == ()
    assert linked("Chị Lan", entity("text_mention", 0, 7)) == ()
    assert linked("a@x.vn", entity("email", 0, 6)) == ()


def test_links_behind_buttons_and_in_rich_messages_count() -> None:
    keyboard = {
        "inline_keyboard": [
            [{"text": "Nhận quà", "url": "https://bay.top/q"}, {"text": "x", "callback_data": "1"}]
        ]
    }
    assert to_post(message({"text": "a"}, reply_markup=keyboard)).links == ("https://bay.top/q",)
    assert to_post(message(HANDED_OVER["rich_message"])).links == ("https://vi.du/an",)


@pytest.mark.parametrize(
    ("offset", "length"),
    [(-3, 3), (-1, 13), (0, 0), (0, -1), (5, -3), (99, 5), (40, 99), (2**40, 2**40)],
)
def test_an_offset_from_nowhere_makes_up_no_link(offset: int, length: int) -> None:
    text = "Bão 😀 sắp vào, bà con chú ý nhé cả nhà"
    assert linked(text, entity("url", offset, length)) == ()


@pytest.mark.parametrize("offset", [0, 1])
def test_an_offset_in_the_middle_of_an_emoji_breaks_nothing(offset: int) -> None:
    """Half of it is left out."""
    [link] = linked("😀a.quebec", entity("url", offset, 11))
    assert link.endswith("a.quebec")
    assert link.isprintable()


numbers = st.integers(-5, 90) | st.integers()
marks = st.builds(
    entity,
    st.sampled_from(["url", "text_link", "bold", "mention", "email", "blockquote"]),
    numbers,
    numbers,
    url=st.none() | st.sampled_from(["https://x.vn", "", "tg://user?id=1", "x"]),
)


@given(anything.filter(bool), st.lists(marks, max_size=4), st.sampled_from([None, *ORIGINS]))
def test_no_text_and_no_marks_break_it(
    text: str, entities: list[dict[str, Any]], shape: str | None
) -> None:
    """The words stay as they came, links are each named once."""
    more = {"forward_origin": ORIGINS[shape]} if shape else {}
    post = to_post(message({"text": text}, entities=entities, **more))
    assert post.text == text
    assert len(set(post.links)) == len(post.links)
    assert all(post.links)
    for link in post.links:
        link.encode()


@pytest.mark.parametrize("shape", ORIGINS)
def test_half_an_emoji_is_made_whole_or_replaced(shape: str) -> None:
    """JSON can carry it, UTF-8 and a database cannot."""
    origin = repr(ORIGINS[shape]).replace("Ai Đó", "\\ud83d").replace("Kênh Ví Dụ", "\\ud83d")
    text = "bão \ud83d\ude00 \ud83d http://x.vn/\udc00"
    post = to_post(message({"text": text}, forward_origin=ast.literal_eval(origin)))
    assert post.text == "bão 😀 \ufffd http://x.vn/\ufffd"
    assert post.links == ("http://x.vn/\ufffd",)
    assert post.origin is not None
    repr(post).encode()
    (post.origin.name or "").encode()


def test_a_very_long_text_is_cut() -> None:
    post = to_post(message({"text": "bão " * 20_000}))
    assert len(post.text) == LONGEST_TEXT


def test_an_albums_messages_share_a_key_and_each_has_its_part() -> None:
    """Within its chat: another chat's album of the same id is another."""
    one, two = (message(HANDED_OVER["photo"], number=n, media_group_id="99") for n in (5, 6))
    assert key_of(one) == ("-1002/album/99", "5")
    assert key_of(two) == ("-1002/album/99", "6")
    assert key_of(message({"text": "a"}, number=5)) == ("-1002/5", "5")
    elsewhere = message({"text": "a"}, chat={"id": -77, "type": "group", "title": "x"})
    assert key_of(elsewhere) == ("-77/5", "5")

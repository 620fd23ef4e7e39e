"""Updates as JSON, made from aiogram's own types, with Vietnamese and hostile values."""

from __future__ import annotations

import functools
import types
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.fakes.vietnamese import ACCENTED, CONSONANTS, EMOJI, INVISIBLE, LOOKALIKES, MARKS
from tests.handlers.posts import marked

Json = dict[str, Any]
GROUP, OTHER, FORUM, LOOSE = -1001, -1002, -1003, -1009
"""The first three have joined; what moves or ends a group is mostly tried on the last."""
ADMIN, MEMBER, HOLDER, STRANGER = 11, 12, 13, 14
BOT = 99
NEEDLE = "Kimtuyenbimat"
"""Stands in posts that carry a secrecy mark, and nowhere else."""
START = 1_790_000_000

_DEEP = 3
_MANY = [-(2**63), -(2**31), -1, 0, 1, 2, 5, 64, 255, 4096, 2**31, 2**53, 2**63 - 1, 2**64]
_FACTS = [
    "Sáng nay tỉnh khánh thành trạm y tế mới tại xã Minh Hoạ, phục vụ hơn 6.000 người dân.",
    "Nghe nói tuần sau cả thành phố cắt nước ba ngày liền. Mọi người tranh thủ tích trữ đi nhé!",
    "NHÀ CÁI UY TÍN – nạp lần đầu tặng 200%, rút tiền trong 3 phút! Đăng ký nhận ngay 88k.",
    "Anh Trần Văn B, CCCD 001099012345, số 5 ngõ 7 phố Ví Dụ, gọi 0912 345 678.",
    "LƯU HÀNH NỘI BỘ\nDanh sách cán bộ trực tuần này",
    "Kính mời các đồng chí dự họp giao ban lúc 8 giờ sáng thứ Ba, tại phòng họp tầng 2.",
]
_SECRET = marked(f"{NEEDLE} tại kho số 7")
_LINKS = [
    "https://baochinhphu.vn/khanh-thanh-1.htm", "http://nap-thuong-188.top/dang-ky", "vidu.gov.vn",
    "https://xn--bochnhph-d0a.vn/", "http://[::1", "https://a@b@c:99999/", "tg://user?id=1",
    "javascript:alert(1)", "https://bit.ly/3abc", "http://\u0661.vn",
    "https://" + "a." * 120 + "vn",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fvidu.vn%2F%25%25",
    "https://vidu.vn/\u202e/nv.exe",
]  # fmt: skip
_COMMANDS = [
    "/start", "/start SAI", "/start@can_tin_thu_bot x", "/kiemtra", "/check", "/stats", "/stats 7",
    "/thongke nam", "/baocao", "/nhactuan", "/caidat", "/caidat cancu", "/caidat lienhe",
    "/caidat lienhe tat", "/quyenriengtu", "/xoadulieu", "/xoa", "/trogiup", "/visao", "/", "/ ",
]  # fmt: skip
_WORDS = ["@can_tin_thu_bot", "vì sao?", "tại sao", "cảm ơn", "ok", "👍", "\ud83d", "\x00",
    "{{ 7*7 }}",
          "<b>", "&amp;", "</blockquote>", "%s", "\u202e", "\ufeff", "a" * 5_000,
          "\n" * 300]  # fmt: skip
_TONES = ["\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "\ud83d", "\x00", "\u202e"]
_SCALARS: dict[Any, st.SearchStrategy[Any]] = {}


# One draw for a whole text: twenty thousand updates are to be made within a minute or two.
_typed = st.text(
    "".join([*ACCENTED, *CONSONANTS, *INVISIBLE, *LOOKALIKES, *MARKS, *EMOJI, *_TONES])
)
texts = st.one_of(
    st.sampled_from(_FACTS),
    st.sampled_from(_FACTS + _LINKS + _WORDS + _COMMANDS),
    _typed,
    st.just(_SECRET),
    st.tuples(st.sampled_from(_COMMANDS), st.sampled_from([*_FACTS, *_LINKS, _SECRET])).map(
        " ".join
    ),
    st.tuples(st.sampled_from(_FACTS), st.sampled_from(_LINKS)).map(" ".join),
)
"""What people write: posts, commands, rubbish, and posts that carry a secrecy mark."""
odd = st.one_of(_typed, st.sampled_from(_WORDS + _LINKS))
"""Names and titles; never with the words that must leave no trace."""
numbers = st.one_of(st.integers(0, 60), st.sampled_from(_MANY))
when = st.one_of(
    st.integers(START - 90_000, START + 600), st.sampled_from([0, 1, START, 2**31, -1])
)
chats = st.sampled_from([GROUP, GROUP, GROUP, OTHER, FORUM, LOOSE, ADMIN, HOLDER, HOLDER, STRANGER])
people = st.sampled_from(
    [ADMIN, ADMIN, MEMBER, HOLDER, STRANGER, 777000, 1087968824, 136817688, BOT]
)
message_ids = st.integers(1, 60)
_FOUR, _PLACES = st.integers(0, 3), st.integers(0, 500)
_TWISTS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5])
_KINDS = st.sampled_from(sorted(set(Update.model_fields) - {"update_id"}))
_OFFSETS = st.integers(-2, 200)
_ENTITIES = st.sampled_from(
    ["url", "text_link", "mention", "bot_command", "text_mention", "bold", "pre", "lạ"]
)
_LOOSELY = st.sampled_from([LOOSE, LOOSE, STRANGER, GROUP])


@st.composite
def _chat(draw: st.DrawFn) -> Json:
    number = draw(chats)
    kind = "private" if number > 0 else "supergroup"
    return {"id": number, "type": kind, "title": draw(odd), "first_name": "Lan"}


@st.composite
def _entity(draw: st.DrawFn) -> Json:
    made: Json = {
        "type": draw(_ENTITIES),
        "offset": draw(_OFFSETS),
        "length": draw(_OFFSETS),
    }
    if draw(_FOUR):
        made["url"] = draw(_FIELDS["url"])
    return made


_SCALARS |= {
    str: odd,
    int: numbers,
    float: st.sampled_from([0.0, -1.5, 1e308, 16.4]),
    bool: st.booleans(),
    datetime: when,
}
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "message_id": message_ids, "date": when, "edit_date": when, "text": texts, "caption": texts,
    "chat_instance": st.just("1"), "data": st.one_of(odd, st.sampled_from(["1:share:1", "1:x:0"])),
    "media_group_id": st.sampled_from(["7", "8"]), "message_thread_id": st.sampled_from([1, 3, 5]),
    "is_bot": st.just(False), "url": st.sampled_from(_LINKS),
    "migrate_to_chat_id": st.just(LOOSE - 1), "migrate_from_chat_id": st.just(LOOSE - 2),
}  # fmt: skip
_MORE = st.sampled_from(
    ["", "", "origin", "origin", "origin", "album", "reply", "about", "entities"]
)
_ORIGINS = st.deferred(lambda: fitting(Message.model_fields["forward_origin"].annotation, 2))
# What a person hands over comes more often than the hundred kinds of service messages.
_OFTEN = (
    "text", "text", "text", "text", "text", "caption", "entities", "forward_origin",
    "forward_origin",
    "reply_to_message", "reply_to_message", "photo", "media_group_id", "edit_date", "sender_chat",
    "is_topic_message", "message_thread_id", "poll", "checklist", "rich_message", "reply_markup",
)  # fmt: skip


@functools.cache
def fitting(annotation: Any, depth: int) -> st.SearchStrategy[Any]:
    """Values that fit a type's annotation."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _plain_value(annotation, depth)
    if origin is Annotated:
        return fitting(inner[0], depth)
    if origin is list:
        return st.lists(fitting(inner[0], depth), max_size=2)
    if origin is Literal:
        return st.sampled_from(inner)
    assert origin in (Union, types.UnionType), annotation
    return st.one_of(*(fitting(one, depth) for one in inner if one is not type(None)))


def _plain_value(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from([one.value for one in kind])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return record(kind, depth)
    return _SCALARS.get(kind, odd)


@functools.cache
def record(model: type[BaseModel], depth: int) -> st.SearchStrategy[Json]:
    """A JSON object that fits a model: all that it needs and some of what it may have."""
    name = model.__name__
    if name == "Chat":
        return _chat()
    if model is MessageEntity:
        return _entity()
    needed, free = [], []
    for field, about in model.model_fields.items():
        telling = field in ("type", "source", "status") and isinstance(about.default, str)
        (needed if about.is_required() or telling else free).append(field)
    if model is Message:
        free += 6 * [field for field in _OFTEN if field in free]
    some = st.just([])
    if free and depth < _DEEP:
        some = st.lists(st.sampled_from(free), max_size=4 if model is Message else 2)
    return _record(model, tuple(needed), some, depth)


@st.composite
def _record(
    draw: st.DrawFn,
    model: type[BaseModel],
    needed: tuple[str, ...],
    some: st.SearchStrategy[list[str]],
    depth: int,
) -> Json:
    fields = (*needed, *draw(some))
    return {
        model.model_fields[field].alias or field: draw(_value(model, field, depth))
        for field in fields
    }


@functools.cache
def _value(model: type[BaseModel], field: str, depth: int) -> st.SearchStrategy[Any]:
    about = model.model_fields[field]
    if field in ("type", "source", "status") and isinstance(about.default, str):
        return st.just(about.default)
    if model.__name__ == "User" and field == "id":
        return people
    if field in ("text", "caption") and model is not Message:
        return odd
    known = _FIELDS.get(field)
    return fitting(about.annotation, depth + 1) if known is None else known


@st.composite
def _message(draw: st.DrawFn) -> Json:
    made: Json = draw(record(Message, 0))
    made["from"] = {"id": draw(people), "is_bot": False, "first_name": "Lan"}
    if draw(_FOUR) == 0:
        made["reply_to_message"] = {"@ours": draw(_PLACES)}
    return made


@st.composite
def _post(draw: st.DrawFn) -> Json:
    """What people mostly send: words, forwarded or not, now and then in reply or with a link."""
    made: Json = {
        "message_id": draw(message_ids), "date": START, "chat": draw(_chat()), "text": draw(texts),
        "from": {"id": draw(people), "is_bot": False, "first_name": "Lan"},
    }  # fmt: skip
    more = draw(_MORE)
    if more in ("origin", "album"):
        made["forward_origin"] = draw(_ORIGINS)
    if more == "album":
        made |= {"media_group_id": "7", "caption": made.pop("text")}
    elif more == "reply":
        made["reply_to_message"] = {"@ours": draw(_PLACES)}
    elif more == "about":
        made["reply_to_message"] = {**made, "message_id": 50, "text": draw(texts)}
    elif more == "entities":
        made["entities"] = [draw(_entity())]
    return made


@st.composite
def _press(draw: st.DrawFn) -> Json:
    """A press of a button that the bot offered (``@button``), or of one that it never did."""
    made: Json = draw(record(CallbackQuery, 1))
    made |= {"from": {"id": draw(people), "is_bot": False, "first_name": "Lan"}}
    if draw(_FOUR):
        made["@button"] = draw(_PLACES)
        made["@twist"] = draw(_TWISTS)
    return made


@st.composite
def _other(draw: st.DrawFn) -> Json:
    kind = draw(_KINDS)
    return {kind: draw(fitting(Update.model_fields[kind].annotation, 1))}


@st.composite
def _membership(draw: st.DrawFn) -> Json:
    made: Json = draw(record(ChatMemberUpdated, 1))
    made["chat"] = {**made["chat"], "id": draw(_LOOSELY)}
    return made


updates = st.one_of(
    _post().map(lambda one: {"message": one}),
    _post().map(lambda one: {"message": one}),
    _post().map(lambda one: {"edited_message": one | {"edit_date": START}}),
    _message().map(lambda one: {"message": one}),
    _message().map(lambda one: {"edited_message": one}),
    _press().map(lambda one: {"callback_query": one}),
    _press().map(lambda one: {"callback_query": one}),
    _other(),
    _membership().map(lambda one: {"my_chat_member": one}),
)
"""One update without its number; ``@`` marks what only a running bot can fill in."""

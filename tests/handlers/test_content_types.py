"""Whatever Telegram can send, as a raw update through the real dispatcher: never an error."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.world import Chat
from tests.bot.office import MAI, SEN, Office
from tests.bot.people import Json
from tests.handlers.payloads import content, kinds, without_field
from tests.handlers.posts import rumour, written

LOOSE = -1001900000099
"""A group that never joined: what moves a group is tried there."""
READABLE = {"text", "poll", "game", "checklist", "invoice", "rich_message"}
"""Those that have words even in their smallest message."""
ORIGIN = {"forward_origin": {"type": "hidden_user", "sender_user_name": "Ai đó", "date": 1}}
PEOPLE_SEND = {
    "text", "animation", "audio", "document", "paid_media", "photo", "sticker", "story", "video",
    "video_note", "voice", "contact", "dice", "game", "poll", "venue", "location", "live_photo",
    "checklist", "rich_message", "invoice", "giveaway",
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module")
async def calm(shared: Office, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Office]:
    """The shared office; at the end no error was logged, and nobody was apologised to."""
    caplog.set_level(logging.WARNING)
    yield shared
    await shared.quiet()
    said = caplog.get_records("call")
    assert [line.getMessage() for line in said if line.levelno >= logging.ERROR] == []
    for chat in (shared.group, MAI, SEN):
        if chat in shared.sandbox.world.chats:
            assert not [m for m in shared.messages(chat) if written(m).startswith("Xin lỗi")]


async def sends(place: Office, chat: int, fields: Json, user: int = MAI) -> list[Json]:
    """Post something; what the bot says to it."""
    before = len(place.messages(chat)) if chat in place.sandbox.world.chats else 0
    await place.person(user).posts(chat, fields)
    await place.quiet()
    return place.messages(chat)[before:]


def test_every_content_type_is_tried() -> None:
    """aiogram knows no content type that is missing here."""
    assert len(kinds()) > 60
    assert without_field() == set()
    assert set(kinds()) >= PEOPLE_SEND


@pytest.mark.parametrize("kind", kinds())
async def test_every_content_type_in_a_group(calm: Office, kind: str) -> None:
    """Unasked and not forwarded, everything passes in silence."""
    if kind.startswith("migrate_"):
        world = calm.sandbox.world
        if LOOSE not in world.chats:
            bot = world.bot["id"]
            world.add_chat(Chat(LOOSE, "supergroup", "Khác"), {MAI: "creator", bot: "member"})
        await sends(calm, LOOSE, content(kind))
        return
    assert await sends(calm, calm.group, content(kind)) == []


@pytest.mark.parametrize("kind", sorted(PEOPLE_SEND))
async def test_every_content_type_forwarded_into_a_group(calm: Office, kind: str) -> None:
    """One answer if there is something to read, else silence."""
    answers = await sends(calm, calm.group, content(kind) | ORIGIN)
    assert len(answers) == (kind in READABLE)


@pytest.mark.parametrize("kind", kinds())
async def test_every_content_type_in_private(calm: Office, kind: str) -> None:
    """What a person sends is answered with one message; a service message with none."""
    if kind.startswith("migrate_"):
        return
    answers = await sends(calm, MAI, content(kind))
    assert len(answers) == (kind in PEOPLE_SEND)


@pytest.mark.parametrize("kind", kinds())
async def test_every_content_type_from_a_stranger(calm: Office, kind: str) -> None:
    """At most the one sentence of the day."""
    if not kind.startswith("migrate_"):
        await sends(calm, SEN, content(kind), SEN)
    if SEN in calm.sandbox.world.chats:
        assert len(calm.messages(SEN)) <= 1


@pytest.mark.parametrize("kind", sorted(PEOPLE_SEND))
async def test_every_content_type_asked_about(calm: Office, kind: str) -> None:
    """/kiemtra in reply is always answered: with advice, or with what cannot be read."""
    sent = await calm.person().posts(calm.group, content(kind))
    await calm.quiet()
    before = len(calm.messages())
    await calm.person().says(calm.group, "/kiemtra", reply_to=sent["message_id"])
    await calm.quiet()
    assert len(calm.messages()) == before + 1


@pytest.mark.parametrize("kind", kinds())
async def test_every_content_type_edited(calm: Office, kind: str) -> None:
    if kind.startswith("migrate_"):
        return
    for chat in (calm.group, MAI):
        message = await calm.person().posts(chat, content(kind))
        calm.sandbox.world.updates.put("edited_message", chat, message | {"edit_date": 1})
    await calm.quiet()


HOSTILE = {
    "100 kB": "Nghe nói ngày mai cắt nước cả phường. " * 2_700,
    "one long word": "a" * 100_000,
    "right to left": "\u202e\u2067Nghe nói ngày mai cắt nước\u2069\u202c \u05d0\u05d1 \u0627\u0644",
    "zero width": "\u200b".join("Nghe nói ngày mai cắt nước cả phường") + "\u200d\u2060\ufeff",
    "only zero width": "\u200b\u200d\u2060\ufeff\u00ad",
    "decomposed": "Nghe no\u0301i nga\u0300y mai ca\u0306\u0301t nu\u031bo\u031b\u0301c",
    "markup": "<b>Nghe nói</b> &amp; <script>alert(1)</script> {{ 7*7 }} {% raw %} </blockquote>",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈" * 500,
    "control": "Nghe nói\x00\x01\x1b[31m ngày\u2028mai\u2029cắt\x85nước",
    "lone surrogate": "Nghe nói \ud83d ngày mai cắt nước",
    "line breaks": "\n" * 3_000 + "x",
    "links": " ".join(f"https://vi-du-{n}.vn/a" for n in range(1_500)),
    "odd links": "http://[::1 https://%%% http://\u0661.vn https://a@b@c:99999/ https://.. xn--",
    "combining": "a" + "\u0301" * 5_000,
    "command": "/kiemtra@" + "x" * 5_000,
    "start": "/start " + "\u0111" * 5_000,
    "stats": "/stats " + "9" * 5_000,
    "settings": "/caidat cancu " + "<b>\u202e{{x}}" * 500,
    "look-alike": "Ngh\u0435 nói ngày m\u0430i cắt nước \u0441ả phường",
}
NOTHING_TO_READ = {"only zero width", "command", "settings"}
WORDLESS = {("emoji", "forward"), ("emoji", "caption")}
"""Signs without a word: unasked, nothing is said."""


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("way", ["forward", "private", "caption", "asked"])
async def test_hostile_texts_are_answered_like_others(calm: Office, name: str, way: str) -> None:
    """Answers stay within Telegram's limits, or the sandbox would have refused them."""
    text = HOSTILE[name]
    ways: dict[str, tuple[int, Json]] = {
        "forward": (calm.group, {"text": text} | ORIGIN),
        "private": (MAI, {"text": text}),
        "caption": (calm.group, content("photo") | {"caption": text} | ORIGIN),
        "asked": (calm.group, {"text": f"/kiemtra {text}"}),
    }
    chat, fields = ways[way]
    told = len(await sends(calm, chat, fields))
    assert told == (0 if (name, way) in WORDLESS else 1) or name in NOTHING_TO_READ
    calls = calm.sandbox.world.calls
    refusals = [c for c in calls if c.get("error") and c["method"] != "getFile"]  # made-up files
    assert refusals == []


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "url", "offset": 9_999, "length": 5},
        {"type": "url", "offset": 0, "length": 9_999},
        {"type": "url", "offset": 3, "length": 0},
        {"type": "url", "offset": -4, "length": 2},
        {"type": "text_link", "offset": 0, "length": 1},
        {"type": "text_link", "offset": 0, "length": 1, "url": "tg://user?id=1"},
        {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"},
        {"type": "mention", "offset": 1, "length": 1},
        {"type": "never_heard_of", "offset": 0, "length": 1},
    ],
)
async def test_broken_entities_do_no_harm(calm: Office, entity: Json) -> None:
    for chat in (calm.group, MAI):
        text = f"😀 {rumour()['text']}"
        answers = await sends(calm, chat, {"text": text, "entities": [entity]} | ORIGIN)
        assert len(answers) == 1


async def test_an_empty_message_passes_in_silence(calm: Office) -> None:
    assert await sends(calm, calm.group, {}) == []
    assert await sends(calm, MAI, {}) == []


async def test_a_field_of_tomorrow_does_no_harm(calm: Office) -> None:
    """Telegram adds fields and kinds of updates at any time."""
    assert await sends(calm, calm.group, {"hologram": {"id": 1}}) == []
    fields = {"text": rumour()["text"], "hologram": 1} | ORIGIN
    assert len(await sends(calm, calm.group, fields)) == 1
    calm.sandbox.world.updates.allowed |= {"hologram_changed"}
    calm.sandbox.world.updates.put("hologram_changed", 1, {"id": "1"})
    await calm.quiet()

"""Letters to Telegram: each refusal of the Bot API means the right thing, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramEntityTooLarge, TelegramNetworkError
from aiogram.methods import SendMessage
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.messenger import Gone, Moved, Refused, Wait
from bot.outgoing import TelegramMessenger, outcome
from bot.receiving import make_bot
from bot.sandbox import members
from bot.sandbox.pictures import plain_png
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat
from models.letter import Letter
from tests.bot.conftest import GROUP, LAN

CHOICES = (
    ({"label": "Đã chia sẻ", "action": "1:share:7"}, {"label": "Xem", "url": "https://vi.du/"}),
)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """The bot as the program makes it."""
    async with make_bot(sandbox.token, sandbox.url).context() as made:
        yield made


@pytest.fixture
def messenger(bot: Bot) -> TelegramMessenger:
    return TelegramMessenger(bot)


def letter(text: str = "<b>Được</b> chia sẻ &amp; lưu", chat: int = GROUP, **more: Any) -> Letter:
    return Letter(
        key=f"answer:{chat}/{text}", platform="telegram", chat=str(chat), text=text, **more
    )


def messages(sandbox: Sandbox, chat: int = GROUP) -> list[dict[str, Any]]:
    return list(sandbox.world.chats[chat].messages.values())


async def test_a_letter_arrives_with_its_words_its_buttons_and_its_place(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    first = await messenger.deliver(letter("câu hỏi"))
    number = await messenger.deliver(letter(choices=CHOICES, reply_to=first))
    sent = messages(sandbox)[-1]
    assert number == str(sent["message_id"])
    assert sent["text"] == "Được chia sẻ & lưu"
    assert [one["type"] for one in sent["entities"]] == ["bold"]
    assert str(sent["reply_to_message"]["message_id"]) == first
    [[share, link]] = sent["reply_markup"]["inline_keyboard"]
    assert share == {"text": "Đã chia sẻ", "callback_data": "1:share:7"}
    assert link == {"text": "Xem", "url": "https://vi.du/"}


async def test_an_answer_to_a_deleted_message_still_arrives(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    await messenger.deliver(letter(reply_to="4711"))
    assert len(messages(sandbox)) == 1


async def test_an_edit_changes_the_message_and_the_same_words_again_are_taken_too(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    """Telegram refuses an edit that changes nothing; for us it is done."""
    number = await messenger.deliver(letter("cũ", choices=CHOICES))
    for _ in range(2):
        assert await messenger.deliver(letter("mới", kind="edit", edit_of=number)) == number
    [only] = messages(sandbox)
    assert only["text"] == "mới"
    assert "reply_markup" not in only


async def test_a_picture_is_uploaded_once_and_then_sent_by_its_id(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    one, other = plain_png(), plain_png(colour=(1, 2, 3))
    for picture in (one, one, other):
        await messenger.deliver(letter("Biểu đồ", picture=picture))
    calls = [call["params"] for call in sandbox.world.calls if call["method"] == "sendPhoto"]
    files = [sent["photo"][-1]["file_unique_id"] for sent in messages(sandbox)]
    assert [call["photo"].startswith("attach://") for call in calls] == [True, False, True]
    assert files[0] == files[1] != files[2]
    assert messages(sandbox)[0]["caption"] == "Biểu đồ"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "retry", "seconds": 17}, Wait(17.0, "")),
        ({"kind": "kicked"}, Gone()),
        ({"kind": "blocked"}, Gone()),
        ({"kind": "migrate", "to": -1007}, Moved("-1007")),
        ({"kind": "error", "status": 500}, Wait(None, "")),
        ({"kind": "error", "status": 401, "text": "Unauthorized"}, Wait(None, "")),
        ({"kind": "html"}, Wait(None, "")),
        ({"kind": "reset"}, Wait(None, "")),
        ({"kind": "lost_ack"}, Wait(None, "")),
        ({"kind": "bad", "text": "message thread not found"}, Refused()),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else type(value).__name__,
)
async def test_each_trouble_has_its_outcome_and_the_next_letter_goes(
    sandbox: Sandbox, messenger: TelegramMessenger, fault: dict[str, Any], expected: Exception
) -> None:
    sandbox.faults.add({"method": "sendMessage", **fault})
    with pytest.raises(type(expected)) as caught:
        await messenger.deliver(letter())
    for name in ("seconds", "chat"):
        assert getattr(caught.value, name, None) == getattr(expected, name, None)
    shown = f"{caught.value!r} {caught.value}"
    assert sandbox.token not in shown
    await messenger.deliver(letter())


async def test_a_page_that_is_no_text_is_no_reason_to_give_a_letter_up() -> None:
    """As some office's proxy shows, in an encoding that it does not name."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(status=502, body="Máy chủ bận".encode("cp1258", "replace") + b"\xff")

    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", page)
    async with (
        TestServer(application) as server,
        make_bot("123456789:x", str(server.make_url("")).rstrip("/")).context() as bot,
    ):
        with pytest.raises(Wait):
            await TelegramMessenger(bot).deliver(letter())


async def test_a_chat_that_is_none_or_an_edit_of_nothing_is_refused(
    messenger: TelegramMessenger,
) -> None:
    with pytest.raises(Refused):
        await messenger.deliver(letter(chat=-4711))
    with pytest.raises(Refused):
        await messenger.deliver(letter(kind="edit", edit_of="4711"))


async def test_a_refusal_is_said_though_the_answer_before_it_was_deleted(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    """It asks to delete the post, which is still there. Other changes are given up."""
    first = await messenger.deliver(letter("bài"))
    change = letter("⛔ KHÔNG LƯU", kind="edit", edit_of="4711", reply_to=first)
    number = await messenger.deliver(change)
    assert [one["text"] for one in messages(sandbox)] == ["bài", "⛔ KHÔNG LƯU"]
    assert number == str(messages(sandbox)[-1]["message_id"])
    with pytest.raises(Refused):
        await messenger.deliver(replace(change, choices=CHOICES))


async def test_an_upgraded_group_tells_where_it_went(
    sandbox: Sandbox, messenger: TelegramMessenger
) -> None:
    """Not by a made-up fault, but as it happens."""
    me = sandbox.world.bot["id"]
    old = sandbox.world.add_chat(Chat(-77, "group", "Tổ"), {LAN: "creator", me: "member"})
    new = members.upgrade(sandbox.world, old, by=LAN)
    with pytest.raises(Moved) as caught:
        await messenger.deliver(letter(chat=-77))
    assert caught.value.chat == str(new.id)


def test_what_is_too_large_is_refused_and_not_tried_for_ever() -> None:
    """aiogram counts it among the errors of the network."""
    method = SendMessage(chat_id=1, text="x")
    error = TelegramEntityTooLarge(method=method, message="too big")
    assert isinstance(error, TelegramNetworkError)
    assert isinstance(outcome(error), Refused)
    assert isinstance(outcome(TelegramNetworkError(method=method, message="away")), Wait)

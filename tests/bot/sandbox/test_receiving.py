"""How updates reach the bot: long poll, offsets, 409, allowed_updates, privacy mode, webhook."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import actions, members
from bot.sandbox.server import Sandbox
from bot.sandbox.updates import DAY, PRESS_LIFE
from bot.sandbox.webhook import HEADER, pause_after
from tests.bot.conftest import BA, GROUP, LAN, Api
from tests.bot.people import settled


async def test_a_long_poll_waits_for_the_next_message(api: Api, sandbox: Sandbox) -> None:
    """The poll is open before anything is said, and ends with what is said."""
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(api("getUpdates", timeout=30))
        while sandbox.world.updates.polls == 0:
            await sandbox.world.updates.arrival(None)
        await asyncio.sleep(0)
        assert not poll.done()
        actions.say(sandbox.world, LAN, LAN, "xin chào")
    [update] = poll.result()
    assert update["message"]["text"] == "xin chào"


async def test_updates_come_again_until_the_offset_confirms_them(
    api: Api, sandbox: Sandbox
) -> None:
    """Nothing goes without a higher offset; limit cuts; a negative offset takes the last."""
    for word in ("một", "hai", "ba"):
        actions.say(sandbox.world, LAN, LAN, word)
    first = await api("getUpdates", limit=2)
    assert [u["message"]["text"] for u in first] == ["một", "hai"]
    assert await api("getUpdates", limit=2) == first
    rest = await api("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["ba"]
    actions.say(sandbox.world, LAN, LAN, "bốn")
    last = await api("getUpdates", offset=-1)
    assert [u["message"]["text"] for u in last] == ["bốn"]


async def test_a_second_poller_ends_the_first_with_409(api: Api, sandbox: Sandbox) -> None:
    """Telegram's text, for the older poll."""
    async with asyncio.TaskGroup() as tasks:
        old = tasks.create_task(api.raw("getUpdates", timeout=30))
        while sandbox.world.updates.polls == 0:
            await sandbox.world.updates.arrival(None)
        tasks.create_task(api.raw("getUpdates", timeout=0))
    assert old.result() == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }


async def test_allowed_updates_persist(api: Api, sandbox: Sandbox) -> None:
    """Named once, kept for later polls; an empty list is the default, without chat_member."""
    await api("getUpdates", allowed_updates=["message"])
    await api("getUpdates")
    members.set_bot(sandbox.world, sandbox.world.chats[GROUP], "administrator", by=LAN)
    assert await api("getUpdates") == []
    await api("getUpdates", allowed_updates=[])
    members.set_bot(sandbox.world, sandbox.world.chats[GROUP], "member", by=LAN)
    members.set_person(sandbox.world, sandbox.world.chats[GROUP], BA, "administrator", by=LAN)
    assert [set(u) - {"update_id"} for u in await api("getUpdates")] == [{"my_chat_member"}]


async def test_updates_live_a_day_and_presses_150_seconds(api: Api, sandbox: Sandbox) -> None:
    """Then they are gone; a late answer to a press is refused."""
    keyboard = {"inline_keyboard": [[{"text": "Đã chia sẻ", "callback_data": "1"}]]}
    sent = await api("sendMessage", chat_id=LAN, text="a", reply_markup=keyboard)
    actions.say(sandbox.world, LAN, LAN, "cũ")
    query = actions.press(sandbox.world, LAN, LAN, sent["message_id"], "Đã chia sẻ")
    now = sandbox.clock.timestamp()
    sandbox.world.clock = sandbox.world.updates.now = lambda: now + PRESS_LIFE + 5
    assert [set(u) - {"update_id"} for u in await api("getUpdates")] == [{"message"}]
    assert "query is too old" in await api.refusal(
        "answerCallbackQuery", callback_query_id=query["id"]
    )
    sandbox.world.updates.now = lambda: now + DAY + 5
    assert await api("getUpdates") == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("tin chuyển tiếp", False),
        ("/stats", True),
        ("/stats@can_tin_thu_bot", True),
        ("/stats@other_bot", False),
        ("hỏi @can_tin_thu_bot chút", True),
    ],
)
async def test_privacy_mode_hides_plain_messages(
    api: Api, sandbox: Sandbox, text: str, seen: bool
) -> None:
    """A member with privacy mode on gets only what is meant for it; an administrator all."""
    chat = sandbox.world.chats[GROUP]
    chat.members[sandbox.world.bot["id"]].sees_all = False
    actions.say(sandbox.world, GROUP, BA, text)
    assert bool(await api("getUpdates")) is seen
    members.set_bot(sandbox.world, chat, "administrator", by=LAN)
    before = len(await api("getUpdates"))
    actions.forward(sandbox.world, GROUP, BA, {"kind": "hidden", "name": "Ai Đó"}, text="bài")
    assert len(await api("getUpdates")) == before + 1


async def test_a_reply_to_the_bot_is_seen_in_privacy_mode(api: Api, sandbox: Sandbox) -> None:
    """As Telegram does, so that a question in reply reaches it."""
    sandbox.world.chats[GROUP].members[sandbox.world.bot["id"]].sees_all = False
    sent = await api("sendMessage", chat_id=GROUP, text="nhận định")
    actions.say(sandbox.world, GROUP, BA, "vì sao?", reply_to=sent["message_id"])
    [update] = await api("getUpdates")
    assert update["message"]["reply_to_message"]["text"] == "nhận định"


class Listener:
    """A bot's webhook that answers what it is told to, and remembers what came."""

    def __init__(self) -> None:
        self.answers: list[web.Response] = []
        self.seen: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.url = ""

    async def hook(self, request: web.Request) -> web.Response:
        """One delivery."""
        self.seen.append(await request.json())
        self.secrets.append(request.headers.get(HEADER))
        return self.answers.pop(0) if self.answers else web.Response()

    async def start(self) -> web.AppRunner:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_post("/hook", self.hook)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        return runner


async def test_a_webhook_gets_updates_in_order_with_its_secret(api: Api, sandbox: Sandbox) -> None:
    """A failure is repeated and holds up its own chat; the reply's method is performed."""
    listener = Listener()
    runner = await listener.start()
    reply = web.json_response({"method": "sendMessage", "chat_id": LAN, "text": "trả lời ngay"})
    listener.answers = [web.Response(status=500), reply]
    actions.say(sandbox.world, LAN, LAN, "trước khi đặt webhook")
    await api("setWebhook", url=listener.url, secret_token="bi_mat_1")
    actions.say(sandbox.world, LAN, LAN, "sau đó")
    await settled(sandbox)
    texts = [update["message"]["text"] for update in listener.seen]
    assert texts == ["trước khi đặt webhook", "trước khi đặt webhook", "sau đó"]
    assert set(listener.secrets) == {"bi_mat_1"}
    assert "trả lời ngay" in [m.get("text") for m in sandbox.world.chats[LAN].messages.values()]
    info = await api("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert info["pending_update_count"] == 0
    refused = await api.raw("getUpdates")
    assert (refused["error_code"], refused["description"][:34]) == (
        409,
        "Conflict: can't use getUpdates met",
    )
    await api("deleteWebhook")
    assert await api("getUpdates") == []
    await runner.cleanup()


def test_pauses_between_tries_double_up_to_a_minute_or_two() -> None:
    """At once, then 2, 4, 8, 16, 32, then 60 to 120 s."""
    assert [pause_after(n) for n in range(1, 7)] == [0, 2, 4, 8, 16, 32]
    assert pause_after(9, lambda: 0.5) == 90

"""Trouble on demand looks to the bot as it does with Telegram."""

from __future__ import annotations

import aiohttp
import pytest

from bot.sandbox import members
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Flood
from bot.sandbox.request import Call
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat
from tests.bot.conftest import GROUP, LAN, Api

SUPER = -1007


@pytest.mark.parametrize(
    ("fault", "code", "text", "parameters"),
    [
        (
            {"kind": "retry", "seconds": 3},
            429,
            "Too Many Requests: retry after 3",
            {"retry_after": 3},
        ),
        ({"kind": "kicked"}, 403, "Forbidden: bot was kicked from the supergroup chat", None),
        (
            {"kind": "migrate", "to": SUPER},
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": SUPER},
        ),
        ({"kind": "error"}, 500, "Internal Server Error", None),
    ],
)
async def test_a_fault_answers_as_told_and_then_ends(
    api: Api, sandbox: Sandbox, fault: dict[str, object], code: int, text: str, parameters: object
) -> None:
    """Once by default, only for its method and chat."""
    sandbox.faults.add(fault | {"method": "sendMessage", "chat": str(GROUP)})
    await api("sendMessage", chat_id=LAN, text="chat khác")
    body = await api.raw("sendMessage", chat_id=GROUP, text="a")
    assert (body["error_code"], body["description"]) == (code, text)
    assert body.get("parameters") == parameters
    await api("sendMessage", chat_id=GROUP, text="a")


async def test_a_gateway_error_is_html(api: Api, sandbox: Sandbox) -> None:
    """A 502 that no JSON reader can read."""
    sandbox.faults.add({"kind": "html"})
    async with api.http.get(f"{api.base}/bot{api.token}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")


@pytest.mark.parametrize(("kind", "sent"), [("reset", 0), ("lost_ack", 1)])
async def test_a_lost_connection_may_or_may_not_have_sent(
    api: Api, sandbox: Sandbox, kind: str, sent: int
) -> None:
    """The bot sees the same in both cases."""
    sandbox.faults.add({"kind": kind, "method": "sendMessage"})
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=GROUP, text="a")
    assert len(sandbox.world.chats[GROUP].messages) == sent


async def test_an_upgraded_group_tells_its_new_id(api: Api, sandbox: Sandbox) -> None:
    """Both service messages come; the old id is refused with the new one."""
    me = sandbox.world.bot["id"]
    old = sandbox.world.add_chat(Chat(-77, "group", "Tổ"), {LAN: "creator", me: "member"})
    new = members.upgrade(sandbox.world, old, by=LAN)
    first, second = [u["message"] for u in await api("getUpdates")]
    assert (first["chat"]["id"], first["migrate_to_chat_id"]) == (-77, new.id)
    assert (second["chat"]["id"], second["migrate_from_chat_id"]) == (new.id, -77)
    body = await api.raw("sendMessage", chat_id=-77, text="a")
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    await api("sendMessage", chat_id=new.id, text="a")


def outcomes(flood: Flood, calls: list[tuple[float, str]]) -> list[bool]:
    """Which calls, each at its second and to its chat, get through."""
    passed = []
    for at, chat in calls:
        flood.clock = lambda at=at: at  # type: ignore[misc]
        try:
            flood.check(Call("sendMessage", {"chat_id": chat}))
        except ApiError as error:
            passed.append(error.code != 429)
        else:
            passed.append(True)
    return passed


def test_flood_limits_hold_per_chat_group_and_bot() -> None:
    """A burst of 5 per chat, 20 a minute per group, 30 a second in all; off by default."""
    assert all(outcomes(Flood(), [(0, "-1")] * 50))
    assert outcomes(Flood(on=True), [(0, "7")] * 6) == [True] * 5 + [False]
    slow = [(2.0 * n, "-1") for n in range(21)]
    assert outcomes(Flood(on=True), slow) == [True] * 20 + [False]
    many = [(0.0, str(n)) for n in range(31)]
    assert outcomes(Flood(on=True), many) == [True] * 30 + [False]

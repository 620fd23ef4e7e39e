"""The control API: what people do, over HTTP, and what they are told when it cannot be done."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from tests.bot.conftest import BA, GROUP, LAN, Api


async def act(api: Api, name: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """One action: status and answer."""
    async with api.http.post(f"{api.base}/sandbox/{name}", json=body) as answer:
        return answer.status, await answer.json()


async def test_actions_over_http_reach_the_bot(api: Api) -> None:
    """Said, forwarded, sent as an album, edited, promoted: each with its update."""
    here = {"chat": GROUP, "user": LAN}
    _, said = await act(api, "say", **here, text="chào")
    await act(api, "edit", **here, message=said["result"]["message_id"], text="chào cả nhà")
    origin = {"kind": "channel", "name": "Kênh", "username": "kenh"}
    await act(api, "forward", **here, origin=origin, text="tin", link="https://a.vn")
    await act(api, "album", **here, count=2, caption="hai ảnh")
    await act(api, "bot", **here, do="promote")
    kinds = [next(k for k in u if k != "update_id") for u in await api("getUpdates")]
    assert kinds == ["message", "edited_message", *["message"] * 3, "my_chat_member"]


async def test_faults_are_set_over_http(api: Api) -> None:
    """And cleared; an unknown one is refused."""
    assert (await act(api, "fault", kind="retry", times=9, seconds=2))[0] == 200
    assert (await api.raw("getMe"))["parameters"] == {"retry_after": 2}
    await act(api, "clear_faults")
    await api("getMe")
    assert (await act(api, "fault", kind="none"))[0] == 400


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("say", {"chat": GROUP, "user": 999, "text": "a"}, "no_user"),
        ("say", {"chat": -1, "user": BA, "text": "a"}, "no_chat"),
        ("say", {"chat": GROUP, "user": BA, "text": " "}, "empty"),
        ("edit", {"chat": GROUP, "user": BA, "message": 77, "text": "a"}, "no_message"),
        ("photo", {"chat": GROUP, "user": BA, "photo": "YWJj"}, "no_picture"),
        ("album", {"chat": GROUP, "user": BA, "count": 1}, "album_size"),
        ("bot", {"chat": GROUP, "user": LAN, "do": "demote"}, "unchanged"),
        ("upgrade", {"chat": GROUP, "user": LAN}, "not_a_group"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_its_code(
    api: Api, name: str, body: dict[str, Any], code: str
) -> None:
    """The page puts the code into words."""
    status, answer = await act(api, name, **body)
    assert (status, answer["error"]) == (409, code)


async def test_a_forwarded_post_cannot_be_edited_nor_anothers_message(
    api: Api, sandbox: Sandbox
) -> None:
    """As in Telegram's apps."""
    source = {"kind": "hidden", "name": "Ai Đó"}
    post = actions.forward(sandbox.world, GROUP, LAN, source, text="bài")
    body = {"chat": GROUP, "message": post["message_id"], "text": "khác"}
    assert (await act(api, "edit", user=LAN, **body))[1]["error"] == "forwarded"
    assert (await act(api, "edit", user=BA, **body))[1]["error"] == "not_yours"


async def test_a_press_is_answered_once(api: Api, sandbox: Sandbox) -> None:
    """The pop-up reaches who pressed; a second answer is too late; a menu follows its scope."""
    keyboard = {"inline_keyboard": [[{"text": "Đã chia sẻ", "callback_data": "1:share"}]]}
    sent = await api("sendMessage", chat_id=GROUP, text="a", reply_markup=keyboard)
    pressed = {"chat": GROUP, "user": BA, "message": sent["message_id"], "label": "chia sẻ"}
    _, query = await act(api, "press", **pressed)
    answer = {"callback_query_id": query["result"]["id"], "text": "Đã ghi"}
    await api("answerCallbackQuery", **answer)
    assert [(n.user, n.text) for n in sandbox.world.notices] == [(BA, "Đã ghi")]
    assert "query is too old" in await api.refusal("answerCallbackQuery", **answer)


async def test_the_menu_is_the_one_of_the_nearest_scope(api: Api) -> None:
    """An administrator's menu in a group before the groups' before the default."""
    for scope, name in (
        ("default", "a"),
        ("all_group_chats", "b"),
        ("all_chat_administrators", "c"),
    ):
        commands = [{"command": name, "description": "Lệnh thử"}]
        await api("setMyCommands", commands=commands, scope={"type": scope})
    menus = {}
    for user in (LAN, BA):
        async with api.http.get(f"{api.base}/sandbox/state?user={user}") as answer:
            state = await answer.json()
        menus[user] = {c["type"]: c["commands"][0]["command"] for c in state["chats"]}
    assert menus == {
        LAN: {"private": "a", "supergroup": "c"},
        BA: {"private": "a", "supergroup": "b"},
    }


async def test_where_it_listens_everywhere_the_address_told_is_let_in() -> None:
    """As in a container: the page and the bot find it on loopback, past any proxy."""
    made = Sandbox()
    url = await made.start("0.0.0.0")  # noqa: S104
    try:
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            assert answer.status == 200
        assert url.startswith("http://127.0.0.1:")
    finally:
        await made.stop()

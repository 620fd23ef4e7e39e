"""What Telegram refuses, the sandbox refuses, with Telegram's own words."""

from __future__ import annotations

import pytest

from bot.sandbox.pictures import plain_png
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat
from tests.bot.conftest import GROUP, LAN, Api

B = "Bad Request: "
E = B + "can't parse entities: "


def keys(*buttons: dict[str, str], rows: int = 1) -> dict[str, object]:
    """An inline keyboard."""
    return {"inline_keyboard": [list(buttons)] * rows}


REFUSED = [
    ("sendMessage", {"text": "a"}, B + "chat_id is empty"),
    ("sendMessage", {"chat_id": 5, "text": "a"}, B + "chat not found"),
    ("sendMessage", {"chat_id": LAN}, B + "message text is empty"),
    ("sendMessage", {"chat_id": LAN, "text": " \n "}, B + "message text is empty"),
    ("sendMessage", {"chat_id": LAN, "text": "á" * 4097}, B + "message is too long"),
    ("sendMessage", {"chat_id": LAN, "text": "😀" * 2049}, B + "message is too long"),
    ("sendMessage", {"chat_id": LAN, "text": "a", "parse_mode": "X"}, B + "unsupported parse_mode"),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "<b>á", "parse_mode": "HTML"},
        E + 'Can\'t find end tag corresponding to start tag "b"',
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "á<x>", "parse_mode": "HTML"},
        E + 'Unsupported start tag "x" at byte offset 2',
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "a", "reply_parameters": {"message_id": 99}},
        B + "message to be replied not found",
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "a", "message_thread_id": 7},
        B + "message thread not found",
    ),
    (
        "sendMessage",
        {
            "chat_id": LAN,
            "text": "a",
            "reply_markup": keys({"text": "k", "callback_data": "ắ" * 22}),
        },
        B + "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "a", "reply_markup": keys({"text": "k", "callback_data": ""})},
        B + "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "a", "reply_markup": keys({"text": "k"})},
        B + "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {
            "chat_id": LAN,
            "text": "a",
            "reply_markup": keys(*[{"text": "k", "callback_data": "1"}] * 9),
        },
        B + "reply markup is too long",
    ),
    (
        "sendMessage",
        {
            "chat_id": LAN,
            "text": "a",
            "reply_markup": keys(*[{"text": "k", "callback_data": "1"}] * 8, rows=13),
        },
        B + "reply markup is too long",
    ),
    (
        "sendMessage",
        {"chat_id": LAN, "text": "a", "reply_markup": "{"},
        B + "can't parse reply markup JSON object",
    ),
    ("sendPhoto", {"chat_id": LAN}, B + "there is no photo in the request"),
    (
        "sendPhoto",
        {"chat_id": LAN, "photo": "nope"},
        B + "wrong file identifier/HTTP URL specified",
    ),
    (
        "sendMediaGroup",
        {"chat_id": LAN, "media": [{"type": "photo", "media": "x"}]},
        B + "too few or too many media in the album: expected 2-10",
    ),
    (
        "editMessageText",
        {"chat_id": LAN, "message_id": 9, "text": "a"},
        B + "message to edit not found",
    ),
    (
        "editMessageText",
        {"chat_id": LAN, "text": "a"},
        B + "message identifier is not specified",
    ),
    ("deleteMessage", {"chat_id": LAN, "message_id": 9}, B + "message to delete not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        B + "query is too old and response timeout expired or query ID is invalid",
    ),
    ("getFile", {"file_id": "x"}, B + "invalid file_id"),
    ("getChatMember", {"chat_id": GROUP, "user_id": 5}, B + "user not found"),
    (
        "setMyCommands",
        {"commands": [{"command": "Trợ", "description": "a"}]},
        B + "BOT_COMMAND_INVALID",
    ),
    (
        "setWebhook",
        {"url": "http://example.org/x"},
        B + "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        "setWebhook",
        {"url": "https://example.org/x", "secret_token": "có dấu"},
        B + "secret token contains unallowed characters",
    ),
    ("noSuchMethod", {}, "Not Found: method not found"),
]


@pytest.mark.parametrize(("method", "params", "text"), REFUSED)
async def test_a_wrong_call_is_refused_in_telegrams_words(
    api: Api, method: str, params: dict[str, object], text: str
) -> None:
    """One row per refusal."""
    assert await api.refusal(method, **params) == text


async def test_limits_count_after_parsing_and_in_utf16(api: Api) -> None:
    """Tags and references do not count; 4,096 and 1,024 units are still accepted."""
    text = "<b>" + "&amp;" * 4096 + "</b>"
    sent = await api("sendMessage", chat_id=LAN, text=text, parse_mode="HTML")
    assert sent["text"] == "&" * 4096
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_a_caption_has_its_own_limit(api: Api, sandbox: Sandbox) -> None:
    """1,024 units fit, one more does not."""
    photo = sandbox.world.keep_file(plain_png(), "photo", size=(320, 200)).id
    await api("sendPhoto", chat_id=LAN, photo=photo, caption="ư" * 1024)
    refused = await api.refusal("sendPhoto", chat_id=LAN, photo=photo, caption="ư" * 1025)
    assert refused == B + "message caption is too long"


async def test_an_unknown_token_is_unauthorized(api: Api) -> None:
    """As with Telegram, before anything else is looked at."""
    api.token = "1:wrong"
    body = await api.raw("getMe")
    assert body == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_edit_that_changes_nothing_is_refused(api: Api) -> None:
    """Text, entities and keyboard are compared; another keyboard alone is a change."""
    keyboard = keys({"text": "k", "callback_data": "1"})
    sent = await api("sendMessage", chat_id=LAN, text="xin chào", reply_markup=keyboard)
    same = {"chat_id": LAN, "message_id": sent["message_id"], "text": "xin chào"}
    refused = await api.refusal("editMessageText", **same, reply_markup=keyboard)
    assert refused == (
        B + "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    edited = await api("editMessageText", **same)
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= sent["date"]
    again = await api.refusal("editMessageText", **same)
    assert again.startswith(B + "message is not modified")


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("supergroup", "left", "Forbidden: bot is not a member of the supergroup chat"),
        ("supergroup", "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("group", "kicked", "Forbidden: bot was kicked from the group chat"),
    ],
)
async def test_a_chat_without_the_bot_is_closed_to_it(
    api: Api, sandbox: Sandbox, kind: str, status: str, text: str
) -> None:
    """403, with the word for how it left."""
    me = sandbox.world.bot["id"]
    sandbox.world.add_chat(Chat(-55, kind, "Nhóm cũ"), {me: status, LAN: "creator"})
    body = await api.raw("sendMessage", chat_id=-55, text="a")
    assert (body["error_code"], body["description"]) == (403, text)


async def test_a_person_who_blocked_the_bot_gets_nothing(api: Api, sandbox: Sandbox) -> None:
    """403 in private."""
    sandbox.world.chats[LAN].members[sandbox.world.bot["id"]].status = "kicked"
    refused = await api.refusal("sendMessage", chat_id=LAN, text="a")
    assert refused == "Forbidden: bot was blocked by the user"


async def test_other_peoples_messages_are_not_the_bots_to_edit_or_delete(
    api: Api, sandbox: Sandbox
) -> None:
    """A plain member may do neither."""
    from bot.sandbox.actions import say

    number = say(sandbox.world, GROUP, LAN, "tin của tôi")["message_id"]
    here = {"chat_id": GROUP, "message_id": number}
    assert await api.refusal("editMessageText", **here, text="b") == B + "message can't be edited"
    assert await api.refusal("deleteMessage", **here) == B + "message can't be deleted"

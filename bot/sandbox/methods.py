"""The Bot API's methods by name, getUpdates and the webhook settings among them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox import chats, editing, sending
from bot.sandbox.errors import ApiError, Json, bad
from bot.sandbox.request import Call
from bot.sandbox.updates import DEFAULT_KINDS, Webhook
from bot.sandbox.world import World

Method = Callable[[World, Call], Any | Awaitable[Any]]
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_POLL = 50
POLL_WITH_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def allow(world: World, call: Call) -> None:
    """Keep ``allowed_updates`` when the call has it."""
    kinds = call.structure("allowed_updates", "allowed_updates")
    if kinds is not None:
        if not isinstance(kinds, list):
            raise bad("can't parse allowed updates: expected an Array of String")
        world.updates.allow(map(str, kinds))


async def get_updates(world: World, call: Call) -> list[Json]:
    """GetUpdates: a real long poll."""
    if world.updates.webhook.url:
        raise ApiError(409, POLL_WITH_WEBHOOK)
    allow(world, call)
    limit = call.number("limit", 100)
    seconds = min(max(call.number("timeout"), 0), MAX_POLL)
    return await world.updates.poll(
        call.number("offset"), limit if 1 <= limit <= 100 else 100, seconds
    )


def set_webhook(world: World, call: Call) -> bool:
    """SetWebhook: https, or plain http on loopback, where the sandbox lives."""
    url = call.text("url").strip()
    if not url:
        return delete_webhook(world, call)
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    allow(world, call)
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    connections = min(max(call.number("max_connections", 40), 1), 100)
    generation = world.updates.webhook.generation + 1
    world.updates.webhook = Webhook(url, secret, connections, generation=generation)
    world.updates.wake()
    return True


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def delete_webhook(world: World, call: Call) -> bool:
    """DeleteWebhook."""
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.webhook = Webhook(generation=world.updates.webhook.generation + 1)
    world.updates.wake()
    return True


def get_webhook_info(world: World, _call: Call) -> Json:
    """GetWebhookInfo."""
    hook = world.updates.webhook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending()),
    }
    if hook.url:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.last_error_date:
        info["last_error_date"] = hook.last_error_date
        info["last_error_message"] = hook.last_error_message
    if world.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


METHODS: dict[str, Method] = {
    name.lower(): method
    for name, method in {
        "getMe": chats.get_me,
        "getUpdates": get_updates,
        "setWebhook": set_webhook,
        "deleteWebhook": delete_webhook,
        "getWebhookInfo": get_webhook_info,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "sendMediaGroup": sending.send_media_group,
        "sendChatAction": sending.send_chat_action,
        "editMessageText": editing.edit_text,
        "editMessageCaption": editing.edit_caption,
        "editMessageMedia": editing.edit_media,
        "editMessageReplyMarkup": editing.edit_markup,
        "deleteMessage": editing.delete_message,
        "answerCallbackQuery": editing.answer_press,
        "getFile": chats.get_file,
        "getChat": chats.get_chat,
        "getChatMember": chats.get_chat_member,
        "getChatMemberCount": chats.get_chat_member_count,
        "getChatAdministrators": chats.get_chat_administrators,
        "leaveChat": chats.leave_chat,
        "setMyCommands": chats.set_my_commands,
        "getMyCommands": chats.get_my_commands,
        "deleteMyCommands": chats.delete_my_commands,
    }.items()
}
NOT_IN_A_REPLY = ("get", "setwebhook", "deletewebhook")


async def perform(world: World, call: Call) -> Any:
    """Do a call and note it in the journal. Raises ``ApiError`` as Telegram would refuse."""
    method = METHODS.get(call.method.lower())
    entry: Json = {"method": call.method, "params": call.params, "at": world.clock(), "ok": False}
    if call.method.lower() != "getupdates":
        world.calls.append(entry)
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    try:
        result = method(world, call)
        if isinstance(result, Awaitable):
            result = await result
    except ApiError as error:
        entry["error"] = error.description
        raise
    entry["ok"] = True
    return result

"""Who is an administrator, and what the bot itself can see, as Telegram reports it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.types import CallbackQuery, Message

_KEPT = timedelta(minutes=5)
_ADMIN = {"creator", "administrator"}


class Rights:
    """Asks Telegram and remembers the answer for five minutes."""

    def __init__(
        self, bot: Bot, clock: Callable[[], datetime], owners: frozenset[str] = frozenset()
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._owners = owners
        self._known: dict[tuple[str, str], tuple[datetime, bool]] = {}

    async def is_admin(self, event: Message | CallbackQuery) -> bool | None:
        """Whether who wrote or pressed may administer this chat; None when Telegram won't say.

        An anonymous administrator writes in the group's own name. The system's owners may
        everywhere.
        """
        if event.from_user is not None and str(event.from_user.id) in self._owners:
            return True
        message = event if isinstance(event, Message) else event.message
        if message is None or message.chat.type == "private":
            return message is not None
        if isinstance(event, Message) and event.sender_chat is not None:
            return event.sender_chat.id == event.chat.id
        user = event.from_user
        return None if user is None else await self._admin(str(message.chat.id), str(user.id))

    async def sees_forwards(self, chat: str) -> bool:
        """Whether forwarded posts reach the bot: privacy mode is off, or it is administrator."""
        me = await self._bot.me()
        return bool(me.can_read_all_group_messages or await self._admin(chat, str(me.id)))

    def forget(self, chat: str) -> None:
        """Somebody's role in this chat changed."""
        for known in [pair for pair in self._known if pair[0] == chat]:
            del self._known[known]

    async def _admin(self, chat: str, user: str) -> bool | None:
        now = self._clock()
        at, answer = self._known.get((chat, user), (None, False))
        if at is not None and timedelta(0) <= now - at < _KEPT:
            return answer
        status = await self._status(chat, user)
        if status is None:
            return None
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[chat, user] = (now, status in _ADMIN)
        return status in _ADMIN

    async def _status(self, chat: str, user: str) -> str | None:
        try:
            return str((await self._bot.get_chat_member(chat, int(user))).status)
        except ClientDecodeError as error:
            result = error.data.get("result") if isinstance(error.data, dict) else None
            return str(result.get("status")) if isinstance(result, dict) else None
        except AiogramError:
            return await self._in_list(chat, user)

    async def _in_list(self, chat: str, user: str) -> str | None:
        try:
            admins = await self._bot.get_chat_administrators(chat)
        except AiogramError:
            return None
        return "administrator" if any(str(one.user.id) == user for one in admins) else "member"

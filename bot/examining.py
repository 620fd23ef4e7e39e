"""The few questions that ``doctor`` asks Telegram, straight over HTTP."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import aiohttp

from bot.settings import proxy_for
from models.errors import UserError


class TelegramExam:
    """Asks a Bot API server as itself; errors come as ``UserError``."""

    def __init__(self, token: str, api: str) -> None:
        self._base = f"{api}/bot{token}/"
        self._api = api
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> TelegramExam:
        timeout = aiohttp.ClientTimeout(total=15)
        self._session = aiohttp.ClientSession(timeout=timeout, proxy=proxy_for(self._api))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def me(self) -> dict[str, Any]:
        """The bot itself.

        Raises:
            UserError: ``token_refused`` or ``telegram_unreachable``.
        """
        answer = await self._ask("getMe", {})
        if not answer.get("ok"):
            raise UserError("token_refused", code=int(answer.get("error_code", 0)))
        return dict(answer["result"])

    async def status(self, chat: str, user: int) -> str | None:
        """The user's status in a chat; None when the chat cannot be asked about."""
        answer = await self._ask("getChatMember", {"chat_id": chat, "user_id": user})
        result = answer.get("result")
        return str(result.get("status")) if answer.get("ok") and isinstance(result, dict) else None

    async def _ask(self, method: str, question: dict[str, Any]) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("not entered")
        try:
            async with self._session.post(self._base + method, json=question) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise UserError("telegram_unreachable", address=self._api) from error
        return answer if isinstance(answer, dict) else {}

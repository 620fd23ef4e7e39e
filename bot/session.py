"""aiogram's HTTP session, leaner: JSON bodies, and of a sent message only what we use.

Measured through the webhook: form bodies and whole Message objects cost a third of the processor
time of an update.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message
from aiohttp import ClientError, FormData, JsonPayload

_BROKEN = 500
_KEPT = ("message_id", "date", "chat")


class LeanSession(AiohttpSession):
    """Calls without files go out as JSON; ``proxy`` is the office network's, where it has one.

    aiohttp's own ``trust_env`` asks for the proxy in a thread, twice a call.
    """

    def __init__(self, api: TelegramAPIServer, proxy: str | None = None) -> None:
        super().__init__(api=api)
        self._web_proxy = proxy
        self.answered: Callable[[], None] = lambda: None
        """Told whenever the Bot API server answered, be it with a refusal."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        limit = self.timeout if timeout is None else timeout
        status, content = await self._post(bot, method, self._body(bot, method), limit)
        sent = _sent(content) if isinstance(method, SendMessage | EditMessageText) else None
        if sent is not None:
            return cast(TelegramType, sent)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast(TelegramType, response.result)

    def _body(self, bot: Bot, method: TelegramMethod[Any]) -> JsonPayload | FormData:
        files: dict[str, Any] = {}
        values = {
            name: self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for name, value in method.model_dump(warnings=False).items()
            if value is not None
        }
        if files:
            return self.build_form_data(bot, method)
        return JsonPayload({name: value for name, value in values.items() if value is not None})

    async def _post(
        self, bot: Bot, method: TelegramMethod[Any], body: JsonPayload | FormData, limit: Any
    ) -> tuple[int, str]:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        try:
            async with session.post(
                url, data=body, timeout=limit, proxy=self._web_proxy
            ) as response:
                content = await response.text()
                if response.status < _BROKEN:
                    self.answered()
                return response.status, content
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            told = f"{type(error).__name__}: {error}"
            raise TelegramNetworkError(method=method, message=told) from error


def _sent(content: str) -> Message | None:
    """The id, date and chat of a message that was taken; None for every other answer."""
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    result = answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None
    if not isinstance(result, dict) or not all(name in result for name in _KEPT):
        return None
    return Message.model_validate({name: result[name] for name in _KEPT})

"""aiogram's HTTP session, leaner: JSON bodies. Measured: form bodies cost several times more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientTimeout, FormData, JsonPayload

_REFUSED_TOKEN, _BROKEN = 401, 500
_PLAIN = frozenset({str, int, float, bool})


class LeanSession(AiohttpSession):
    """Calls without files go out as JSON; ``proxy`` is the office network's, where it has one.

    aiohttp's own ``trust_env`` asks for the proxy in a thread, twice a call.
    """

    def __init__(self, api: TelegramAPIServer, proxy: str | None = None) -> None:
        super().__init__(api=api)
        self._web_proxy = proxy
        self.answered: Callable[[], None] = lambda: None
        """Told whenever the Bot API server answered us, be it with a refusal; not of a token that
        is no longer one.
        """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        limit = self.timeout if timeout is None else timeout
        status, content = await self._post(bot, method, self._body(bot, method), limit)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast(TelegramType, response.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file's content, by the way that calls go too: aiogram's own knows no proxy."""
        session = await self.create_session()
        async with session.get(
            url,
            headers=headers,
            timeout=ClientTimeout(total=timeout),
            raise_for_status=raise_for_status,
            proxy=self._web_proxy,
        ) as response:
            async for chunk in response.content.iter_chunked(chunk_size):
                yield chunk

    def _body(self, bot: Bot, method: TelegramMethod[Any]) -> JsonPayload | FormData:
        files: dict[str, Any] = {}
        values = {
            name: value
            if type(value) in _PLAIN
            else self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for name, value in method.model_dump(warnings=False, exclude_none=True).items()
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
                content = await response.text(errors="replace")
                if response.status < _BROKEN and response.status != _REFUSED_TOKEN:
                    self.answered()
                return response.status, content
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            told = f"{type(error).__name__}: {error}"
            raise TelegramNetworkError(method=method, message=told) from error

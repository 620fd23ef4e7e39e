"""One Bot API call as it came over HTTP: query, form, JSON or multipart, read into one shape."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.errors import Json, bad

TRUE = frozenset({True, "1", "true", "True", "yes"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a call."""

    name: str
    data: bytes


@dataclass(slots=True)
class Call:
    """A method with its parameters, typed or as text, and its files."""

    method: str
    params: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A string parameter."""
        value = self.params.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """An integer parameter; what is none counts as absent."""
        try:
            return int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A boolean parameter."""
        value = self.params.get(name)
        return not isinstance(value, (dict, list)) and value in TRUE

    def structure(self, name: str, what: str) -> Any:
        """A JSON parameter, given as such or as text; ``what`` is its name in Telegram's error."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad(f"can't parse {what} JSON object") from error


async def read(request: web.Request, method: str) -> Call:
    """Read a call from any of the four ways that the Bot API accepts."""
    call = Call(method, dict(request.query))
    kind = request.content_type
    if kind == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError as error:
            raise bad("can't parse JSON object") from error
        if not isinstance(body, dict):
            raise bad("can't parse JSON object")
        call.params |= body
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                call.files[name] = Upload(value.filename, value.file.read())
            else:
                call.params[name] = value if isinstance(value, str) else bytes(value).decode()
    return call

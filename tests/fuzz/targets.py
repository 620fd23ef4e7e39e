"""What may be fed with any bytes at all: intake and judging, rule packs, links.

Each target takes bytes and raises only when something is broken.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from aiogram.types import Message
from pydantic import ValidationError

from bot.reading.addresses import RefusedAddress, check_host
from bot.wiring import make_judge, make_sources
from handlers.intake import is_post, to_post
from messages import render
from models import address
from models.errors import BrokenRules
from models.links import links_in
from models.packfile import RULES, read_pack
from models.sourcefiles import read_lists, read_trusted
from models.verdict import Level
from models.wrappers import unwrapped
from tests.messages.strict import read, units

TODAY = date(2026, 11, 21)
_LONGEST_ANSWER = 900


def intake(data: bytes) -> None:
    """A message of any words, or of any JSON: a post, a verdict, an answer that fits."""
    message = _message(data)
    if message is None:
        return
    is_post(message)
    post = to_post(message)
    verdict = _judge().judge(post, today=TODAY, headroom=None, reference="CT-AAAAAA")
    if verdict.level is Level.REFUSE:
        return
    reply = render.advice(verdict, review=7, balance=None, short=False, private=False)
    shown = read(reply.text)
    assert 0 < units(shown) <= _LONGEST_ANSWER, units(shown)


def packs(data: bytes) -> None:
    """A file of an administrator's: a pack, a list, or words about what is wrong with it."""
    path = _file()
    path.write_bytes(data)
    with suppress(BrokenRules):
        read_pack(path)
    with suppress(BrokenRules):
        read_trusted(path, _lists())


def links(data: bytes) -> None:
    """A text with links: found, unwrapped, taken apart, looked up; the same when done twice."""
    text = data.decode("utf-8", "replace")
    for link in (*links_in(text), text):
        bare = unwrapped(link)
        assert unwrapped(bare) == bare or len(bare) < len(link)
        parsed = address.parse(bare)
        source = _sources().look((bare,), None)
        if parsed is not None:
            assert not any(char.isspace() for char in parsed.host)
            with suppress(RefusedAddress):
                check_host(parsed.host)
        assert source.tier is not None


TARGETS: dict[str, Callable[[bytes], None]] = {"intake": intake, "packs": packs, "links": links}


def seeds(name: str) -> list[bytes]:
    """What a target starts from."""
    rules = [path.read_bytes() for path in sorted(RULES.glob("*.toml"))]
    if name == "packs":
        own = (
            b'[[channel]]\nname = "A"\nid = -1001\n[[page]]\nname = "B"\nurl = "https://fb.com/b"\n'
        )
        return [*rules, own + b'[[site]]\nname = "C"\nhost = "vidu.vn"\n']
    words = (
        "MẬT\nSố: 00/BC-VD xem https://bit.ly/3abc",
        "Nghe nói mai cắt nước, gọi 0912 345 678 (CCCD 001099012345)",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fvidu.vn%2F",
        "http://xn--bochnhph-d0a.vn/tin?x=1#a hxxp://vidu[.]top/a",
        '{"text": "Tin mới", "forward_origin": {"type": "hidden_user", "sender_user_name": "A", '
        '"date": 1}, "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "a.vn"}]}',
    )
    return [word.encode() for word in words]


def _message(data: bytes) -> Message | None:
    """Bytes as the fields of a message where they are JSON, else as its words."""
    frame: dict[str, Any] = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = {"text": data.decode("utf-8", "surrogateescape")}
    if not isinstance(fields, dict):
        fields = {"caption": str(fields)}
    try:
        return Message.model_validate({**fields, **frame})
    except ValidationError:
        return None


@cache
def _judge() -> Any:
    return make_judge()


@cache
def _sources() -> Any:
    return make_sources()


@cache
def _lists() -> Any:
    return read_lists()


@cache
def _file() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-")) / "own.toml"

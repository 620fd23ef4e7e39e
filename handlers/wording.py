"""The words and links of messages that carry them elsewhere than in text or caption."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

_FLOWING = ("text", "credit", "summary")


def words_of(message: Message) -> tuple[str, list[str]]:
    """Words and links of a poll, checklist, invoice, game or rich message; else nothing."""
    if message.poll:
        return _lines(message.poll.question, *(one.text for one in message.poll.options)), []
    if message.checklist:
        return _lines(message.checklist.title, *(one.text for one in message.checklist.tasks)), []
    if message.rich_message:
        return _rich(message.rich_message.model_dump(mode="json", exclude_none=True))
    shown = message.invoice or message.game
    return (_lines(shown.title, shown.description), []) if shown else ("", [])


def buttons_of(message: Message) -> list[str]:
    """The addresses behind the buttons under a message."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return [button.url for row in rows for button in row if button.url]


def _lines(*words: str | None) -> str:
    return "\n".join(one for one in words if one)


def _rich(message: dict[str, Any]) -> tuple[str, list[str]]:
    lines: list[str] = []
    links: list[str] = []
    _blocks(message, lines, links)
    return _lines(*lines), links


def _blocks(value: Any, lines: list[str], links: list[str]) -> None:
    """Walk the blocks: every running text is a line of its own."""
    if isinstance(value, list):
        for inner in value:
            _blocks(inner, lines, links)
    elif isinstance(value, dict):
        _note_link(value, links)
        for key, inner in value.items():
            if key in _FLOWING:
                lines.append(_flow(inner, links))
            else:
                _blocks(inner, lines, links)


def _flow(value: Any, links: list[str]) -> str:
    """A running text: a string, marked words, or a list of these."""
    if isinstance(value, list):
        return "".join(_flow(inner, links) for inner in value)
    if isinstance(value, dict):
        _note_link(value, links)
        return _flow(value.get("text", ""), links)
    return str(value)


def _note_link(value: dict[str, Any], links: list[str]) -> None:
    if isinstance(url := value.get("url"), str):
        links.append(url)

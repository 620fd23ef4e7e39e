"""Every text as it is read, kept as a file; UPDATE_SNAPSHOTS=1 writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import pytest

from messages import notices, terminal
from messages.markup import engine
from messages.reply import Reply
from models.verdict import Tone
from tests.messages.samples import BALANCED, ERRORS, REPLIES
from tests.messages.strict import read

FOLDER = Path(__file__).parent / "snapshots"
TERMINAL_FACTS = {
    "address": "http://127.0.0.1:8080", "username": "can_tin_thu_bot", "webhook": False,
    "name": "Phường Ví Dụ", "code": "MA-VI-DU", "group_link": "https://t.me/bot?startgroup=MA",
    "private_link": "https://t.me/bot?start=MA", "id": 2, "parent": 1, "path": "can_tin.db",
    "count": 3, "sent": 5, "skipped": 1, "unknown": 0, "units": 1, "groups": 2, "reviews": 30,
    "shares": 20, "packs": "qd874, qd423", "model": "sac_thai", "group": 4, "reason": "trang 3",
    "file": "quy_tac.toml", "line": 7, "free": 90, "seconds": 40, "key": "dieu_moi", "details": "",
    "date": "21/11/2026", "own": True, "words": "0,797", "both": "0,849", "where": "CV",
    "before": "0,8490", "after": "0,8512", "moved": "0,0031", "rows": 3872, "days": 30,
    "aside": "cu.db", "broken": True, "tasks": 2,
}  # fmt: skip


def shown(reply: Reply) -> str:
    """A reply as its snapshot keeps it: text, then a line for each row of buttons."""
    rows = [" | ".join(f"[{c.label}] {c.action or c.url}" for c in row) for row in reply.choices]
    return "\n".join([reply.text, *(["---", *rows] if rows else [])]) + "\n"


def matches(name: str, text: str) -> None:
    kept = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):  # noqa: TID251 - the test's own switch
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPLIES)
def test_reply_reads_as_kept(name: str) -> None:
    matches(name, shown(REPLIES[name]()))


def test_notices_read_as_kept() -> None:
    kinds = get_args(notices.Kind)
    lines = [
        f"{kind}: {notices.pressed(kind)}\n"
        f"{kind}: {notices.pressed(kind, balance=BALANCED, tone=Tone.NEUTRAL)}"
        for kind in kinds
    ]
    matches("notices", "\n".join(lines) + "\n")
    assert set(kinds) == blocks("notices.txt.j2")


def test_menus_read_as_kept() -> None:
    scopes = get_args(notices.Scope)
    menus = [f"{scope}: /{c} {text}" for scope in scopes for c, text in notices.commands(scope)]
    matches("commands", "\n".join(menus) + "\n")


def test_terminal_reads_as_kept() -> None:
    names = sorted(blocks("terminal.txt.j2"))
    texts = [f"# {name}\n{terminal.say(name, **TERMINAL_FACTS)}\n" for name in names]
    matches("terminal", "\n".join(texts))


def blocks(template: str) -> set[str]:
    return set(engine().get_template(template).blocks)


def test_every_error_has_a_snapshot() -> None:
    assert blocks("errors.j2") == {*ERRORS, "internal"}


def test_every_card_has_a_snapshot() -> None:
    assert blocks("cards.j2") <= set(REPLIES)


def test_no_snapshot_is_left_over() -> None:
    known = {*REPLIES, "notices", "commands", "terminal"}
    assert {file.stem for file in FOLDER.glob("*.txt")} == known


@pytest.mark.parametrize("name", REPLIES)
def test_reply_is_clean_markup(name: str) -> None:
    read(REPLIES[name]().text)


def test_our_words_are_courteous() -> None:
    """Nothing of ours shouts or calls anything "tin giả"."""
    for file in sorted(FOLDER.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"tin giả(?! danh)|!|undefined|None|True|False", text, re.I), file.name

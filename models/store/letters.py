"""Rows of the outgoing table, inside a transaction that the caller holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from models.letter import Letter
from models.store.access import moment, one, stamp
from models.store.codec import dump, sound

_NAMES = (
    "key, platform, chat, text, kind, thread, reply_to, edit_of, choices, picture, review_id,"
    " not_before, once, asked_at, quotes, who"
)
_MARKS = ", ".join("?" * len(_NAMES.split(",")))
SELECT = f"SELECT {_NAMES}, id FROM outgoing"


def load(row: Sequence[Any]) -> Letter:
    """A letter from a row of ``SELECT``."""
    return Letter(
        key=row[0],
        platform=row[1],
        chat=row[2],
        text=row[3],
        kind=row[4],
        thread=row[5],
        reply_to=row[6],
        edit_of=row[7],
        choices=tuple(tuple(line) for line in json.loads(row[8])),
        picture=row[9],
        review=row[10],
        not_before=moment(row[11]) if row[11] else None,
        once=row[12],
        asked_at=moment(row[13]) if row[13] else None,
        quotes=row[14],
        who=row[15],
        id=row[16],
    )


def put(db: sqlite3.Connection, letter: Letter) -> Letter:
    """Let the letter wait, instead of one with its key that waits already.

    It gets a new id, so that whoever is sending the old one cannot delete it; a flood wait that
    the old one was told of is kept.
    """
    old = one(db, "SELECT id, not_before FROM outgoing WHERE key = ?", letter.key)
    if old:
        db.execute("DELETE FROM outgoing WHERE id = ?", (old[0],))
        if old[1] and letter.not_before is None:
            letter = replace(letter, not_before=moment(old[1]))
    cursor = db.execute(
        f"INSERT INTO outgoing ({_NAMES}) VALUES ({_MARKS})",
        (
            letter.key,
            letter.platform,
            letter.chat,
            sound(letter.text),
            letter.kind,
            letter.thread,
            letter.reply_to,
            letter.edit_of,
            dump(letter.choices),
            letter.picture,
            letter.review,
            stamp(letter.not_before) if letter.not_before else None,
            letter.once,
            stamp(letter.asked_at) if letter.asked_at else None,
            letter.quotes,
            letter.who,
        ),
    )
    return replace(letter, id=cursor.lastrowid or 0)


def about(db: sqlite3.Connection, letter: Letter, review: int) -> Letter:
    """The letter as one about the review: a change of the answer that it has by now.

    When the letter was written, that answer may have been on its way.
    """
    letter = replace(letter, review=review)
    row = one(db, "SELECT answer FROM reviews WHERE id = ?", review)
    if letter.kind == "edit" or row is None or row[0] is None:
        return letter
    return replace(letter, kind="edit", edit_of=row[0])


def drop_for(db: sqlite3.Connection, review: int) -> None:
    """Delete every waiting letter about the review, or with words of it."""
    db.execute("DELETE FROM outgoing WHERE review_id = ? OR quotes = ?", (review, review))


def first(db: sqlite3.Connection, once: str, now: str) -> bool:
    """Note what is answered for good; False when it was before. Without a name always True."""
    sql = "INSERT OR IGNORE INTO answered (mark, at) VALUES (?, ?)"
    return not once or db.execute(sql, (once, now)).rowcount > 0


def taken(db: sqlite3.Connection, letter: Letter, message: str | None, now: datetime) -> None:
    """Delete the letter; note the answer on its review, and what was answered for good.

    A letter with the same key that was put meanwhile becomes an edit of the message just sent.
    """
    db.execute("DELETE FROM outgoing WHERE id = ?", (letter.id,))
    first(db, letter.once, stamp(now))
    if letter.kind != "answer":
        return
    if letter.review is not None:
        db.execute(
            "UPDATE reviews SET answer = COALESCE(?, answer) WHERE id = ?",
            (message, letter.review),
        )
    if message is not None:
        db.execute(
            "UPDATE outgoing SET kind = 'edit', edit_of = ? WHERE key = ? AND kind = 'answer'",
            (message, letter.key),
        )

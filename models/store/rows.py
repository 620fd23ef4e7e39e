"""Rows of reviews: reading them, and emptying them of texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from models.errors import UserError
from models.ledger import Review
from models.store import letters
from models.store.access import moment, one
from models.store.codec import load_parts, load_verdict, without_words
from models.verdict import Tone

SELECT = """SELECT r.id, r.group_id, r.key, r.verdict, r.reference, r.parts,
    COALESCE(p.person_tone, r.tone), r.version, r.created_at, r.answer, r.declined,
    COALESCE((SELECT delta = 1 FROM ledger WHERE post_id = r.post_id ORDER BY seq DESC LIMIT 1), 0),
    r.post_id FROM reviews r JOIN posts p ON p.id = r.post_id"""


def load(row: Sequence[Any]) -> Review:
    """A review from a row of ``SELECT``."""
    return Review(
        id=row[0],
        group=row[1],
        key=row[2],
        verdict=load_verdict(row[3], row[4]),
        parts=load_parts(row[5]),
        tone=Tone(row[6]),
        version=row[7],
        created_at=moment(row[8]),
        answer=row[9],
        shared=bool(row[11]),
        declined=bool(row[10]),
    )


def get(db: sqlite3.Connection, review: int) -> Review | None:
    """One review."""
    row = one(db, f"{SELECT} WHERE r.id = ?", review)
    return load(row) if row else None


def need(db: sqlite3.Connection, review: int) -> tuple[Review, int]:
    """One review and the id of its post. Raises UserError "expired" when it is gone."""
    row = one(db, f"{SELECT} WHERE r.id = ?", review)
    if row is None:
        raise UserError("expired", review=review)
    return load(row), int(row[12])


def empty(db: sqlite3.Connection, review: int) -> None:
    """Take every word of the post, and whoever sent it, out of a review and its letters."""
    wipe(db, review)
    letters.drop_for(db, review)


def wipe(db: sqlite3.Connection, review: int) -> None:
    """As ``empty`` does, in a copy: of whatever version, and without letters."""
    row = one(db, "SELECT verdict FROM reviews WHERE id = ?", review)
    if row is None:
        return
    db.execute(
        "UPDATE reviews SET parts = NULL, title = NULL, link = NULL, sender = NULL, verdict = ?"
        " WHERE id = ?",
        (without_words(row[0]), review),
    )


def empty_some(db: sqlite3.Connection, where: str, values: tuple[Any, ...], limit: int) -> int:
    """Empty at most ``limit`` reviews that still have texts; how many it were."""
    sql = f"SELECT id FROM reviews WHERE parts IS NOT NULL AND {where} LIMIT {limit}"
    found = [row[0] for row in db.execute(sql, values).fetchall()]
    for review in found:
        empty(db, review)
    return len(found)

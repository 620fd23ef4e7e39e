"""The same review in a copy: known by its message, as numbers are given again after a restore.

Its group too may have another number there: it is known by any chat id that it has or had.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from models.store.access import Row

_NAMES = "SELECT ?, platform, chat FROM aliases WHERE group_id = ?"
_MESSAGE = "SELECT key, group_id FROM reviews WHERE id = ?"
_FOUND = """SELECT r.id FROM aliases a JOIN reviews r ON r.group_id = a.group_id
    WHERE r.key = ? AND a.platform = ? AND a.chat = ?"""


def of_message(db: sqlite3.Connection, group: int, key: str) -> list[Row]:
    """The names that a message goes by."""
    return db.execute(_NAMES, (key, group)).fetchall()


def of_reviews(db: sqlite3.Connection, reviews: Iterable[int]) -> list[Row]:
    """The names that the messages of these reviews go by."""
    messages = [row for review in reviews for row in db.execute(_MESSAGE, (review,)).fetchall()]
    return [name for key, group in messages for name in of_message(db, group, key)]


def find(copy: sqlite3.Connection, names: Iterable[Row]) -> set[int]:
    """The numbers that the reviews of these names have in a copy."""
    return {row[0] for name in names for row in copy.execute(_FOUND, name).fetchall()}

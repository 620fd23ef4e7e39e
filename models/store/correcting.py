"""Posts whose tone an administrator put right, as far as their words are still kept."""

from __future__ import annotations

import sqlite3
from datetime import date

from models.ledger import Corrected
from models.post import merge
from models.store.access import Row
from models.store.codec import load_parts
from models.verdict import Tone

# Each post once, however often its message came: the latest one's words.
_FIND = """SELECT r.parts, p.person_tone, p.group_id, substr(r.created_at, 1, 10)
    FROM reviews r JOIN posts p ON p.id = r.post_id
    WHERE r.parts IS NOT NULL AND r.created_at >= ? AND p.person_tone IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM reviews s WHERE s.post_id = p.id AND s.parts IS NOT NULL
        AND (s.created_at, s.id) > (r.created_at, r.id))
    ORDER BY r.created_at, r.id"""


def find(db: sqlite3.Connection, since: str) -> list[Corrected]:
    """The oldest first; none without a word."""
    found = map(_load, db.execute(_FIND, (since,)).fetchall())
    return [one for one in found if one.post.text.strip()]


def _load(row: Row) -> Corrected:
    parts, tone, group, day = row
    whole = merge(load_parts(parts).values())
    return Corrected(whole, Tone(tone), group, date.fromisoformat(day))

"""Which cleared posts of the same province a group's nudge may show."""

from __future__ import annotations

import sqlite3

from models.ledger import Suggestion
from models.store.access import one

_PROVINCE = """WITH RECURSIVE
    up(id, parent) AS (
        SELECT id, parent FROM units WHERE id = :unit
        UNION SELECT u.id, u.parent FROM units u JOIN up ON u.id = up.parent),
    down(id) AS (
        SELECT id FROM up WHERE parent IS NULL
        UNION SELECT u.id FROM units u JOIN down ON u.parent = down.id)"""

_CLEARED = f"""{_PROVINCE}
    SELECT r.title, r.link FROM reviews r
    JOIN posts p ON p.id = r.post_id
    JOIN groups g ON g.id = r.group_id
    JOIN units u ON u.id = g.unit_id
    WHERE r.link IS NOT NULL AND r.created_at >= :since AND r.group_id <> :group
    AND u.gives AND u.id IN (SELECT id FROM down)
    AND COALESCE(p.person_tone, r.tone) = 'positive'
    AND NOT EXISTS (
        SELECT 1 FROM posts s WHERE s.group_id = :group AND s.fingerprint = p.fingerprint)
    AND NOT EXISTS (
        SELECT 1 FROM reviews s WHERE s.group_id = :group AND s.created_at >= :since
        AND instr(COALESCE(s.parts, json_quote(s.link), ''), json_quote(r.link)) > 0)
    ORDER BY r.created_at DESC, r.id DESC"""


def find(db: sqlite3.Connection, group: int, since: str, limit: int) -> list[Suggestion]:
    """The newest first, no link twice; nothing for a unit that does not want any."""
    row = one(
        db,
        "SELECT u.id FROM groups g JOIN units u ON u.id = g.unit_id WHERE g.id = ? AND u.gets",
        group,
    )
    found: dict[str, Suggestion] = {}
    if row is None or limit < 1:
        return []
    cursor = db.execute(_CLEARED, {"unit": row[0], "since": since, "group": group})
    try:
        for title, link in cursor:
            found.setdefault(link, Suggestion(title or "", link))
            if len(found) == limit:
                break
    finally:
        cursor.close()
    return list(found.values())

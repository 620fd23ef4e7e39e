"""A group whose chat got a new id, and two rows that turn out to be one group."""

from __future__ import annotations

import sqlite3

from models.store import lines, signatures
from models.store.access import one

# The new chat may have been nudged this week, or is being: then it is not by a mere claim of ours.
_NUDGES = """INSERT INTO nudges SELECT ?, kind, week,
        CASE state WHEN 'claimed' THEN 'outcome_unknown' ELSE state END, at,
        CASE state WHEN 'claimed' THEN 'moved' ELSE reason END, message
    FROM nudges WHERE group_id = ?
    ON CONFLICT (group_id, kind, week) DO UPDATE SET state = excluded.state, at = excluded.at,
        reason = excluded.reason, message = excluded.message
    WHERE nudges.state = 'claimed'"""


def migrate(db: sqlite3.Connection, platform: str, old: str, new: str, now: str) -> None:
    """Give the group of ``old`` the alias ``new``. Twice, or for an unknown chat, does no harm."""
    db.execute(
        "UPDATE OR IGNORE waiting SET chat = ? WHERE platform = ? AND chat = ?",
        (new, platform, old),
    )
    group = _owner(db, platform, old)
    newcomer = _owner(db, platform, new)
    if group is None or group == newcomer:
        return
    # Answers are known by a number of the old chat, which means another message in the new one.
    db.execute("UPDATE reviews SET answer = NULL WHERE group_id = ?", (group,))
    if newcomer is not None:
        _absorb(db, group, newcomer, now)
    db.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)", (platform, new, group))
    db.execute("UPDATE groups SET chat = ? WHERE id = ?", (new, group))
    db.execute("DELETE FROM waiting WHERE platform = ? AND chat IN (?, ?)", (platform, old, new))
    # Messages are numbered anew in the new chat: what was to be changed there is said afresh.
    db.execute(
        "UPDATE outgoing SET chat = ?, kind = 'answer', reply_to = NULL, edit_of = NULL"
        " WHERE platform = ? AND chat = ?",
        (new, platform, old),
    )


def _owner(db: sqlite3.Connection, platform: str, chat: str) -> int | None:
    row = one(db, "SELECT group_id FROM aliases WHERE platform = ? AND chat = ?", platform, chat)
    return int(row[0]) if row else None


def _absorb(db: sqlite3.Connection, group: int, newcomer: int, now: str) -> None:
    """Let ``group`` take over what was done under the row made before the migration was known."""
    for post, fingerprint, person_tone in db.execute(
        "SELECT id, fingerprint, person_tone FROM posts WHERE group_id = ?", (newcomer,)
    ).fetchall():
        if fingerprint is not None:
            target = lines.make_post(db, group, fingerprint)
            db.execute(
                "UPDATE posts SET person_tone = COALESCE(?, person_tone) WHERE id = ?",
                (person_tone, target),
            )
            _absorb_post(db, post, target, now)
            if person_tone:
                lines.retone(db, target, person_tone, now, "moved")
    db.execute(_NUDGES, (group, newcomer))
    db.execute("DELETE FROM nudges WHERE group_id = ?", (newcomer,))
    db.execute("UPDATE aliases SET group_id = ? WHERE group_id = ?", (group, newcomer))
    row = one(db, "SELECT unit_id, active, thread FROM groups WHERE id = ?", newcomer)
    if row:
        db.execute(
            "UPDATE groups SET unit_id = COALESCE(?, unit_id), active = MAX(active, ?),"
            " thread = ? WHERE id = ?",
            (*row, group),
        )
    db.execute(
        "UPDATE groups SET unit_id = NULL, active = 0, chat = ? WHERE id = ?",
        (f"merged/{newcomer}", newcomer),
    )


def _absorb_post(db: sqlite3.Connection, post: int, target: int, now: str) -> None:
    standing = lines.standing(db, post)
    if standing:
        lines.move(db, post, target, standing.tone, now)
    db.execute(
        "UPDATE reviews SET post_id = ?, group_id = (SELECT group_id FROM posts WHERE id = ?)"
        " WHERE post_id = ?",
        (target, target, post),
    )
    db.execute(
        "INSERT OR IGNORE INTO share_answers SELECT ?, rule, yes, at FROM share_answers"
        " WHERE post_id = ?",
        (target, post),
    )
    db.execute("DELETE FROM share_answers WHERE post_id = ?", (post,))
    signatures.move(db, post, target)
    lines.abandon(db, post)

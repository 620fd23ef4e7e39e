"""Posts and their ledger lines, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from models.store import signatures
from models.store.access import one


@dataclass(frozen=True, slots=True)
class Line:
    """The last line of a post: ``standing`` tells whether it counts the post as shared."""

    seq: int
    standing: bool
    group: int
    tone: str
    day: str
    shared_at: str


def last(db: sqlite3.Connection, post: int) -> Line | None:
    """The post's last ledger line."""
    row = one(
        db,
        "SELECT seq, delta = 1, group_id, tone, day, shared_at FROM ledger"
        " WHERE post_id = ? ORDER BY seq DESC LIMIT 1",
        post,
    )
    return Line(row[0], bool(row[1]), *row[2:]) if row else None


def standing(db: sqlite3.Connection, post: int) -> Line | None:
    """The share of the post that counts now."""
    line = last(db, post)
    return line if line and line.standing else None


_INSERT = (
    "INSERT INTO ledger (post_id, seq, delta, group_id, tone, day, shared_at, recorded_at, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def enter(
    db: sqlite3.Connection,
    post: int,
    *,
    group: int,
    tone: str,
    day: str,
    shared_at: str,
    now: str,
    reason: str,
) -> None:
    """Count the post as shared. The schema refuses it when it already counts."""
    line = last(db, post)
    seq = line.seq + 1 if line else 1
    db.execute(_INSERT, (post, seq, 1, group, tone, day, shared_at, now, reason))


def reverse(db: sqlite3.Connection, post: int, now: str, reason: str) -> Line | None:
    """Take the standing share back, with its own date; returns it."""
    line = standing(db, post)
    if line:
        values = (post, line.seq + 1, -1, line.group, line.tone, line.day, line.shared_at)
        db.execute(_INSERT, (*values, now, reason))
    return line


def retone(db: sqlite3.Connection, post: int, tone: str, now: str, reason: str) -> bool:
    """Let the standing share count under another tone, on its own day; whether it moved."""
    line = standing(db, post)
    if line is None or line.tone == tone:
        return False
    reverse(db, post, now, reason)
    _again(db, post, replace(line, tone=tone), now, reason)
    return True


def _again(db: sqlite3.Connection, post: int, line: Line, now: str, reason: str) -> None:
    enter(
        db,
        post,
        group=line.group,
        tone=line.tone,
        day=line.day,
        shared_at=line.shared_at,
        now=now,
        reason=reason,
    )


def move(db: sqlite3.Connection, old: int, new: int, tone: str, now: str) -> None:
    """Let a share of ``old`` count as one of ``new``; once, when both were shared."""
    group = _group(db, new)
    reason = "edited" if _group(db, old) == group else "moved"
    line = reverse(db, old, now, reason)
    if line and not standing(db, new):
        _again(db, new, replace(line, group=group, tone=tone), now, reason)


def _group(db: sqlite3.Connection, post: int) -> int:
    row = one(db, "SELECT group_id FROM posts WHERE id = ?", post)
    return int(row[0]) if row else 0


def find_post(db: sqlite3.Connection, group: int, fingerprint: str) -> int | None:
    """The group's post with this fingerprint."""
    row = one(db, "SELECT id FROM posts WHERE group_id = ? AND fingerprint = ?", group, fingerprint)
    return int(row[0]) if row else None


def make_post(db: sqlite3.Connection, group: int, fingerprint: str) -> int:
    """The group's post with this fingerprint, made when there is none."""
    found = find_post(db, group, fingerprint)
    if found is not None:
        return found
    sql = "INSERT INTO posts (group_id, fingerprint) VALUES (?, ?)"
    return int(db.execute(sql, (group, fingerprint)).lastrowid or 0)


def lonely(db: sqlite3.Connection, post: int, review: int = 0) -> bool:
    """Whether no review but ``review`` is of this post."""
    sql = "SELECT 1 FROM reviews WHERE post_id = ? AND id <> ? LIMIT 1"
    return one(db, sql, post, review) is None


def abandon(db: sqlite3.Connection, post: int) -> None:
    """Forget a post without a review: its row goes, or its hashes where the ledger has lines."""
    if not lonely(db, post):
        return
    signatures.remove(db, post)
    if last(db, post):
        db.execute("UPDATE posts SET fingerprint = NULL, person_tone = NULL WHERE id = ?", (post,))
        db.execute("DELETE FROM share_answers WHERE post_id = ?", (post,))
    else:
        db.execute("DELETE FROM posts WHERE id = ?", (post,))

"""Signatures of posts and the traces they are found by, inside a transaction of the caller."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterator, Sequence

from models.likeness import TRACES, Likeness, Signature, compare
from models.seen import Earlier, Search
from models.store.access import Row, moment, one, stamp
from models.verdict import Level

# Of a trace that very many posts have only the newest are looked at: a look-up's time is bounded.
NEWEST = 256
# The posts with most traces in common whose signatures are compared.
COMPARED = 16
_EXACT = Likeness(100, same=True)

_NEWEST = (
    f"SELECT post_id FROM (SELECT post_id FROM traces WHERE value = ?"
    f" ORDER BY post_id DESC LIMIT {NEWEST})"
)
_LIKELIEST = (
    "SELECT post_id FROM ({}) GROUP BY post_id ORDER BY COUNT(*) DESC, post_id DESC"
    f" LIMIT {COMPARED}"
)
_REVIEW = """SELECT r.created_at, r.reference, r.level, r.declined, p.group_id, p.fingerprint,
    COALESCE((SELECT delta = 1 FROM ledger WHERE post_id = p.id ORDER BY seq DESC LIMIT 1), 0)
    FROM posts p JOIN reviews r ON r.post_id = p.id
    WHERE {} AND r.id <> ? AND r.created_at < ?
    ORDER BY r.created_at DESC, r.id DESC LIMIT 1"""
_OF_POST = _REVIEW.format("p.id = ?")
_OF_GROUP = _REVIEW.format("p.group_id = ? AND p.fingerprint = ?")
_ROOT = """WITH RECURSIVE up(id, parent) AS (
    SELECT id, parent FROM units WHERE id = ?
    UNION SELECT u.id, u.parent FROM units u JOIN up ON u.id = up.parent)
    SELECT id FROM up WHERE parent IS NULL"""


def value_of(fingerprint: str) -> int:
    """The trace of a fingerprint: posts without enough words are found by it alone."""
    return zlib.crc32(fingerprint.encode()) - 2**31


def put(db: sqlite3.Connection, post: int, fingerprint: str, signature: Signature | None) -> None:
    """Keep a post's signature; the one it has stays."""
    if signature is None:
        return
    values = list({value_of(fingerprint), *signature.traces[:TRACES]})
    cursor = db.execute(
        "INSERT OR IGNORE INTO signatures VALUES (?, ?, ?, ?, ?)",
        (post, signature.facts, signature.size, signature.pairs, _pack(values)),
    )
    if cursor.rowcount:
        db.executemany("INSERT INTO traces VALUES (?, ?)", [(value, post) for value in values])


def remove(db: sqlite3.Connection, post: int) -> None:
    """Delete a post's signature and every trace of it."""
    row = one(db, "SELECT traces FROM signatures WHERE post_id = ?", post)
    if row is None:
        return
    values = [(value, post) for value in _unpack(row[0])]
    db.executemany("DELETE FROM traces WHERE value = ? AND post_id = ?", values)
    db.execute("DELETE FROM signatures WHERE post_id = ?", (post,))


def move(db: sqlite3.Connection, old: int, new: int) -> None:
    """Let ``new`` have the signature of ``old``, unless it has one."""
    row = one(db, "SELECT facts, size, pairs, traces FROM signatures WHERE post_id = ?", old)
    if row is None:
        return
    remove(db, old)
    sql = "INSERT OR IGNORE INTO signatures VALUES (?, ?, ?, ?, ?)"
    if db.execute(sql, (new, *row)).rowcount:
        values = [(value, new) for value in _unpack(row[3])]
        db.executemany("INSERT INTO traces VALUES (?, ?)", values)


def find(db: sqlite3.Connection, search: Search) -> Earlier | None:
    """The same post in this group, else elsewhere; else the most similar one, the newest first."""
    return _in_this_group(db, search) or next(_like(db, search), None)


def _in_this_group(db: sqlite3.Connection, search: Search) -> Earlier | None:
    if search.group is None:
        return None
    own = (search.group, search.fingerprint)
    row = one(db, _OF_GROUP, *own, search.but, stamp(search.until))
    return _earlier(row, _EXACT) if row else None


def _like(db: sqlite3.Connection, search: Search) -> Iterator[Earlier]:
    root = one(db, _ROOT, search.unit)
    for post, unit, likeness in _ranked(db, search):
        if unit is not None and one(db, _ROOT, unit) == root:
            row = one(db, _OF_POST, post, search.but, stamp(search.until))
            if row is not None:
                yield _earlier(row, likeness)


def _ranked(db: sqlite3.Connection, search: Search) -> list[tuple[int, int | None, Likeness]]:
    """Posts that are like it, with the unit of their group, best first."""
    found = []
    for post, group, unit, fingerprint, facts, size, pairs in _candidates(db, search):
        if fingerprint == search.fingerprint:
            likeness = _EXACT
        elif search.signature.size and size:
            likeness = compare(search.signature, Signature(facts, size, pairs))
        else:
            continue
        if likeness.same or likeness.similar:
            rank = (likeness.same, group == search.group, likeness.percent, post)
            found.append((rank, (post, unit, likeness)))
    return [kept for _, kept in sorted(found, reverse=True)]


def _candidates(db: sqlite3.Connection, search: Search) -> list[Row]:
    values = (value_of(search.fingerprint), *search.signature.traces)
    sql = _LIKELIEST.format(" UNION ALL ".join([_NEWEST] * len(values)))
    posts = [row[0] for row in db.execute(sql, values).fetchall()]
    marks = ", ".join("?" * len(posts))
    return db.execute(
        "SELECT s.post_id, p.group_id, g.unit_id, p.fingerprint, s.facts, s.size, s.pairs"
        " FROM signatures s JOIN posts p ON p.id = s.post_id JOIN groups g ON g.id = p.group_id"
        f" WHERE s.post_id IN ({marks})",
        posts,
    ).fetchall()


def _earlier(row: Row, likeness: Likeness) -> Earlier:
    created, reference, level, declined, group, fingerprint, shared = row
    return Earlier(
        group=group,
        fingerprint=fingerprint,
        created_at=moment(created),
        reference=reference,
        level=Level(level),
        likeness=likeness,
        shared=bool(shared),
        declined=bool(declined),
    )


def _pack(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}i", *values)


def _unpack(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 4}i", blob)

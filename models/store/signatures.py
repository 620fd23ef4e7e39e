"""Signatures of posts and the traces they are found by, inside a transaction of the caller."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from models.likeness import TRACES, Likeness, Signature, compare
from models.seen import Earlier, Search
from models.store.access import Row, moment, one, stamp
from models.verdict import Level

# Of a trace that very many posts have only the newest are looked at: a look-up's time is bounded.
NEWEST = 512
# The posts with most traces in common are compared: so many at once, until some are like it.
AT_ONCE, MOST = 16, 64
_EXACT = Likeness(100, same=True)

_KNOWN = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'signatures'"
_NEWEST = (
    f"SELECT post_id FROM (SELECT post_id FROM traces WHERE value = ?"
    f" ORDER BY post_id DESC LIMIT {NEWEST})"
)
_LIKELIEST = (
    f"SELECT post_id FROM ({{}}) GROUP BY post_id ORDER BY COUNT(*) DESC, post_id DESC LIMIT {MOST}"
)
_COMPARED = """SELECT s.post_id, p.group_id, g.unit_id, p.fingerprint, s.facts, s.size, s.pairs
    FROM signatures s JOIN posts p ON p.id = s.post_id JOIN groups g ON g.id = p.group_id
    WHERE s.post_id IN ({})"""
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
    """Delete a post's signature and every trace of it. A copy of the first release has none."""
    if one(db, _KNOWN) is None:
        return
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
    return _in_this_group(db, search) or _like(db, search)


def _in_this_group(db: sqlite3.Connection, search: Search) -> Earlier | None:
    if search.group is None:
        return None
    own = (search.group, search.fingerprint)
    row = one(db, _OF_GROUP, *own, search.but, stamp(search.until))
    return _earlier(row, _EXACT) if row else None


@dataclass(frozen=True, slots=True)
class _Like:
    """A post that is like the one looked for; ``unit`` is that of its group."""

    post: int
    unit: int | None
    ours: bool
    likeness: Likeness

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        return self.likeness.same, self.ours, self.likeness.percent, self.post


def _like(db: sqlite3.Connection, search: Search) -> Earlier | None:
    """The likest one. Another group's same post is told only where this group has none like it."""
    root = one(db, _ROOT, search.unit)
    elsewhere = None
    for found in _ranked(db, search):
        if elsewhere is not None and not (found.ours and found.likeness.same):
            continue
        earlier = _reviewed(db, search, found) if _in_tree(db, found, root) else None
        if earlier is not None and (found.ours or not found.likeness.same):
            return earlier
        elsewhere = elsewhere or earlier
    return elsewhere


def _in_tree(db: sqlite3.Connection, found: _Like, root: Row | None) -> bool:
    return found.unit is not None and one(db, _ROOT, found.unit) == root


def _reviewed(db: sqlite3.Connection, search: Search, found: _Like) -> Earlier | None:
    row = one(db, _OF_POST, found.post, search.but, stamp(search.until))
    return _earlier(row, found.likeness) if row else None


def _ranked(db: sqlite3.Connection, search: Search) -> Iterator[_Like]:
    """Posts that are like it, best first."""
    posts = _likeliest(db, search)
    for first in range(0, len(posts), AT_ONCE):
        found = _compared(db, search, posts[first : first + AT_ONCE])
        yield from sorted(found, key=attrgetter("rank"), reverse=True)


def _likeliest(db: sqlite3.Connection, search: Search) -> list[int]:
    """The posts with most traces in common, the newest first."""
    values = (value_of(search.fingerprint), *search.signature.traces)
    sql = _LIKELIEST.format(" UNION ALL ".join([_NEWEST] * len(values)))
    return [row[0] for row in db.execute(sql, values).fetchall()]


def _compared(db: sqlite3.Connection, search: Search, posts: list[int]) -> Iterator[_Like]:
    marks = ", ".join("?" * len(posts))
    rows = db.execute(_COMPARED.format(marks), posts).fetchall()
    for post, group, unit, fingerprint, facts, size, pairs in rows:
        if fingerprint == search.fingerprint:
            likeness = _EXACT
        elif search.signature.size and size:
            likeness = compare(search.signature, Signature(facts, size, pairs))
        else:
            continue
        if likeness.same or likeness.similar:
            yield _Like(post, unit, group == search.group, likeness)


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

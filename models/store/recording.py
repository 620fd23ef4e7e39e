"""Recording a review: new, the same again, or changed, inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from models.ledger import NewReview
from models.letter import Letter
from models.likeness import Signature
from models.post import Post, merge
from models.store import letters, lines, signatures
from models.store.access import one
from models.store.codec import dump_parts, dump_verdict, sound, without_words, words
from models.verdict import Level, Tier, Verdict

_TITLE = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded, encoded before the transaction begins."""

    id: int
    group: int
    key: str
    fingerprint: str
    signature: Signature | None
    verdict: str
    reference: str
    parts: str
    level: str
    tone: str
    title: str | None
    link: str | None
    sender: str | None
    now: str
    letter: Letter | None


def entry(new: NewReview, now: str, letter: Letter | None) -> Entry:
    """Encode what was judged. Without ``keep_text`` no word of the post is kept."""
    verdict, parts = new.verdict, new.parts
    kept = dump_verdict(verdict)
    title, link = cleared(verdict, parts.values()) if verdict.keep_text else (None, None)
    return Entry(
        id=new.id,
        group=new.group,
        key=new.key,
        fingerprint=new.fingerprint,
        signature=new.signature if verdict.keep_text else None,
        verdict=kept if verdict.keep_text else without_words(kept),
        reference=verdict.reference,
        parts=dump_parts(parts if verdict.keep_text else dict.fromkeys(parts, Post())),
        level=verdict.level,
        tone=verdict.tone,
        title=title,
        link=link,
        sender=new.sender,
        now=now,
        letter=letter,
    )


def cleared(verdict: Verdict, parts: Iterable[Post]) -> tuple[str | None, str | None]:
    """Title and link that other groups may be shown: of a post to share from T1/T2, else nothing.

    Only a channel's own first line is a title; words that a colleague wrote or pasted are not
    shown to other units, the name of the source stands there instead.
    """
    source = verdict.source
    if verdict.level is not Level.SHARE or source.tier not in {Tier.T1, Tier.T2} or verdict.draft:
        return None, None
    post = merge(parts)
    if not post.links:
        return None, None
    title = source.name or source.host or ""
    if post.origin and post.origin.kind == "channel":
        title = _first_line(post.text) or title
    return sound(title), sound(post.places[0])


def _first_line(text: str) -> str:
    for line in text.splitlines():
        found = " ".join([word for word in line.split() if "://" not in word])
        if found:
            return found if len(found) <= _TITLE else found[: _TITLE - 1].rsplit(" ", 1)[0] + "…"
    return ""


@dataclass(frozen=True, slots=True)
class _Before:
    id: int
    post: int
    verdict: str
    parts: str | None
    tone: str
    fingerprint: str | None
    person_tone: str | None

    def same(self, new: Entry) -> bool:
        """Whether nothing changed; an emptied text is not brought back by a second delivery."""
        if self.parts is None:
            return self.fingerprint == new.fingerprint
        return (self.parts, self.verdict) == (new.parts, new.verdict)

    def same_words(self, new: Entry) -> bool:
        if self.fingerprint != new.fingerprint:
            return False
        return self.parts is None or words(self.parts) == words(new.parts)


def record(db: sqlite3.Connection, new: Entry) -> Letter | None:
    """Keep the review and let its letter wait; nothing at all when it is known as it is.

    A review and its letter are committed together, so a known review was answered, or its letter
    waits.
    """
    row = one(
        db,
        "SELECT r.id, r.post_id, r.verdict, r.parts, r.tone, p.fingerprint, p.person_tone"
        " FROM reviews r JOIN posts p ON p.id = r.post_id WHERE r.group_id = ? AND r.key = ?",
        new.group,
        new.key,
    )
    before = _Before(*row) if row else None
    if before is None:
        review = _insert(db, new)
    elif before.same(new):
        return None
    else:
        review = _supersede(db, before, new)
    return letters.put(db, letters.about(db, new.letter, review)) if new.letter else None


# What a judgement writes, in a new row and in one that it supersedes. A sender is never unnamed,
# and lives no longer because somebody else wrote: ``updated_at`` is that of the sender noted.
_JUDGED = ("verdict", "reference", "parts", "level", "tone", "sender", "title", "link")
_NEW = ("id", "group_id", "key", "post_id", "created_at", *_JUDGED, "updated_at")
_INSERT = f"INSERT INTO reviews ({', '.join(_NEW)}) VALUES ({', '.join('?' * len(_NEW))})"
_SET = ", ".join(
    f"{name} = COALESCE(?, {name})" if name == "sender" else f"{name} = ?" for name in _JUDGED
)
_UPDATE = (
    f"UPDATE reviews SET {_SET}, version = version + 1,"
    " updated_at = CASE WHEN ? IS NULL THEN updated_at ELSE ? END WHERE id = ?"
)
_judged = attrgetter(*_JUDGED)


def _insert(db: sqlite3.Connection, new: Entry) -> int:
    post = _make_post(db, new)
    values = (new.id or None, new.group, new.key, post, new.now, *_judged(new), new.now)
    return db.execute(_INSERT, values).lastrowid or 0


def _make_post(db: sqlite3.Connection, new: Entry) -> int:
    post = lines.make_post(db, new.group, new.fingerprint)
    signatures.put(db, post, new.fingerprint, new.signature)
    return post


def _supersede(db: sqlite3.Connection, old: _Before, new: Entry) -> int:
    words_stand = old.same_words(new)
    db.execute(_UPDATE, (*_judged(new), new.sender, new.now, old.id))
    if not words_stand:
        _new_words(db, old, new)
    elif not old.person_tone and old.tone != new.tone:
        lines.retone(db, old.post, new.tone, new.now, "edited")
    return old.id


def _new_words(db: sqlite3.Connection, old: _Before, new: Entry) -> None:
    """The message says something else now: it is another post, and its share goes with it.

    Where other messages of the group still are the old post, its share and its person's tone stay
    with them.
    """
    alone = lines.lonely(db, old.post, old.id)
    target = lines.find_post(db, new.group, new.fingerprint)
    if alone and target in {None, old.post}:
        db.execute(
            "UPDATE posts SET fingerprint = ?, person_tone = NULL WHERE id = ?",
            (new.fingerprint, old.post),
        )
        signatures.remove(db, old.post)
        signatures.put(db, old.post, new.fingerprint, new.signature)
        lines.retone(db, old.post, new.tone, new.now, "edited")
        return
    if target == old.post:  # other words, one hash, other messages too: they keep what they have
        return
    target = target or _make_post(db, new)
    db.execute("UPDATE reviews SET post_id = ? WHERE id = ?", (target, old.id))
    if alone:
        tone = one(db, "SELECT COALESCE(person_tone, ?) FROM posts WHERE id = ?", new.tone, target)
        lines.move(db, old.post, target, tone[0] if tone else new.tone, new.now)
        lines.abandon(db, old.post)

"""Verdict, Post and Letter to JSON and back. Fields of a later version are left unread."""

from __future__ import annotations

import json
from datetime import date as day_of
from datetime import datetime
from typing import Any, cast

from models.post import Origin, Post
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict

_NAMING = ("host", "name", "suspicion")


def sound(text: str) -> str:
    """A text that can be kept: halves of broken surrogate pairs become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def dump(value: Any) -> str:
    """Compact JSON in one order of keys, so that equal values give equal texts."""
    return sound(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _slim(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _post(post: Post) -> dict[str, Any]:
    origin = post.origin
    return _slim(
        {
            "text": post.text,
            "links": post.links,
            "origin": origin
            and _slim(
                {
                    "kind": origin.kind,
                    "id": origin.id,
                    "username": origin.username,
                    "name": origin.name,
                }
            ),
            "media": post.media,
            "date": post.date.isoformat() if post.date else None,
            "stable_id": post.stable_id,
            "draft": post.draft,
            "behind": post.behind,
            "published": post.published.isoformat() if post.published else None,
            "targets": post.targets,
            "unread": post.unread,
        }
    )


def _load_post(fields: dict[str, Any]) -> Post:
    origin = fields.get("origin")
    date, published = fields.get("date"), fields.get("published")
    return Post(
        text=fields.get("text", ""),
        links=tuple(fields.get("links", ())),
        origin=Origin(
            kind=origin["kind"],
            id=origin.get("id"),
            username=origin.get("username"),
            name=origin.get("name"),
        )
        if origin
        else None,
        media=tuple(fields.get("media", ())),
        date=datetime.fromisoformat(date) if date else None,
        stable_id=fields.get("stable_id"),
        draft=fields.get("draft", False),
        behind=fields.get("behind", ""),
        published=day_of.fromisoformat(published) if published else None,
        targets=tuple((pair[0], pair[1]) for pair in fields.get("targets", ())),
        unread=fields.get("unread", ""),
    )


def dump_parts(parts: dict[str, Post]) -> str:
    """The messages by id, in the order given."""
    return dump([[key, _post(post)] for key, post in parts.items()])


def load_parts(text: str | None) -> dict[str, Post]:
    """What ``dump_parts`` wrote; nothing once emptied."""
    return {key: _load_post(fields) for key, fields in json.loads(text)} if text else {}


def words(text: str | None) -> list[Any]:
    """Of kept messages what a tone is judged by: words and links."""
    kept = json.loads(text) if text else []
    return [[key, part.get("text", ""), part.get("links", [])] for key, part in kept]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "status": finding.status,
        "cite": finding.cite,
        "reason": finding.reason,
        "evidence": finding.evidence,
        "advice": finding.advice,
        "level": finding.level,
    }


def dump_verdict(verdict: Verdict) -> str:
    """The verdict without its reference, which names a judgement and is no part of it."""
    source = verdict.source
    return dump(
        {
            "level": verdict.level,
            "tone": verdict.tone,
            "confidence": verdict.confidence,
            "tone_p": verdict.tone_p,
            "flags": verdict.flags,
            "findings": [_finding(finding) for finding in verdict.findings],
            "source": {
                "tier": source.tier,
                "host": source.host,
                "name": source.name,
                "trusted_as": source.trusted_as,
                "lookalike_of": source.lookalike_of,
                "suspicion": source.suspicion,
            },
            "model": verdict.model,
            "packs": verdict.packs,
            "warning": verdict.warning,
            "draft": verdict.draft,
            "keep_text": verdict.keep_text,
            "successor_note": verdict.successor_note,
            "question": verdict.question,
        }
    )


def _load_finding(fields: dict[str, Any]) -> Finding:
    level = fields.get("level")
    return Finding(
        rule=fields["rule"],
        status=Status(fields["status"]),
        cite=fields["cite"],
        reason=fields.get("reason", ""),
        evidence=fields.get("evidence", ""),
        advice=fields.get("advice", ""),
        level=Level(level) if level else None,
    )


def _load_source(fields: dict[str, Any]) -> Source:
    known = ("host", "name", "trusted_as", "lookalike_of", "suspicion")
    return Source(Tier(fields["tier"]), **{name: fields.get(name) for name in known})


def load_verdict(text: str, reference: str) -> Verdict:
    """What ``dump_verdict`` wrote; None (see ``Review``) when a later version's words are in it."""
    fields = json.loads(text)
    try:
        return Verdict(
            level=Level(fields["level"]),
            tone=Tone(fields["tone"]),
            confidence=fields["confidence"],
            tone_p={Tone(tone): p for tone, p in fields["tone_p"].items()},
            flags=fields["flags"],
            findings=tuple(_load_finding(finding) for finding in fields["findings"]),
            source=_load_source(fields["source"]),
            reference=reference,
            model=fields.get("model", ""),
            packs=tuple(fields.get("packs", ())),
            warning=fields.get("warning", False),
            draft=fields.get("draft", False),
            keep_text=fields.get("keep_text", True),
            successor_note=fields.get("successor_note", False),
            question=fields.get("question"),
        )
    except (KeyError, ValueError):  # an enum's later member, a field that moved
        return cast("Verdict", None)


def without_words(text: str) -> str:
    """A kept verdict without quotations of the post, nor host and name of a source nobody knows.

    Such a host is a part of the post's link, such a name that of whoever it was forwarded from:
    either may be a person's; those of our lists are not. In one that is damaged nobody can tell
    them apart: nothing of it is left. One without any stays as it is written.
    """
    try:
        fields = json.loads(text)
        quoting = [one for one in fields.get("findings", ()) if one.get("evidence") != ""]
        source = fields.get("source") or {}
        unknown = source.get("tier") == Tier.T4 and not source.get("trusted_as")
    except (AttributeError, TypeError, ValueError):
        return "{}"
    named = unknown and any(source.get(name) is not None for name in _NAMING)
    if not quoting and not named:
        return text
    for finding in quoting:
        finding["evidence"] = ""
    if named:
        source.update(dict.fromkeys(_NAMING))
    return dump(fields)

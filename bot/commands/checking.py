"""``check``: weigh texts without token, database or network."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import output
from models.errors import UserError
from models.judge import Judge
from models.post import Origin, Post, pasted
from models.verdict import Verdict
from models.why import Why

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_ORIGINS = ("channel", "chat", "user", "hidden")


def check(words: Sequence[str], *, as_json: bool, file: Path | None, reasons: bool = False) -> int:
    """Weigh the words given, or each JSON line of the file or of standard input.

    With ``reasons`` it says why: each reason in full, and the words behind the tone.
    Returns 0; 1 when a line could not be read (it is answered with its error, the others go on).
    """
    from bot.settings import load
    from bot.wiring import make_judge

    judge = make_judge(encoder=load().encoder)
    today = datetime.now(UTC).astimezone(_ZONE).date()
    if not as_json:
        return _check_text(judge, " ".join(words) or _read(file), today, reasons=reasons)
    failed = False
    for answer in check_lines(judge, _lines(words, file), today, reasons=reasons):
        failed = failed or "error" in answer
        output.line(answer)
    return int(failed)


def _check_text(judge: Judge, words: str, today: date, *, reasons: bool) -> int:
    from messages.render import advice, why
    from messages.terminal import plain

    post = pasted(words)
    verdict = judge.judge(post, today=today, headroom=None)
    if reasons:
        reply = why(verdict, judge.why(post, verdict))
    else:
        reply = advice(verdict, review=None, balance=None, short=False, private=True, ledger=False)
    output.text(plain(reply))
    return 0


def _read(file: Path | None) -> str:
    if file is None:
        return sys.stdin.read()
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("not_a_file", path=str(file), reason=str(error)) from error


def _lines(words: Sequence[str], file: Path | None) -> Iterator[str]:
    if words:
        yield from words
    elif file is not None:
        yield from _read(file).splitlines()
    else:
        yield from sys.stdin


def check_lines(
    judge: Judge, lines: Iterable[str], today: date, *, reasons: bool = False
) -> Iterator[dict[str, Any]]:
    """One answer a line, in order; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        start = time.perf_counter()
        try:
            name, post = read_line(line)
        except ValueError as error:
            yield {"id": None, "line": number, "error": str(error)}
            continue
        verdict = judge.judge(post, today=today, headroom=None)
        told = {"why": _why(judge.why(post, verdict))} if reasons else {}
        taken = round(1000 * (time.perf_counter() - start), 3)
        yield {**shape(name, verdict), **told, "ms": taken}


def read_line(line: str) -> tuple[Any, Post]:
    """Read ``{"id", "text", "origin"?, "links"?, "date"?}``.

    Raises:
        ValueError: what is wrong with the line, in plain words.
    """
    row = json.loads(line)
    if not isinstance(row, dict) or not isinstance(row.get("text", ""), str):
        raise ValueError('a line must be an object with a "text"')
    text = row.get("text", "")
    links = row.get("links") or []
    if not (isinstance(links, list) and all(isinstance(link, str) for link in links)):
        raise ValueError('"links" must be a list of addresses')
    when = row.get("date")
    moment = datetime.fromisoformat(when) if isinstance(when, str) else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=_ZONE)
    return row.get("id"), replace(pasted(text, links), origin=_origin(row), date=moment)


def _origin(row: dict[str, Any]) -> Origin | None:
    given = row.get("origin")
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("kind") not in _ORIGINS:
        raise ValueError(f'"origin" needs a "kind": {", ".join(_ORIGINS)}')

    def word(name: str) -> str | None:
        value = given.get(name)
        return None if value is None else str(value)

    return Origin(given["kind"], word("id"), word("username"), word("name"))


def _why(found: Why) -> dict[str, Any]:
    sides = {"towards": found.towards, "against": found.against}
    told = {side: {"words": one.words, "signs": one.signs} for side, one in sides.items()}
    return {"tone": found.tone, **told}


def shape(name: Any, verdict: Verdict) -> dict[str, Any]:
    """The verdict as ``check --json`` writes it."""
    return {
        "id": name,
        "level": verdict.level,
        "tone": verdict.tone,
        "tone_p": {tone: round(p, 4) for tone, p in verdict.tone_p.items()},
        "flags": {flag: round(p, 4) for flag, p in verdict.flags.items()},
        "findings": [
            {
                "rule": finding.rule,
                "cite": finding.cite,
                "status": finding.status,
                "evidence": finding.evidence,
            }
            for finding in verdict.findings
        ],
        "source": {
            "tier": verdict.source.tier,
            "host": verdict.source.host,
            "lookalike_of": verdict.source.lookalike_of,
        },
    }

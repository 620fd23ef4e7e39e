"""Reads rule packs from TOML, and names the line of whatever is wrong with one."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from models.checks import CHECKS
from models.errors import BrokenRules, UserError
from models.packs import Pack, Rule
from models.verdict import Level

RULES = Path(__file__).parent / "rules"
SHIPPED = ("secrets", "cv3270", "qd874", "qd423", "personal_data", "cv664")

_AT_LINE = re.compile(r"at line (\d+)")
_ID = re.compile(r"[A-Za-z0-9._-]{1,20}")

_PACK_KEYS: dict[str, type] = {
    "id": str,
    "title": str,
    "cite": str,
    "number": str,
    "issuer": str,
    "date": date,
    "rules": list,
}
_PACK_MORE: dict[str, type] = {
    "from": date,
    "until": date,
    "replaced_by": str,
    "source": str,
    "default": bool,
}
_RULE_KEYS: dict[str, type] = {"id": str, "says": str, "check": str}
_RULE_MORE: dict[str, type] = dict.fromkeys(
    (
        "article",
        "clause",
        "confirmed",
        "document",
        "binds",
        "level",
        "reason",
        "reason_unknown",
        "advice",
        "question",
    ),
    str,
)
_CHOICES = {
    "level": [level.value for level in Level if level is not Level.SHARE],
    "confirmed": ["clause", "article", "document"],
    "binds": ["everyone", "officials", "owners", "press"],
}


def load_packs(
    folder: Path = RULES, extra: Path | None = None, on: frozenset[str] = frozenset()
) -> tuple[Pack, ...]:
    """The packs of ``folder``, then those of an administrator's own folder ``extra``.

    A pack of ``extra`` with the id of an earlier one takes its place. Packs that are off by
    default count only when their id is in ``on``.

    Raises:
        BrokenRules: a file that cannot be used (file, line, reason).
        UserError: ``unknown_pack``, a name in ``on`` that no pack has.
    """
    found: dict[str, Pack] = {}
    for path in [*_files(folder), *(_files(extra) if extra else ())]:
        pack = read_pack(path)
        found[pack.id] = pack
    if unknown := sorted(on - found.keys()):
        raise UserError("unknown_pack", pack=unknown[0])
    return tuple(pack for pack in found.values() if pack.default or pack.id in on)


def _files(folder: Path) -> list[Path]:
    """Shipped packs first and in their order, which is that of equally strict reasons.

    Beside the shipped packs lie data files of other kinds; elsewhere every file is a pack.
    """
    rank = {name: place for place, name in enumerate(SHIPPED)}
    every = [path for path in folder.glob("*.toml") if folder != RULES or path.stem in rank]
    return sorted(every, key=lambda path: (rank.get(path.stem, len(rank)), path.name))


class _Text:
    """The file's lines, to tell where a key of the pack or of its nth rule stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._lines = text.splitlines()
        heads = [n for n, line in enumerate(self._lines) if line.strip() == "[[rules]]"]
        self._heads = [*heads, len(self._lines)]

    def broken(self, reason: str, rule: int | None = None, key: str = "id") -> BrokenRules:
        return BrokenRules(
            "broken_rules", file=self.path.name, line=self._line(rule, key), reason=reason
        )

    def _line(self, rule: int | None, key: str) -> int:
        start, end = 0, self._heads[0]
        if rule is not None and rule + 1 < len(self._heads):
            start, end = self._heads[rule], self._heads[rule + 1]
        for wanted in (key, "id"):
            for number in range(start, end):
                if re.match(rf'\s*"?{re.escape(wanted)}"?\s*=', self._lines[number]):
                    return number + 1
        return start + 1


def read_pack(path: Path) -> Pack:
    """Read a pack.

    Raises:
        BrokenRules: the file cannot be read, or a key is missing, foreign or of the wrong kind;
            its facts name file, line and reason.
    """
    facts, text = _parse(path)
    _check_keys(facts, _PACK_KEYS, _PACK_MORE, text, None)
    rules: list[Rule] = []
    for place, given in enumerate(facts["rules"]):
        if not isinstance(given, dict):
            raise text.broken("mỗi mục phải là một [[rules]]", None, "rules")
        rules.append(_rule(given, facts["cite"], text, place))
        if rules[-1].id in {rule.id for rule in rules[:-1]}:
            raise text.broken(f"trùng mã mục {rules[-1].id}", place)
    if not rules:
        raise text.broken("chưa có mục [[rules]] nào", None, "rules")
    if facts["id"] == "secrets" and not any(map(_refuses_secrets, rules)):
        raise text.broken("bộ secrets phải có mục secret_mark với level refuse", None)
    return Pack(
        id=facts["id"],
        title=facts["title"],
        cite=facts["cite"],
        number=facts["number"],
        issuer=facts["issuer"],
        issued=facts["date"],
        rules=tuple(rules),
        since=facts.get("from", facts["date"]),
        until=facts.get("until"),
        replaced_by=facts.get("replaced_by"),
        source=facts.get("source", ""),
        default=facts.get("default", True),
    )


def _refuses_secrets(rule: Rule) -> bool:
    """Packs may be changed, but none may let state secrets through."""
    return rule.check == "secret_mark" and rule.level is Level.REFUSE


def _parse(path: Path) -> tuple[dict[str, Any], _Text]:
    try:
        written = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _unread(path, line, "tệp không phải UTF-8") from error
    except OSError as error:
        raise _unread(path, 1, f"không đọc được tệp ({error.strerror})") from error
    try:
        return tomllib.loads(written), _Text(path, written)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else written.count("\n") + 1
        raise _unread(path, line, f"sai cú pháp TOML ({error})") from error


def _unread(path: Path, line: int, reason: str) -> BrokenRules:
    return BrokenRules("broken_rules", file=path.name, line=line, reason=reason)


def _check_keys(
    facts: dict[str, Any],
    needed: dict[str, type],
    more: dict[str, type],
    text: _Text,
    rule: int | None,
) -> None:
    for key in needed:
        if key not in facts:
            raise text.broken(f"thiếu mục {key}", rule)
    for key, value in facts.items():
        kind = needed.get(key) or more.get(key)
        if kind is None:
            raise text.broken(f"không có mục nào tên {key}", rule, key)
        if type(value) is not kind or value == "":
            raise text.broken(f"mục {key} phải là {_KINDS[kind]}", rule, key)


_KINDS: dict[type, str] = {
    str: "chữ trong ngoặc kép",
    date: "ngày, ví dụ 2026-03-05",
    bool: "true hoặc false",
    list: "danh sách [[rules]]",
}


def _rule(given: dict[str, Any], document: str, text: _Text, place: int) -> Rule:
    _check_keys(given, _RULE_KEYS, _RULE_MORE, text, place)
    for key, allowed in _CHOICES.items():
        if key in given and given[key] not in allowed:
            raise text.broken(f"{key} phải là một trong: {', '.join(allowed)}", place, key)
    if not _ID.fullmatch(given["id"]):
        raise text.broken("id chỉ gồm chữ không dấu, số, dấu chấm; tối đa 20 ký tự", place)
    _check_decision(given, text, place)
    facts = {key: value for key, value in given.items() if key not in {"document", "level"}}
    level = Level(given["level"]) if "level" in given else None
    return Rule(**facts, level=level, cite=_cite(given, document))


def _check_decision(given: dict[str, Any], text: _Text, place: int) -> None:
    check = given["check"]
    if check not in CHECKS:
        raise text.broken(f"không có phép kiểm tra nào tên {check}", place, "check")
    if check.startswith("ask_") and "question" not in given:
        raise text.broken("mục hỏi người cần question", place)
    if check != "not_shown" and not check.startswith("ask_"):
        for key in ("level", "reason", "advice"):
            if key not in given:
                raise text.broken(f"thiếu mục {key}", place)


def _cite(given: dict[str, Any], document: str) -> str:
    """The citation as printed: as far down as its numbering is confirmed."""
    confirmed = given.get("confirmed", "document")
    parts = [
        given.get("clause", "") if confirmed == "clause" else "",
        given.get("article", "") if confirmed != "document" else "",
        given.get("document", document),
    ]
    return " ".join(part for part in parts if part)

"""Reads the lists of sources and the owner's ``trusted.toml``; a broken file is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.address import parse
from models.errors import BrokenRules
from models.lookalikes import Lookalikes, Word
from models.lures import Lures
from models.verdict import Tier

RULES = Path(__file__).parent / "rules"
# Of a shorter name with a letter twice nobody could say what is meant.
_MISSPELT = 4
_LINE = re.compile(r"at line (\d+)")
_KEYS = {
    "channel": {"name", "id", "username"},
    "page": {"name", "url"},
    "site": {"name", "host"},
}


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a host: its tier, which list, whose it is."""

    tier: Tier
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the owner trusts, each with the owner's own name for it.

    ``channels`` by id or lower-case username without "@"; ``ids`` has the id that goes with a
    username where the owner gave both; ``pages`` by "host/path"; ``sites`` by host.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)

    def channel(self, id: str, username: str) -> str | None:  # noqa: A002 - the contract's word
        """The owner's name for a channel. A username that another id has taken over is none."""
        if id in self.channels:
            return self.channels[id]
        if id and self.ids.get(username, id) != id:
            return None
        return self.channels.get(username)


@dataclass(frozen=True, slots=True)
class Lists:
    """The shipped lists: hosts by tier, state suffixes, known hosts, and the look-alike rules.

    ``open`` are known hosts where anybody may publish.
    """

    listed: Mapping[str, Listed]
    state: tuple[str, ...]
    known: frozenset[str]
    open: frozenset[str]
    lookalikes: Lookalikes


def read_lists(folder: Path = RULES) -> Lists:
    """Read ``sources.toml`` and ``known_hosts.toml``."""
    tiers, _ = read_toml(folder / "sources.toml")
    hosts, _ = read_toml(folder / "known_hosts.toml")
    listed = {
        host: Listed(Tier(group["tier"]), group["id"], name)
        for group in tiers["list"]
        for host, name in group["hosts"].items()
    }
    guarded = [h for h, at in listed.items() if at.kind != "shorteners"] + list(hosts["protected"])
    brands = frozenset(_names(list(hosts["protected"]), ())) | frozenset(hosts["aliases"])
    names = _names(guarded, tuple(tiers["state_suffixes"])) | hosts["aliases"]
    return Lists(
        listed,
        tuple(tiers["state_suffixes"]),
        frozenset(hosts["protected"]) | frozenset(hosts["known"]["hosts"]),
        frozenset(hosts["open"]["hosts"]),
        Lookalikes(
            guarded,
            names,
            frozenset(hosts["ordinary"]["names"]),
            [
                Word(word, at["real"], at.get("edge", False), tuple(at.get("unless", ())))
                for word, at in hosts["pretending"].items()
            ],
            frozenset(hosts["cheap"]["suffixes"]),
            brands,
            _lures(hosts, {name: real for name, real in names.items() if name in brands}),
        ),
    )


def _lures(hosts: dict[str, Any], guarded: Mapping[str, str]) -> Lures:
    """Every brand with what lures beside it, and the names that are long enough to misspell."""
    brands = {**guarded, **hosts["lures"]["brands"]}
    state = {word: at["real"] for word, at in hosts["pretending"].items() if not at.get("edge")}
    spelt = {name: real for name, real in brands.items() if len(name) >= _MISSPELT}
    spelt |= {word: real for word, real in state.items() if len(word) > _MISSPELT}
    return Lures(
        brands,
        frozenset(hosts["lures"]["words"]),
        frozenset(hosts["lures"]["general"]),
        frozenset(hosts["lures"]["unchecked"]),
        spelt,
    )


def _names(hosts: list[str], state: tuple[str, ...]) -> dict[str, str]:
    """The registered names worth guarding, each with its host; very short ones say nothing."""
    names: dict[str, str] = {}
    for host in hosts:
        address = parse(host)
        if address is None or (address.suffix in state and len(address.name) < 5):
            continue
        if len(address.name) >= 3 and address.registrable == host:
            names.setdefault(address.name, host)
    return names


def read_trusted(path: Path, lists: Lists) -> Trusted:
    """Read what the owner trusts.

    ``[[channel]] name, id or username`` · ``[[page]] name, url`` · ``[[site]] name, host``. A site
    that anybody may write on (a social host, a public suffix) is refused: name its page instead.
    """
    found, text = read_toml(path)
    channels: dict[str, str] = {}
    ids: dict[str, str] = {}
    pages: dict[str, str] = {}
    sites: dict[str, str] = {}
    for kind, entries in found.items():
        if kind not in _KEYS or not isinstance(entries, list):
            raise _broken(path, _line(text, kind), f"mục “{kind}” lạ, chỉ có channel, page và site")
        for number, entry in enumerate(entries):
            at = _line(text, f"[[{kind}]]", number)
            problem = _problem(kind, entry)
            if problem:
                raise _broken(path, at, problem)
            name = str(entry["name"])
            if kind == "channel":
                keys = _channel_keys(entry)
                channels |= dict.fromkeys(keys, name)
                ids |= {keys[1]: keys[0]} if len(keys) == 2 else {}
            elif kind == "page":
                pages[_page(path, at, str(entry["url"]))] = name
            else:
                sites[_site(path, at, str(entry["host"]), lists)] = name
    return Trusted(channels, ids, pages, sites)


def _problem(kind: str, entry: Any) -> str | None:
    if not isinstance(entry, dict):
        return f"viết mỗi mục dưới một dòng [[{kind}]]"
    unknown = sorted(set(entry) - _KEYS[kind])
    if unknown:
        return f"không hiểu “{unknown[0]}” trong mục {kind}"
    if not str(entry.get("name", "")).strip():
        return "thiếu name"
    wanted = sorted(_KEYS[kind] - {"name"})
    if not any(str(entry.get(key, "")).strip() for key in wanted):
        return f"thiếu {' hoặc '.join(wanted)}"
    return None


def _channel_keys(entry: Mapping[str, Any]) -> list[str]:
    username = str(entry.get("username", "")).strip().lower()
    username = username.rpartition("/")[2].removeprefix("@")
    return [key for key in (str(entry.get("id", "")).strip(), username) if key]


def _page(path: Path, line: int, url: str) -> str:
    address = parse(url)
    page = address.page if address else ""
    if "/" not in page:
        raise _broken(path, line, f"“{url}” không phải địa chỉ của một trang")
    return page


def _site(path: Path, line: int, host: str, lists: Lists) -> str:
    address = parse(host)
    if address is None or not address.suffix or address.registrable == address.suffix:
        raise _broken(path, line, f"“{host}” không phải tên miền của một trang web")
    listed = lists.listed.get(address.registrable)
    if listed is not None and listed.kind in {"social", "shorteners"}:
        raise _broken(path, line, f"“{host}” ai cũng viết được, hãy dùng mục page")
    return address.ascii


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """A TOML file's content and text; ``BrokenRules`` with the line when it is no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        raise _broken(path, 1, "tệp phải là văn bản UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = _LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise _broken(path, line, "viết sai cú pháp TOML") from error


def _line(text: str, needle: str, number: int = 0) -> int:
    """The line of the ``number``-th occurrence, else the first."""
    at = [n for n, line in enumerate(text.splitlines(), 1) if needle in line.replace(" ", "")]
    return at[min(number, len(at) - 1)] if at else 1


def _broken(path: Path, line: int, reason: str) -> BrokenRules:
    return BrokenRules("broken_rules", file=path.name, line=line, reason=reason)

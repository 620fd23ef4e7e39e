"""Hosts that imitate a real one: twelve rules, each a function of an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from models.address import Address
from models.lures import Lures
from models.spelling import distance, mixed_scripts, skeleton

_STATE_FORM = re.compile(r"gov[.-]?vn")
_PART = re.compile(r"[-_.\d]+")
_HOST_LIKE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_VN_TAIL = re.compile(r"(?:com-?)?vn(?:-|$)")
_OWN_PARTS = {"www", "m", "mail", "web", "app", "blog", "shop", "news", "com"}
_VN = re.compile(r"(?:^|\.)vn$")


@dataclass(frozen=True, slots=True)
class Suspect:
    """Why an address looks like a trap, in Vietnamese, and whom it imitates, when it does."""

    why: str
    real: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of state services and the host it belongs to.

    ``edge``: only at a name's ends. ``unless``: words that give it another sense when they follow.
    """

    word: str
    real: str
    edge: bool = False
    unless: tuple[str, ...] = ()


Rule = Callable[[Address], Suspect | None]


class Lookalikes:
    """Compares a host with the protected ones.

    ``protected`` are real hosts, ``names`` what they registered and what they are called for
    short; ``ordinary`` names among them are common words, held to a stricter measure; ``brands``
    are names of banks and services; ``lures`` knows what traps write beside them; ``words`` pretend
    outside gov.vn; ``cheap`` are suffixes often used for traps. Hosts that are known (``protected``
    or other) are not to be asked about.
    """

    def __init__(
        self,
        protected: Iterable[str],
        names: Mapping[str, str],
        ordinary: frozenset[str],
        words: Iterable[Word],
        cheap: frozenset[str],
        brands: frozenset[str],
        lures: Lures,
    ) -> None:
        self._protected = frozenset(protected)
        self._names = dict(names)
        self._ordinary = ordinary
        self._words = tuple(words)
        self._cheap = cheap
        self._brands = brands
        self._lures = lures
        self._bones = {skeleton(name): name for name in self._names}
        self._spelt = [
            (name, real, most)
            for name, real in self._names.items()
            if real.startswith(name + ".") and (most := self._allowed(name))
        ]
        self._rules: tuple[Rule, ...] = (
            self._user_part,
            self._embedded,
            self._fake_tail,
            self._state_word,
            self._same_name,
            self._near_name,
            self._letter_twice,
            self._brand_inside,
            self._beside_lure,
            self._script,
            self._number_or_port,
            self._cheap_suffix,
        )

    def suspect(self, address: Address) -> Suspect | None:
        """The first rule that speaks; those that name an imitated host come first."""
        return next((found for rule in self._rules if (found := rule(address))), None)

    def _user_part(self, at: Address) -> Suspect | None:
        if not at.user:
            return None
        shown = at.user.partition(":")[0].lower()
        real = shown if _HOST_LIKE.fullmatch(shown) else None
        return Suspect(f"địa chỉ thật là {at.host}, phần trước dấu @ chỉ để đánh lừa", real)

    def _embedded(self, at: Address) -> Suspect | None:
        """A real host, or gov.vn, stands anywhere but at the end."""
        labels = at.labels
        for start in range(len(labels)):
            for end in range(len(labels) - 1, start, -1):
                inner = ".".join(labels[start:end])
                if inner in self._protected or ("." + inner).endswith(".gov.vn"):
                    real = inner if inner in self._protected else ".".join(labels[start:end][-3:])
                    return Suspect(f"tên {real} chỉ là phần đầu của {at.registrable}", real)
        if _STATE_FORM.search(skeleton(at.host, joined=False)) and not at.suffix.startswith("gov."):
            return Suspect("tên có “gov.vn” nhưng không thuộc gov.vn", "gov.vn")
        return None

    def _fake_tail(self, at: Address) -> Suspect | None:
        """A foreign ending dressed as ".vn": "vietcombank.vn-abc.top"."""
        shown = at.host.removesuffix(at.registrable).strip(".")
        if not shown or not _VN_TAIL.match(at.name):
            return None
        last = shown.removesuffix(".com").rpartition(".")[2]
        if last not in self._names and (at.suffix not in self._cheap or last in _OWN_PARTS):
            return None
        return Suspect(
            f"tên giả đuôi .vn, thật ra là {at.registrable}", self._names.get(last, f"{last}.vn")
        )

    def _state_word(self, at: Address) -> Suspect | None:
        """A word of state services in a name that is no state name."""
        if at.suffix.startswith("gov"):
            return None
        bare = _PART.sub("", at.name)
        parts = _PART.split(at.host.removesuffix("." + at.suffix))
        for word in self._words:
            if word.edge:
                hit = word.word in parts or _at_edge(bare, word.word)
            else:
                hit = word.word in bare or _hidden_in(word.word, at.name) or word.word in parts
            if hit and not _otherwise(bare, word):
                return Suspect(f"tên có “{word.word}” nhưng không thuộc {word.real}", word.real)
        return None

    def _same_name(self, at: Address) -> Suspect | None:
        """The name of a real host under another suffix, or spelt with swapped signs."""
        if at.name in self._names:
            real = self._names[at.name]
            if not self._may_share(at, real):
                return Suspect(f"trùng tên với {real} nhưng khác đuôi", real)
            return None
        name = self._bones.get(skeleton(at.name))
        if name is None or (len(name) < 5 and _plain(at.name)):
            return None
        real = self._names[name]
        return Suspect(f"viết gần giống {real}", real)

    def _may_share(self, at: Address, real: str) -> bool:
        if at.suffix in self._cheap:
            return len(at.name) < 3
        if real.endswith("gov.vn") and len(at.name) >= 8 and at.name not in self._ordinary:
            return False
        return bool(_VN.search(at.suffix)) or at.name in self._ordinary or len(at.name) < 6

    def _near_name(self, at: Address) -> Suspect | None:
        """One or two letters away from a real name, and no real name itself."""
        if at.name in self._names:
            return None
        near = (real for name, real, most in self._spelt if self._near(at, name, most))
        real = next(near, None)
        return Suspect(f"viết gần giống {real}", real) if real else None

    def _allowed(self, name: str) -> int:
        if len(name) < 6:
            return 0
        own = re.sub(r"^(?:bao|tapchi)", "", name)
        if len(own) < 5:
            return 1 if len(name) >= 7 else 0
        return 1 if len(own) < 8 or name in self._ordinary else 2

    def _near(self, at: Address, name: str, allowed: int) -> bool:
        if name in self._ordinary and at.name[:1] + at.name[-1:] != name[0] + name[-1]:
            return False
        return distance(at.name, name, allowed) <= allowed

    def _brand_inside(self, at: Address) -> Suspect | None:
        """A real name as a part of another: "vietcombank.dangnhap.top", "vietcombanker.com"."""
        if _VN.search(at.suffix):
            return None
        parts = set(_PART.split(at.host.removesuffix("." + at.suffix))) - {at.name}
        glued = at.name.replace("-", "")
        for name, real in self._names.items():
            if (name in parts and self._telling(name, at)) or self._glued(name, glued, at):
                return Suspect(f"mượn tên của {real}", real)
        return None

    def _letter_twice(self, at: Address) -> Suspect | None:
        real = self._lures.doubled(at)
        return Suspect(f"viết gần giống {real}", real) if real else None

    def _beside_lure(self, at: Address) -> Suspect | None:
        real = self._lures.beside(at)
        return Suspect(f"ghép tên của {real} với từ mời gọi", real) if real else None

    def _telling(self, name: str, at: Address) -> bool:
        """Whether a name between dots or hyphens says whom the host pretends to be."""
        if at.suffix in self._cheap:
            return True
        return name not in self._ordinary and (len(name) >= 6 or _long_brand(name, self._brands))

    def _glued(self, name: str, whole: str, at: Address) -> bool:
        if name in self._ordinary or name == at.name:
            return False
        long = len(name) >= 7 or (at.suffix in self._cheap and _long_brand(name, self._brands))
        return long and name.replace("-", "") in whole

    def _script(self, at: Address) -> Suspect | None:
        if any(label.startswith("xn--") for label in at.labels):
            return Suspect("tên miền mã hóa chữ lạ, không đọc được")
        if at.host.isascii():
            return None
        if mixed_scripts(at.host):
            return Suspect("tên miền trộn chữ cái của nhiều thứ tiếng")
        return Suspect("tên miền dùng chữ có dấu hoặc ký tự lạ")

    def _number_or_port(self, at: Address) -> Suspect | None:
        if at.number:
            return Suspect("địa chỉ là dãy số, không có tên miền")
        return Suspect("địa chỉ dùng cổng lạ") if at.port is not None else None

    def _cheap_suffix(self, at: Address) -> Suspect | None:
        if at.suffix in self._cheap and at.registrable != at.suffix:
            return Suspect(f"đuôi .{at.suffix} hay bị dùng để đánh lừa")
        return None


def _long_brand(name: str, brands: frozenset[str]) -> bool:
    return len(name) >= 4 and name in brands


def _plain(name: str) -> bool:
    return name.isascii() and name.isalpha()


def _at_edge(bare: str, word: str) -> bool:
    if len(word) > 5:
        return bare == word or (bare.startswith(word) and not bare.startswith(word + "c"))
    return bare.endswith(word)


def _otherwise(bare: str, word: Word) -> bool:
    """Whether a word is followed by one that gives it another sense: "nganhangcauhoi"."""
    return bare.partition(word.word)[2].startswith(word.unless)


def _hidden_in(word: str, name: str) -> bool:
    """Whether a longer word stands in the name with signs swapped: "vne1d", "dichvuc0ng"."""
    return len(word) >= 5 and skeleton(word) in skeleton(name)

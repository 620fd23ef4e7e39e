"""How much one sender may hand over: sliding windows, in memory only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many in any 60 minutes and in any 24 hours; 0 sets no limit."""

    hour: int = 30
    day: int = 200

    def spans(self) -> tuple[tuple[timedelta, int], ...]:
        """The limits that are set."""
        return tuple((span, most) for span, most in ((HOUR, self.hour), (DAY, self.day)) if most)


@dataclass(frozen=True, slots=True)
class Reached:
    """The limit that stands in the way: ``most`` in a ``span``, of ``name``.

    ``until`` is when the next will be taken.
    """

    name: str
    most: int
    span: timedelta
    until: datetime


@dataclass(slots=True)
class _Window:
    taken: dict[str, datetime] = field(default_factory=dict)
    told: dict[timedelta, datetime] = field(default_factory=dict)


class Limits:
    """Counts items under names; what was turned away counts for nothing.

    Nothing is stored: a restart forgets the counts, which is a fresh start that nobody outside can
    bring about. The 10,000 names seen last are remembered, for a day at most. An item that was
    counted passes again, as an update that comes twice and the parts of an album must.
    """

    def __init__(self, allowance: Allowance) -> None:
        self._spans = allowance.spans()
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self.hits = 0
        """How often a limit stood in the way."""

    def take(self, item: str, names: Sequence[str], now: datetime) -> Reached | None:
        """Count an item under all names; under none if one of them has reached its limit."""
        if not self._spans or all(item in self._window(name, now).taken for name in names):
            return None
        reached = self.reached(names, now)
        if reached is None:
            self.count(item, names, now)
        return reached

    def count(self, item: str, names: Sequence[str], now: datetime) -> None:
        """Count an item under all names, over the limit or not."""
        for name in names:
            self._window(name, now).taken.setdefault(item, now)

    def reached(self, names: Sequence[str], now: datetime) -> Reached | None:
        """The first limit that one of the names has reached; nothing is counted."""
        for name in names:
            times = list(self._window(name, now).taken.values())
            for span, most in self._spans:
                if len(times) >= most and _within(times[-most], now, span):
                    self.hits += 1
                    return Reached(name, most, span, times[-most] + span)
        return None

    def tell(self, reached: Reached, now: datetime) -> bool:
        """Whether to say so: once in the limit's span, however often it stands in the way."""
        told = self._window(reached.name, now).told
        if _within(told.get(reached.span), now, reached.span):
            return False
        told[reached.span] = now
        return True

    def _window(self, name: str, now: datetime) -> _Window:
        """The name's window without what is over; it is now the last to be forgotten."""
        window = self._windows.setdefault(name, _Window())
        self._windows.move_to_end(name)
        _drop_old(window, now)
        self._forget(now)
        return window

    def _forget(self, now: datetime) -> None:
        """Forget who was not seen for a day, and the oldest when they are too many."""
        while len(self._windows) > 1:
            name, oldest = next(iter(self._windows.items()))
            _drop_old(oldest, now)
            if oldest.taken and len(self._windows) <= _NAMES:
                return
            del self._windows[name]


def _drop_old(window: _Window, now: datetime) -> None:
    while window.taken:
        item, at = next(iter(window.taken.items()))
        if _within(at, now, DAY):
            return
        del window.taken[item]


def _within(at: datetime | None, now: datetime, span: timedelta) -> bool:
    """Whether it was less than ``span`` ago. A clock that was set back makes nobody wait."""
    return at is not None and timedelta(0) <= now - at < span

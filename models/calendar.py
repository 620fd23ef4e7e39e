"""Which days public bodies work: holidays, what the library misses, and the owner's own file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from holidays.countries import Vietnam

from models.errors import UserError

# Days that the library does not know: True works, False is off.
# 2026-01-02: public bodies were off from 1 to 4 January 2026.
FACTS: Mapping[date, bool] = MappingProxyType({date(2026, 1, 2): False})

_LINE = re.compile(r"at line (\d+)")
_NAMES = {"off": False, "on": True}


class WorkCalendar:
    """Monday to Friday without holidays and their compensatory days, with make-up Saturdays.

    ``overrides`` win over everything: True for a day that is worked, False for one that is not.
    """

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._fixed = {**FACTS, **(overrides or {})}
        self._holidays = Vietnam()
        self._known: dict[date, bool] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether public bodies work on this local day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._look_up(day)
        return known

    def _look_up(self, day: date) -> bool:
        if day in self._fixed:
            return self._fixed[day]
        return bool(self._holidays.is_working_day(day))


def load_calendar(path: Path | None = None) -> WorkCalendar:
    """The calendar with the overrides of a file such as ``working_days.toml``.

    The file holds two lists, each optional: ``off = [2027-02-03]`` and ``on = [2027-02-13]``.
    Raises ``UserError`` "broken_file" with file, line and a reason in Vietnamese.
    """
    if path is None:
        return WorkCalendar()
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _broken(path, 1, "tệp phải là văn bản UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = _LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise _broken(
            path, line, 'viết sai cú pháp TOML, mẫu đúng: off = ["2027-02-03"]'
        ) from error
    return WorkCalendar(_overrides(path, text, found))


def _overrides(path: Path, text: str, found: dict[str, Any]) -> dict[date, bool]:
    overrides: dict[date, bool] = {}
    for name, days in found.items():
        line = _line_of(text, name)
        if name not in _NAMES:
            raise _broken(path, line, f"không có mục “{name}”, chỉ có “off” và “on”")
        if not isinstance(days, list):
            raise _broken(path, line, f'mục “{name}” phải là danh sách ngày: ["2027-02-03"]')
        for item in days:
            line = _line_of(text, str(item))
            day = _day(path, line, item)
            if overrides.get(day, _NAMES[name]) is not _NAMES[name]:
                raise _broken(path, line, f"ngày {day} vừa nghỉ vừa làm việc")
            overrides[day] = _NAMES[name]
    return overrides


def _day(path: Path, line: int, item: object) -> date:
    if isinstance(item, date) and not isinstance(item, datetime):
        return item
    try:
        return date.fromisoformat(str(item))
    except ValueError as error:
        raise _broken(path, line, f"“{item}” không phải ngày dạng 2027-02-03") from error


def _line_of(text: str, words: str) -> int:
    """The last line with these words: that is where a contradiction or a mistake was met."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if words in line]
    return lines[-1] if lines else 1


def _broken(path: Path, line: int, reason: str) -> UserError:
    return UserError("broken_file", file=str(path), line=line, reason=reason)

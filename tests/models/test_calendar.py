"""Working days of public bodies, and the owner's override file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.calendar import WorkCalendar, load_calendar
from models.errors import UserError


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-23", True),
        ("2026-11-22", False),
        ("2026-11-24", False),
        ("2026-01-02", False),
        ("2026-02-16", False),
        ("2026-02-20", False),
        ("2026-04-27", False),
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2027-05-03", False),
    ],
)
def test_holidays_compensatory_days_and_make_up_saturdays(day: str, works: bool) -> None:
    assert WorkCalendar().is_working_day(date.fromisoformat(day)) is works


def test_the_order_of_questions_does_not_matter() -> None:
    calendar = WorkCalendar()
    assert calendar.is_working_day(date(2030, 1, 2))
    assert calendar.is_working_day(date(2026, 8, 22))


def test_the_owners_file_wins(tmp_path: Path) -> None:
    path = tmp_path / "working_days.toml"
    path.write_text('# Tết\noff = [2027-02-03,\n "2027-02-11"]\non = ["2027-02-13"]\n', "utf-8")
    calendar = load_calendar(path)
    days = [date(2027, 2, 3), date(2027, 2, 11), date(2027, 2, 13), date(2027, 2, 12)]
    assert [calendar.is_working_day(day) for day in days] == [False, False, True, True]
    assert load_calendar().is_working_day(days[0])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("off = [2027-02-03]\non = [", 2),
        ('off = ["2027-02-03"]\n\non = ["13/02/2027"]', 3),
        ('off = ["2027-02-03"]\non = ["2027-02-03"]', 2),
        ('\nnghi = ["2027-02-03"]', 2),
        ('on = "2027-02-03"', 1),
        ("off = [2027-02-03T08:00:00]", 1),
        ("off = [2027-13-03]", 1),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "working_days.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        load_calendar(path)
    assert (caught.value.key, caught.value.facts["line"]) == ("broken_file", line)
    assert caught.value.facts["file"] == str(path)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "working_days.toml"
    path.write_bytes("# nghỉ Tết".encode("utf-16"))
    with pytest.raises(UserError) as caught:
        load_calendar(path)
    assert caught.value.key == "broken_file"

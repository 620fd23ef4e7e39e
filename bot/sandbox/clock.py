"""A clock that runs on, and that the page can move forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Real time plus what it was moved by. Share it with the bot, so that both agree."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The time here, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    def timestamp(self) -> float:
        """The same in unix seconds."""
        return self.now().timestamp()

    def move(self, to: datetime) -> None:
        """Go to a later time; an earlier one is refused, as time in a chat never runs back."""
        step = to - self.now()
        if step < timedelta():
            raise ValueError(f"{to} is in the past")
        self.offset += step


def next_monday(now: datetime, hour: int = 8, offset_hours: int = 7) -> datetime:
    """The next Monday at ``hour`` in Vietnam (UTC+7, no summer time), later than ``now``."""
    local = now.astimezone(UTC) + timedelta(hours=offset_hours)
    start = local.replace(hour=hour, minute=0, second=5, microsecond=0)
    days = (7 - start.weekday()) % 7
    target = start + timedelta(days=days)
    if target <= local:
        target += timedelta(days=7)
    return target - timedelta(hours=offset_hours)

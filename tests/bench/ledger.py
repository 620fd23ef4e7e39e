"""/stats over a ledger of a million lines."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from bot.wiring import make_desk, make_store
from tests.bench.figures import quantile, row

LINES = 1_000_000
TONES = ("positive", "neutral", "negative", "unclear")


def fill(database: Path, groups: list[int], today: date) -> None:
    """Write the lines straight into the ledger, as shares of the last 400 days."""
    db = sqlite3.connect(database)
    dice = random.Random(7)
    moment = datetime.now(UTC).isoformat()

    def posts() -> object:
        for number in range(1, LINES + 1):
            yield (number, groups[number % len(groups)], f"{number:032x}")

    def lines() -> object:
        for number in range(1, LINES + 1):
            day = (today - timedelta(days=dice.randrange(400))).isoformat()
            group = groups[number % len(groups)]
            tone = dice.choices(TONES, (45, 40, 12, 3))[0]
            yield (number, 1, group, tone, 1, day, moment, moment, "share")

    with db:
        db.executemany("INSERT INTO posts (id, group_id, fingerprint) VALUES (?, ?, ?)", posts())
        db.executemany(
            "INSERT INTO ledger (post_id, seq, group_id, tone, delta, day, shared_at, recorded_at,"
            " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            lines(),
        )
    db.close()


async def report() -> None:
    print(f"/stats over {LINES:,} ledger lines, without the picture")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data=Path(folder))
        store = make_store(settings)
        now = datetime.now(UTC)
        unit = await store.units.add("Bench", None, now)
        groups = [
            (await store.groups.join("telegram", str(-n), unit.id, now)) for n in range(1, 21)
        ]
        desk = make_desk(settings, store)
        fill(settings.database, [group.id for group in groups], desk.day(now))
        for name, days in (("30 days", 30), ("365 days", 365)):
            times = []
            for turn in range(300):
                group = groups[turn % len(groups)]
                start = time.perf_counter()
                await desk.balance(group, now, days, trend=True)
                await desk.weekly([group.id], now, days)
                times.append(1000 * (time.perf_counter() - start))
            row(f"a group, {name}, p99", f"{quantile(times, 0.99):.1f} ms", "under 50 ms")
        times = []
        for _ in range(100):
            start = time.perf_counter()
            await desk.unit_balance(unit, now, 365)
            await desk.unit_weekly(unit, now, 365)
            times.append(1000 * (time.perf_counter() - start))
        row(
            "the unit of all 20 groups, 365 days, p99",
            f"{quantile(times, 0.99):.1f} ms",
            "under 50 ms",
        )
        await store.close()

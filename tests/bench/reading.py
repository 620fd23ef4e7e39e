"""Reading pictures and pages: time and letters wrong, printed and never asserted."""

from __future__ import annotations

import asyncio
import statistics
import time

from bot.reading.pictures import ScreenReader
from bot.reading.recognising import find
from tests.bot.reading.measuring import distance, squeezed
from tests.bot.reading.screenshots import screenshots


async def report(each: int = 10, seed: int = 11) -> None:
    """``each`` drawn screenshots of every kind, others than the tests'."""
    reader = ScreenReader(find())
    if not reader.available():
        print("pictures: tesseract with Vietnamese is not installed")
        return
    seconds: list[float] = []
    kinds: dict[str, list[int]] = {}
    for shot in screenshots(each, seed):
        start = time.perf_counter()
        picture = await reader.read(shot.data)
        seconds.append(time.perf_counter() - start)
        want = squeezed(shot.words)
        counts = kinds.setdefault(shot.name.partition("-")[0], [0, 0])
        counts[0] += distance(want, squeezed(picture.text if picture else ""))
        counts[1] += len(want)
    for kind, (wrong, letters) in kinds.items():
        print(f"pictures: {kind:10} {wrong / letters:6.2%} of {letters} letters wrong")
    wrong, letters = (sum(column) for column in zip(*kinds.values(), strict=True))
    parts = statistics.quantiles(seconds, n=20)
    print(f"pictures: {len(seconds)} read, {wrong / letters:.2%} of {letters} letters wrong")
    print(f"pictures: median {statistics.median(seconds):.2f} s, p95 {parts[18]:.2f} s")


if __name__ == "__main__":
    asyncio.run(report())

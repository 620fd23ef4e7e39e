"""The picture of /stats: it shows the data, and differs when the data do."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from matplotlib.image import imread

from messages import render
from messages.chart import stats_chart
from models.balance import Balance, Tally
from tests.messages.samples import BALANCED, EMPTY, TODAY, WEEKLY

ORANGE = (0xD5, 0x5E, 0x00)
BLUE = (0x56, 0xB4, 0xE9)


def drawn(*tallies: Tally, days: int = 90) -> bytes:
    """The chart of consecutive weeks, the last one the week of TODAY."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    weekly = [(monday - timedelta(days=7 * n), t) for n, t in enumerate(reversed(tallies))][::-1]
    return stats_chart(Balance(sum(tallies, Tally()), days, TODAY), weekly)


def colours(picture: bytes) -> Counter[tuple[int, ...]]:
    pixels = imread(io.BytesIO(picture))
    flat = (pixels[..., :3] * 255).round().astype(int).reshape(-1, 3)
    return Counter(map(tuple, flat.tolist()))


@pytest.mark.parametrize("weeks", [0, 1, 4, 52, 80])
def test_any_number_of_weeks_gives_a_picture_for_a_phone(weeks: int) -> None:
    picture = drawn(*[Tally(2, 1, 1)] * weeks, days=365 if weeks > 13 else 30)
    height, width = imread(io.BytesIO(picture)).shape[:2]
    assert 900 <= width <= 1280
    assert 600 <= height <= 900
    assert len(colours(picture)) > 10


def test_other_data_give_another_picture() -> None:
    pictures = {
        drawn(Tally(5)), drawn(Tally(6)), drawn(Tally(4, 1)), drawn(Tally(4, 0, 1)),
        drawn(Tally(4, 0, 0, 1)), drawn(Tally(5), Tally()), drawn(Tally(5), days=30),
    }  # fmt: skip
    assert len(pictures) == 7


def test_the_same_data_give_the_same_picture() -> None:
    assert drawn(Tally(4, 1, 1)) == drawn(Tally(4, 1, 1))


def test_each_tone_has_its_colour() -> None:
    good, bad = colours(drawn(Tally(5))), colours(drawn(Tally(0, 0, 5)))
    assert good[BLUE] > 5 * bad[BLUE]
    assert bad[ORANGE] > 5 * good[ORANGE]


def test_the_ratio_line_needs_seven_posts() -> None:
    """Beside the legend nothing is orange until there is enough to speak of a ratio."""
    few, enough = colours(drawn(Tally(3), Tally(3))), colours(drawn(Tally(3), Tally(4)))
    assert enough[ORANGE] > few[ORANGE]


def test_stats_is_the_caption_with_its_picture() -> None:
    reply = render.stats(BALANCED, scope="group", name="Tổ A", weekly=WEEKLY)
    assert reply.picture == stats_chart(BALANCED, WEEKLY)
    assert reply.text == render.stats_text(BALANCED, scope="group", name="Tổ A")
    assert render.stats(EMPTY, scope="unit", name=None, weekly=[]).picture


def test_threads_draw_what_one_thread_draws() -> None:
    tallies = [Tally(n, 1, 1) for n in range(6)]
    alone = [drawn(t) for t in tallies]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, tallies)) == alone


def test_words_do_not_wait_for_the_plotting_library() -> None:
    """A cold start that only needs words must not load matplotlib."""
    code = "import sys, messages.render; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

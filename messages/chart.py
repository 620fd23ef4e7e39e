"""The picture of /stats: weekly bars by tone above, the negative ratio against 15 % below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any

from messages.numbers import count, day, percent
from models.balance import CEILING_PERCENT, MINIMUM, Balance, Tally

_SIZE_INCHES = (9, 6.4)
_DPI = 120
_INK = "#222222"
_FAINT = "#8a8a8a"
_FONT = 16
_MOST_WEEKS = 60
_WEEK = timedelta(days=7)
_DRAWING = Lock()  # matplotlib's font tables are shared by all figures


@dataclass(frozen=True, slots=True)
class _Look:
    """How one tone is drawn: a colour-blind-safe colour (Okabe and Ito) and a hatch of its own."""

    field: str
    label: str
    colour: str
    hatch: str | None


_LOOKS = (
    _Look("positive", "Tích cực", "#56B4E9", None),
    _Look("neutral", "Trung tính", "#d9d9d9", ".."),
    _Look("unclear", "Chưa rõ", "#ffffff", "xx"),
    _Look("negative", "Tiêu cực", "#D55E00", "//"),
)


def _weeks(balance: Balance, weekly: Sequence[tuple[date, Tally]]) -> list[tuple[date, Tally]]:
    """Every week of the window in order, those without a share as zeros."""
    known = dict(weekly)
    first = balance.until - timedelta(days=balance.days - 1)
    monday = min([first - timedelta(days=first.weekday()), *known])
    last = max([balance.until, *known])
    found = []
    while monday <= last:
        found.append((monday, known.get(monday, Tally())))
        monday += _WEEK
    return found[-_MOST_WEEKS:]


def _ratios(weeks: list[tuple[date, Tally]]) -> tuple[list[int], list[float]]:
    """The cumulative negative ratio in percent, from the week in which there are enough posts."""
    places, values, so_far = [], [], Tally()
    for place, (_, tally) in enumerate(weeks):
        so_far = so_far + tally
        if so_far.total >= MINIMUM:
            places.append(place)
            values.append(100 * so_far.negative / so_far.total)
    return places, values


def _headline(balance: Balance) -> str:
    tally = balance.tally
    start = f"{balance.days} ngày qua: "
    if not tally.total:
        return start + "chưa có bài nào"
    ratio = f" ({percent(tally.negative, tally.total)})" if balance.enough else ""
    return f"{start}{count(tally.negative)} tiêu cực trong {count(tally.total)} bài{ratio}"


def stats_chart(balance: Balance, weekly: Sequence[tuple[date, Tally]]) -> bytes:
    """A PNG of 1080 by 768 pixels, legible on a phone; safe in threads, 0.1-0.3 s when warm.

    ``weekly`` are tallies by the Monday of their week; weeks left out count as empty.
    """
    from matplotlib.backends.backend_agg import (  # noqa: PLC0415 - a second of start-up
        FigureCanvasAgg,
    )
    from matplotlib.figure import Figure  # noqa: PLC0415

    weeks = _weeks(balance, weekly)
    with _DRAWING:
        figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor="white")
        canvas = FigureCanvasAgg(figure)
        grid = figure.add_gridspec(
            2, 1, height_ratios=(3, 2), hspace=0.24, left=0.09, right=0.965, top=0.80, bottom=0.085
        )
        top, bottom = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
        figure.text(0.02, 0.945, _headline(balance), fontsize=_FONT + 6, color=_INK, weight="bold")
        _bars(figure, top, weeks)
        _line(bottom, weeks)
        _plain(top, weeks, dated=False)
        _plain(bottom, weeks, dated=True)
        out = io.BytesIO()
        canvas.print_png(out)
    return out.getvalue()


def _bars(figure: Any, axes: Any, weeks: list[tuple[date, Tally]]) -> None:
    places = range(len(weeks))
    below = [0] * len(weeks)
    for look in _LOOKS:
        heights = [getattr(tally, look.field) for _, tally in weeks]
        axes.bar(
            places, heights, bottom=below, width=_width(len(weeks)),
            color=look.colour, hatch=look.hatch, edgecolor=_INK, linewidth=0.8, label=look.label,
        )  # fmt: skip
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_ylim(0, max(4, *below) * 1.12)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.yaxis.set_major_formatter(lambda number, _: count(round(number)))
    axes.text(
        0, 1.03, "Số bài chia sẻ mỗi tuần", transform=axes.transAxes, fontsize=_FONT, color=_INK
    )
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.008, 0.935), ncols=4,
        fontsize=_FONT, frameon=False, handlelength=1.4, handleheight=1.1, columnspacing=1.5,
    )  # fmt: skip
    if not any(below):
        _note(axes, "Chưa có bài nào được ghi là đã chia sẻ")


def _line(axes: Any, weeks: list[tuple[date, Tally]]) -> None:
    places, values = _ratios(weeks)
    highest = max([2 * CEILING_PERCENT, *(1.2 * value for value in values)])
    axes.set_ylim(0, min(105, highest))
    axes.axhline(CEILING_PERCENT, color=_INK, linewidth=2, linestyle=(0, (6, 4)))
    axes.text(
        0, 1.08, "Tỷ lệ tiêu cực cộng dồn (%)", transform=axes.transAxes, fontsize=_FONT, color=_INK
    )
    axes.annotate(
        f"mức {CEILING_PERCENT} %", (0.005, CEILING_PERCENT), xycoords=("axes fraction", "data"),
        xytext=(0, 5), textcoords="offset points", fontsize=_FONT - 2, color=_INK,
    )  # fmt: skip
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    if values:
        dot = 10 if len(weeks) < 20 else 4
        axes.plot(places, values, color="#D55E00", linewidth=3.5, marker="o", markersize=dot)
    else:
        _note(axes, f"Chưa đủ dữ liệu (cần từ {MINIMUM} bài)", 0.22)


def _note(axes: Any, text: str, height: float = 0.5) -> None:
    axes.text(
        0.5, height, text, transform=axes.transAxes, ha="center", va="center",
        fontsize=_FONT + 1, color=_FAINT,
    )  # fmt: skip


def _width(weeks: int) -> float:
    return 0.4 if weeks < 3 else 0.72 if weeks < 20 else 0.84


def _plain(axes: Any, weeks: list[tuple[date, Tally]], dated: bool) -> None:
    """Only what is needed to read the figure: few week labels, a light grid, no frame."""
    axes.set_xlim(-0.7, len(weeks) - 0.3)
    step = max(1, -(-len(weeks) // 6))
    places = list(range(len(weeks) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [day(weeks[place][0]) if dated else "" for place in places])
    axes.tick_params(labelsize=_FONT - 1, length=0, colors=_INK)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)

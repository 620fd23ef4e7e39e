"""/stats and /baocao: the group's figures, or in private the unit's."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Literal

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.filters import Joined
from handlers.mail import Mail, answer
from handlers.place import Place
from messages import render
from models.balance import DEFAULT_WINDOW, Balance, Tally
from models.desk import Desk
from models.text import fold

router = Router(name="stats")
router.message.filter(Joined())

_WINDOWS = {
    "7": 7, "tuan": 7, "30": 30, "thang": 30, "90": 90, "quy": 90, "365": 365, "nam": 365,
}  # fmt: skip


def window(words: str | None) -> int:
    """The window that was asked for: 7, 30, 90 or 365 days, or tuần, tháng, quý, năm."""
    said = fold(words or "").split()
    return next((_WINDOWS[word] for word in said if word in _WINDOWS), DEFAULT_WINDOW)


Figures = tuple[Balance, list[tuple[date, Tally]]]


async def figures(desk: Desk, place: Place, now: datetime, days: int) -> Figures | None:
    """The balance and its weeks, of the group or of the unit in private."""
    if place.group is not None:
        balance = await desk.balance(place.group, now, days, trend=True)
        return balance, await desk.weekly([place.group.id], now, days)
    if place.unit is not None:
        balance = await desk.unit_balance(place.unit, now, days)
        return balance, await desk.unit_weekly(place.unit, now, days)
    return None


def _scope(place: Place) -> Literal["group", "unit"]:
    return "unit" if place.group is None else "group"


@router.message(Command("stats", "thongke"))
async def on_stats(
    message: Message, command: CommandObject, place: Place, desk: Desk, mail: Mail, now: datetime
) -> None:
    """The picture with its caption; drawn in a thread."""
    found = await figures(desk, place, now, window(command.args))
    if found is None:
        return
    name = place.unit.name if place.unit else None
    reply = await asyncio.to_thread(
        render.stats, found[0], scope=_scope(place), name=name, weekly=found[1]
    )
    await answer(mail, message, place, reply)


@router.message(Command("baocao"))
async def on_report(
    message: Message, command: CommandObject, place: Place, desk: Desk, mail: Mail, now: datetime
) -> None:
    """The same figures as text to copy."""
    found = await figures(desk, place, now, window(command.args))
    if found is not None:
        name = place.unit.name if place.unit else None
        await answer(
            mail, message, place, render.report(found[0], found[1], scope=_scope(place), name=name)
        )

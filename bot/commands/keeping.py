"""``stats``, ``unit``, ``backup`` and ``restore``: what an operator does with the store."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import settings as config
from bot.commands import output
from models.balance import Balance
from models.errors import UserError
from models.ledger import Store
from models.registry import Unit

Work = Callable[[Store, config.Settings], Coroutine[Any, Any, int]]


def _with_store(work: Work) -> int:
    """Open the store, do the work, close it."""
    from bot.wiring import make_store

    settings = config.load()

    async def whole() -> int:
        store = make_store(settings)
        try:
            return await work(store, settings)
        finally:
            await store.close()

    return asyncio.run(whole())


def backup(target: Path) -> int:
    """Copy the database while the bot may be running."""

    async def work(store: Store, _settings: config.Settings) -> int:
        await store.backup(target)
        output.tell("backup_done", path=str(target))
        return 0

    return _with_store(work)


def restore(source: Path) -> int:
    """Put a backup in the place of the database; the present one is kept aside."""
    from bot.wiring import restore_store

    aside, broken = restore_store(config.load(), source)
    output.tell("restore_done", path=str(source), aside=str(aside or ""), broken=broken)
    return 0


def unit(arguments: argparse.Namespace) -> int:
    """``unit add NAME [--parent ID]``, ``unit list``, ``unit renew ID``."""

    async def work(store: Store, _settings: config.Settings) -> int:
        match arguments.verb:
            case "add":
                found = [await store.units.add(arguments.name, arguments.parent, _now())]
            case "renew":
                await _get(store, arguments.id)
                found = [await store.units.renew_code(arguments.id)]
            case _:
                found = await store.units.all()
        _show_units(found, as_json=arguments.json, listing=arguments.verb == "list")
        return 0

    return _with_store(work)


def _show_units(units: list[Unit], *, as_json: bool, listing: bool) -> None:
    shown = [
        {"id": one.id, "name": one.name, "parent": one.parent, "code": one.code} for one in units
    ]
    if as_json:
        output.line(shown if listing else shown[0])
    elif not units:
        output.tell("no_units")
    else:
        for one in shown:
            output.tell("unit_line", **one)


def stats(*, unit: int | None, days: int, as_json: bool) -> int:
    """The balance of one unit with those below it, or of each unit."""

    async def work(store: Store, settings: config.Settings) -> int:
        from bot.wiring import make_desk

        desk = make_desk(settings, store)
        units = await store.units.all() if unit is None else [await _get(store, unit)]
        for one in units:
            balance = await desk.unit_balance(one, _now(), days)
            _show_balance(one, balance, as_json=as_json)
        if not units:
            output.tell("no_units")
        return 0

    return _with_store(work)


def _show_balance(unit: Unit, balance: Balance, *, as_json: bool) -> None:
    from messages.figures import stats_text
    from messages.markup import visible

    if not as_json:
        output.text(visible(stats_text(balance, scope="unit", name=unit.name)) + "\n")
        return
    tally = balance.tally
    output.line(
        {
            "unit": unit.id,
            "name": unit.name,
            "days": balance.days,
            "positive": tally.positive,
            "neutral": tally.neutral,
            "negative": tally.negative,
            "unclear": tally.unclear,
            "total": tally.total,
            "enough": balance.enough,
            "balanced": balance.balanced,
            "headroom": balance.headroom,
            "way_back": balance.way_back,
        }
    )


async def _get(store: Store, number: int) -> Unit:
    found = await store.units.get(number)
    if found is None:
        raise UserError("unknown_unit", unit=number)
    return found


def _now() -> datetime:
    return datetime.now(UTC)

"""The one place that names concrete parts, and gives the clock.

Parts are imported where they are made, so that `check` starts without the calendar and the store.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.classifier.served import Served, load_served
from models.errors import UserError
from models.judge import Judge
from models.packfile import load_packs
from models.packs import Pack
from models.sources import Sources, load_sources
from models.verdict import Classifier

if TYPE_CHECKING:
    from bot.gate import Gate
    from bot.pacing import Pacer
    from bot.settings import Settings
    from models.calendar import WorkCalendar
    from models.desk import Desk
    from models.ledger import Store
    from models.reading import PageReader, PictureReader

_KEY_BYTES = 32


def utc_now() -> datetime:
    """The clock that everything is given, unless the sandbox gives its own."""
    return datetime.now(UTC)


def make_judge(
    data: Path | None = None, *, press_unit: bool = False, encoder: bool = False
) -> Judge:
    """The judge with the shipped classifier, packs and sources, and the owner's own files.

    ``data`` may hold ``rules/*.toml``, ``trusted.toml`` and a ``model`` of its own. With
    ``encoder`` every post has a second reader, about 20 ms slower and 100 MB larger.

    Raises:
        BrokenRules, BrokenModel: a file that cannot be used, with its name.
    """
    served = make_served(data, encoder=encoder)
    packs = make_packs(data, press_unit=press_unit)
    return Judge(served.classifier, packs, make_sources(data), served.explainer)


def make_judge_around(classifier: Classifier) -> Judge:
    """The shipped packs and sources around a classifier that is to be measured."""
    return Judge(classifier, make_packs(), make_sources())


def make_packs(data: Path | None = None, *, press_unit: bool = False) -> tuple[Pack, ...]:
    """The shipped rule packs, with the owner's own.

    Raises:
        BrokenRules: a pack that cannot be used, with file, line and reason.
        UserError: ``not_a_file`` where they may not be looked at.
    """
    on = frozenset({"cv3270"}) if press_unit else frozenset()
    return load_packs(extra=_own(data / "rules", Path.is_dir) if data else None, on=on)


def own_model(data: Path) -> Path:
    """Where the model that learned from the unit's own corrections lies."""
    return data / "model"


def make_served(data: Path | None = None, *, encoder: bool = False) -> Served:
    """The model that serves: the data folder's own when it is sound, else the shipped one.

    Raises:
        BrokenModel: the shipped one cannot be used.
    """
    own = _own(own_model(data), Path.is_dir) if data else None
    served = load_served(own, encoder=encoder)
    if served.refused is not None:
        import structlog

        structlog.get_logger(__name__).warning("own model refused", **served.refused.facts)
    return served


def make_sources(data: Path | None = None) -> Sources:
    """The shipped lists of sources, with the owner's ``trusted.toml`` where there is one."""
    return load_sources(_own(data / "trusted.toml", Path.is_file) if data else None)


def make_pictures(settings: Settings) -> PictureReader | None:
    """The reader of pictures, of QR codes alone without tesseract; None where it is off."""
    if settings.read_pictures == "off":
        return None
    from bot.reading import recognising
    from bot.reading.pictures import ScreenReader

    return ScreenReader(recognising.find())


def make_pages(settings: Settings, clock: Callable[[], datetime]) -> PageReader | None:
    """The reader of pages; None where it is off.

    It reads those of state and press hosts and of the owner's trusted sites, and asks shorteners
    where they lead.
    """
    if settings.read_links == "off":
        return None
    from bot.reading.pages import WebPages

    sources = make_sources(settings.data)
    return WebPages(_readable(sources), sources.is_shortener, clock)


def make_closed_pages(settings: Settings) -> PageReader | None:
    """For the trial: tells of each page that would be read that it is not; asks nobody."""
    if settings.read_links == "off":
        return None
    from bot.reading.pages import ClosedPages

    sources = make_sources(settings.data)
    return ClosedPages(_readable(sources), sources.is_shortener)


def _readable(sources: Sources) -> Callable[[str], bool]:
    return lambda host: sources.look((f"https://{host}/",), None).reliable


def make_calendar(data: Path) -> WorkCalendar:
    """The working days, with the owner's ``working_days.toml`` where there is one."""
    from models.calendar import load_calendar

    return load_calendar(_own(data / "working_days.toml", Path.is_file))


def _own(path: Path, is_there: Callable[[Path], bool]) -> Path | None:
    """What the owner put beside the data, where there is something."""
    try:
        return path if is_there(path) else None
    except OSError as error:
        raise UserError("not_a_file", path=str(path)) from error


def make_store(settings: Settings) -> Store:
    """The SQLite store in the data folder."""
    from models.store import open_store

    return open_store(settings.database)


def restore_store(settings: Settings, source: Path) -> tuple[Path | None, bool]:
    """Put a backup in the store's place; where the old one is now, and whether it is unreadable."""
    from models.store.files import is_broken
    from models.store.restoring import restore

    aside = restore(source, settings.database)
    return aside, aside is not None and is_broken(aside)


def make_desk(settings: Settings, store: Store) -> Desk:
    """The desk with everything that it judges with."""
    from models.desk import Desk

    judge = make_judge(settings.data, press_unit=settings.press_unit, encoder=settings.encoder)
    return Desk(judge, store, settings.zone, installation_key(settings.data), slow=settings.encoder)


def make_pacer(settings: Settings, *, nudges_only: bool = False) -> Pacer:
    """The pacer; a process that only nudges takes a fixed part of the permitted rate.

    In one process with the answers nudges may take all of it: answers go before them.
    """
    from bot.pacing import Limits, Pacer

    overall = settings.nudges_per_second if nudges_only else settings.send_per_second
    limits = Limits(
        overall=overall,
        chat=settings.send_per_chat_second,
        group=settings.send_per_group_minute,
        nudges=overall,
    )
    return Pacer(limits, time.monotonic)


def make_gate(settings: Settings) -> Gate:
    """How many answers a kill may double: one, unless Telegram's limit is lifted for speed."""
    from bot.gate import Gate

    return Gate(wide=not settings.send_per_second)


def make_mark(settings: Settings) -> Callable[[str], str]:
    """The keyed hash under which the store remembers what was answered."""
    from models.fingerprint import keyed

    key = installation_key(settings.data)
    return lambda name: keyed(f"answered {name}", key)


def installation_key(data: Path) -> bytes:
    """The secret for fingerprints and reference numbers; made on first use, for us alone.

    Raises:
        UserError: ``broken_key`` for a file that cannot be read or is no key.
    """
    path = data / "fingerprint.key"
    try:
        if not path.exists():
            _make_key(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise UserError("broken_key", path=str(path)) from error
    if len(key) != _KEY_BYTES:
        raise UserError("broken_key", path=str(path))
    return key


def _make_key(path: Path) -> None:
    """Write it beside its place first: it is there whole, or not at all, and never replaced."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(_KEY_BYTES).hex())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was faster
            os.link(name, path)
    finally:
        Path(name).unlink()

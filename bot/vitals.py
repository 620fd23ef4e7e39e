"""Whether a running bot is well, told truly: its store, Telegram, what comes in, the nudger.

Every answer is looked for anew, but not more often than every five seconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog

from bot import VERSION
from bot.discretion import kind
from bot.watching import Watch
from models.calendar import WorkCalendar
from models.desk import Desk
from models.errors import StoreUnavailable
from models.nudge import iso_week, waiting_since

log = structlog.get_logger(__name__)

KEPT_SECONDS = 5.0
STORE_SECONDS = 3.0
ASKED_AFTER = 60.0
"""Seconds without an answer of Telegram's after which it is asked something."""
ASK_SECONDS = 5.0
POLL_SECONDS = 180.0
"""A poll takes up to 65 seconds, a pause after failures up to 30."""
LAG_SECONDS = 3600.0
LOOK_SECONDS = 600.0
"""The nudger looks every half minute; in a round with much to send it does not come to its end."""

Json = dict[str, Any]


class Vitals:
    """``ask`` puts a small question to Telegram; ``clock`` gives the time, aware.

    ``kind_of_nudge`` names the nudges that are looked after. ``polling`` is False where Telegram
    delivers by itself; ``undelivered`` then names what keeps it from doing so, if anything.
    """

    def __init__(
        self,
        desk: Desk,
        watch: Watch,
        calendar: WorkCalendar,
        clock: Callable[[], datetime],
        ask: Callable[[], Awaitable[object]],
        letters: Callable[[], int],
        *,
        kind_of_nudge: str,
        polling: bool,
        undelivered: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self._desk = desk
        self._watch = watch
        self._calendar = calendar
        self._clock = clock
        self._ask = ask
        self._letters = letters
        self._kind = kind_of_nudge
        self._polling = polling
        self._undelivered = undelivered
        self._trouble = (watch.time(), "")
        self._one = asyncio.Lock()
        self._kept: tuple[float, Json] | None = None

    async def look(self) -> Json:
        """Everything as one JSON object; ``ok`` says whether all parts are well."""
        async with self._one:
            now = self._watch.time()
            if self._kept is None or now - self._kept[0] >= KEPT_SECONDS:
                self._kept = (now, await self._looked())
            return self._kept[1]

    async def _looked(self) -> Json:
        parts = {
            "store": await self._store(),
            "telegram": await self._telegram(),
            "receiving": await self._receiving(),
            "nudges": await self._nudges(),
        }
        failing = [name for name, part in parts.items() if not part["ok"]]
        return {
            "ok": not failing,
            "failing": failing,
            "version": VERSION,
            "model": self._desk.model,
            **parts,
            "queue": {"letters": self._letters()},
        }

    async def _store(self) -> Json:
        """A real little write."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._desk.store.touch()
        except TimeoutError:
            return {"ok": False, "reason": "slow"}
        except StoreUnavailable as error:
            return {"ok": False, "reason": str(error.facts.get("reason", "unavailable"))}
        except Exception as error:
            log.exception("store not looked at")
            return {"ok": False, "reason": kind(error)}
        return {"ok": True}

    async def _telegram(self) -> Json:
        """When it last answered; it is asked when that was long ago."""
        age = self._age(self._watch.signs.answered)
        reason = None
        if age is None or age > ASKED_AFTER:
            try:
                async with asyncio.timeout(ASK_SECONDS):
                    await self._ask()
            except Exception as error:  # noqa: BLE001 - whatever it is, Telegram did not answer
                reason = kind(error)
            age = self._age(self._watch.signs.answered)
        well = age is not None and age <= ASKED_AFTER
        return {"ok": well, "answered_ago": age, **({} if well else {"reason": reason})}

    async def _receiving(self) -> Json:
        """Of updates that do not come nothing can be told: the night may be quiet."""
        signs = self._watch.signs
        report: Json = {"ok": True, "last_update_ago": self._age(signs.updated)}
        if self._polling:
            since = signs.started if signs.polled is None else signs.polled
            report["polled_ago"] = self._age(signs.polled)
            report["ok"] = self._watch.time() - since <= POLL_SECONDS
        elif self._undelivered is not None:
            reason = await self._asked(self._undelivered)
            age = report["last_update_ago"]
            # One delivery may fail; that others come shows that the way is open.
            if reason == "webhook_taken" or (reason and (age is None or age > ASKED_AFTER)):
                report |= {"ok": False, "reason": reason}
        return report

    async def _asked(self, undelivered: Callable[[], Awaitable[str]]) -> str:
        """What keeps updates from coming here, asked once a minute."""
        at, known = self._trouble
        if self._watch.time() - at < ASKED_AFTER:
            return known
        try:
            async with asyncio.timeout(ASK_SECONDS):
                known = await undelivered()
        except Exception as error:  # noqa: BLE001 - that Telegram is away is told elsewhere
            log.info("webhook not asked about", kind=kind(error))
        self._trouble = (self._watch.time(), known)
        return known

    async def _nudges(self) -> Json:
        """How long the nudge that waits longest has been due, and when the nudger last looked."""
        signs = self._watch.signs
        try:
            lag = await self._lag()
        except Exception as error:
            log.exception("nudges not looked at")
            return {"ok": False, "reason": kind(error)}
        since = signs.started if signs.looked is None else signs.looked
        idle = self._watch.time() - since
        well = lag <= LAG_SECONDS and (lag > 0 or idle <= LOOK_SECONDS)
        return {"ok": well, "lag": round(lag, 1), "looked_ago": self._age(signs.looked)}

    async def _lag(self) -> float:
        """In seconds; 0 when no nudge is due."""
        now, store = self._clock(), self._desk.store
        states = await store.nudges.states(self._kind, iso_week(self._desk.day(now)))
        self._watch.nudges = dict(Counter(states.values()))
        waiting = (
            waiting_since(group, now, self._calendar, self._desk.zone)
            for group in await store.groups.active()
            if states.get(group.id, "claimed") == "claimed"
        )
        return max((now.timestamp() - due.timestamp() for due in waiting if due), default=0.0)

    def _age(self, then: float | None) -> float | None:
        return None if then is None else round(self._watch.time() - then, 1)

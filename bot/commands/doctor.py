"""``doctor``: looks at everything once, says what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from typing import Any

from bot import wiring
from bot.commands import output
from bot.settings import Settings, load
from models.classifier import measures
from models.errors import StoreUnavailable, UserError
from models.ledger import Store
from models.store.connect import trouble

_LOW_DISK = 200 * 1024 * 1024
Check = Callable[["Ward"], Coroutine[Any, Any, None]]


class Ward:
    """The patient: settings, the store once it is open, and what was found."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store | None = None
        self.problems = 0
        self.tasks = 0

    def good(self, key: str, **facts: object) -> None:
        output.tell(key, **facts)

    def bad(self, key: str, **facts: object) -> None:
        self.problems += 1
        output.tell(key, **facts)

    def todo(self, key: str, **facts: object) -> None:
        """Nothing wrong, but something that somebody should still do."""
        self.tasks += 1
        output.tell(key, **facts)

    def note(self, key: str, **facts: object) -> None:
        """Worth knowing, nothing to mend."""
        output.tell(key, **facts)


def doctor(*, offline: bool) -> int:
    """Run every check; 0 when nothing is wrong, else 1. What is still to do is counted."""
    output.tell("doctor_title")
    ward = Ward(load())
    output.tell("ok_settings")
    asyncio.run(_examine(ward, offline=offline))
    if ward.problems:
        output.tell("doctor_bad", count=ward.problems, tasks=ward.tasks)
        return 1
    output.tell("doctor_todo" if ward.tasks else "doctor_good", count=ward.tasks)
    return 0


async def _examine(ward: Ward, *, offline: bool) -> None:
    checks: list[Check] = [disk, rules, model, reading, store, secret]
    if not offline:
        checks.append(telegram)
    try:
        for check in checks:
            try:
                await check(ward)
            except UserError as error:
                ward.bad(error.key, **error.facts)
    finally:
        if ward.store is not None:
            await ward.store.close()


async def disk(ward: Ward) -> None:
    """Room to write, and a folder to write in."""
    try:
        ward.settings.data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(ward.settings.data).free
    except OSError as error:
        raise StoreUnavailable("store_unavailable", reason=trouble(error)) from error
    if free < _LOW_DISK:
        ward.bad("disk_low", path=str(ward.settings.data), free=free // 2**20)


async def rules(ward: Ward) -> None:
    """Packs, sources and calendar can be read."""
    packs = wiring.make_packs(ward.settings.data, press_unit=ward.settings.press_unit)
    wiring.make_sources(ward.settings.data)
    wiring.make_calendar(ward.settings.data)
    ward.good("ok_rules", packs=", ".join(pack.version for pack in packs))


async def model(ward: Ward) -> None:
    """Which model serves, why not the unit's own, and what the second reader is worth."""
    served = wiring.make_served(ward.settings.data, encoder=ward.settings.encoder)
    if served.refused is not None:
        ward.bad("own_model_refused", **served.refused.facts)
    name = served.classifier.scores("").model
    day = "/".join(reversed(served.date.split("-")))
    ward.good("ok_model", model=name, date=day, own=served.own, count=served.corrections)
    worth = None if ward.settings.encoder else measures.encoder_worth(name)
    if worth is not None:
        facts = {"words": output.decimal(worth.words), "both": output.decimal(worth.both)}
        ward.note("encoder_off", **facts, where=worth.measured_on, count=worth.n)
    else:
        ward.note("encoder_on" if ward.settings.encoder else "encoder_off_unmeasured")


async def reading(ward: Ward) -> None:
    """Whether words in pictures can be read, and pages behind links are."""
    pictures = wiring.make_pictures(ward.settings)
    if pictures is None:
        ward.note("pictures_not_read")
    elif pictures.available():
        ward.note("ok_pictures")
    elif ward.settings.read_pictures == "on":
        ward.bad("no_tesseract")
    else:
        ward.todo("no_tesseract")
    ward.note("links_read" if ward.settings.read_links == "trusted" else "links_not_read")


async def store(ward: Ward) -> None:
    """The database is whole, and nothing waits or is in doubt."""
    ward.store = wiring.make_store(ward.settings)
    health = await ward.store.health()
    for problem in health.problems:
        key, _, reason = problem.partition(": ")
        ward.bad(key, **({"reason": reason} if reason else {}))
    if not health.problems:
        ward.good("ok_store")
    counts = health.counts
    ward.note("counts", **{k: counts.get(k, 0) for k in ("units", "groups", "reviews", "shares")})
    if counts.get("outgoing"):
        ward.note("outgoing_waiting", count=counts["outgoing"])
    if counts.get("outcome_unknown"):
        ward.note("outcome_unknown", count=counts["outcome_unknown"])
    if not counts.get("units"):
        ward.todo("no_unit")
    if not ward.settings.owners:
        ward.todo("no_owner")


async def secret(ward: Ward) -> None:
    """The key of fingerprints is whole."""
    wiring.installation_key(ward.settings.data)


async def telegram(ward: Ward) -> None:
    """The token is taken, and forwards can be seen in every group."""
    from bot.examining import TelegramExam

    token = ward.settings.telegram_token
    if token is None:
        ward.todo("no_token")
        return
    async with TelegramExam(token.get_secret_value(), ward.settings.telegram_api) as exam:
        me = await exam.me()
        ward.good("ok_token", username=str(me.get("username")))
        if not me.get("can_read_all_group_messages"):
            await _groups(ward, exam, int(me.get("id", 0)))


async def _groups(ward: Ward, exam: Any, bot: int) -> None:
    """With privacy mode on, the bot must be an administrator wherever it is to see forwards."""
    groups = await ward.store.groups.active() if ward.store else []
    if not groups:
        ward.todo("privacy_mode")
    for group in groups:
        status = await exam.status(group.chat, bot)
        if status is None:
            ward.bad("group_unreachable", group=group.id)
        elif status not in {"administrator", "creator"}:
            ward.bad("group_not_admin", group=group.id)

"""``run``: the whole bot in one process, with Telegram or with the sandbox; ``nudge``: its half."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot import nudger, wiring
from bot.errands import Errands
from bot.landing import Landing
from bot.listening import listening
from bot.outbox import Outbox
from bot.outgoing import TelegramMessenger
from bot.pacing import Pacer
from bot.polling import Poller
from bot.receiving import (
    Receiver,
    TelegramBot,
    delivery_trouble,
    introduce,
    leave_chat,
    make_bot,
    make_dispatcher,
    prepare_polling,
    prepare_webhook,
    register_commands,
)
from bot.settings import Settings
from bot.status import showing
from bot.vitals import Vitals
from bot.watching import Counts, Watch, WatchedMessenger
from bot.webhook import webhook
from handlers.album import Albums
from handlers.explaining import Explaining
from handlers.joining import Doorkeeper
from handlers.place import PLATFORM
from handlers.reading import Readers
from handlers.rights import Rights
from handlers.turnstile import Turnstile
from handlers.weighing import Weighing
from models.desk import Desk
from models.errors import UserError
from models.ledger import Groups
from models.limits import Allowance, Limits
from models.reading import PageReader

log = structlog.get_logger(__name__)
_A_DAY = timedelta(days=1)
# Together with the last requests of the webhook (2 s) less than STOP_SECONDS.
_FINISH_SECONDS, _LANDING_SECONDS = 3.0, 3.0
STOP_SECONDS = 9.5
"""A stop that takes longer is ended by force."""
_STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Running:
    """A running bot: its parts, for who started it. ``bell`` makes the nudger look at once."""

    desk: Desk
    outbox: Outbox
    receiver: Receiver
    errands: Errands
    username: str = ""
    bell: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def running(
    settings: Settings,
    token: str,
    api: str,
    clock: Callable[[], Any],
    pages: PageReader | None = None,
) -> AsyncIterator[Running]:
    """Start everything against the Bot API server at ``api``; stop it all at the end.

    ``pages`` stands in for the reader of pages that the settings ask for.
    """
    watch = Watch(time.monotonic)
    bot, pacer = make_bot(token, api, watch.answered), wiring.make_pacer(settings)
    async with _desk(settings) as desk, bot.context():
        me = await introduce(bot, api)
        landing = Landing()
        outbox = Outbox(
            desk.store,
            WatchedMessenger(TelegramMessenger(bot), watch),
            pacer,
            clock,
            wiring.make_mark(settings),
            settings.zone,
            landing,
            wiring.make_gate(settings),
        )
        readers = Readers(
            wiring.make_pictures(settings), pages or wiring.make_pages(settings, clock)
        )
        parts = _assemble(settings, desk, bot, outbox, readers, clock, watch)
        parts.username = me.username or ""
        await register_commands(bot)
        application = nudger.make_application(token, api)
        async with AsyncExitStack() as stack:
            if settings.webhook_url:
                await stack.enter_async_context(_delivered_to(settings, api, bot, parts.receiver))
            nudges = _nudges(settings, parts, bot, pacer, application, clock, watch, landing)
            works = [outbox.run(), parts.errands.run(), nudges]
            await stack.enter_async_context(_in_background(works))
            stack.push_async_callback(_finish, parts, landing)
            if not settings.webhook_url:
                await prepare_polling(bot)
                polling = Poller(parts.receiver, token, api, polled=watch.polled).run()
                await stack.enter_async_context(_in_background([polling]))
            vitals = _vitals(settings, parts, watch, bot, clock)
            await stack.enter_async_context(showing(settings, vitals, watch))
            _settle_memory()
            yield parts


def _assemble(
    settings: Settings,
    desk: Desk,
    bot: TelegramBot,
    outbox: Outbox,
    readers: Readers,
    clock: Callable[[], Any],
    watch: Watch,
) -> Running:
    """What stands between the updates and the outgoing letters."""
    rights, errands, albums = Rights(bot, clock, settings.owners), Errands(), Albums()
    turnstile = Turnstile(Limits(_allowance(settings)), outbox, settings.zone)
    dispatcher = make_dispatcher(
        desk,
        clock,
        settings.owners,
        mail=outbox,
        rights=rights,
        door=Doorkeeper(desk, outbox, rights),
        weighing=Weighing(desk, outbox, albums, readers, errands, turnstile),
        turnstile=turnstile,
        explaining=Explaining(desk, outbox, albums, readers, settings.text_days),
        text_days=settings.text_days,
    )
    parts = Running(desk, outbox, Receiver(bot, dispatcher, outbox, errands), errands)
    dispatcher.update.outer_middleware(watch.update)
    _watched(parts, turnstile.limits, watch)
    return parts


def _watched(parts: Running, limits: Limits, watch: Watch) -> None:
    """Have everything that happens seen by the watch."""
    desk, outbox, receiver = parts.desk, parts.outbox, parts.receiver
    desk.timing = watch.judging.time
    outbox.posted, receiver.received = watch.posted, watch.received
    counts = Counts(
        outbox.waiting, receiver.under_way, lambda: desk.store.commits, lambda: limits.hits
    )
    watch.describe(desk.model, counts)


def _vitals(
    settings: Settings, parts: Running, watch: Watch, bot: TelegramBot, clock: Callable[[], Any]
) -> Vitals:
    return Vitals(
        parts.desk,
        watch,
        wiring.make_calendar(settings.data),
        clock,
        bot.get_me,
        parts.outbox.waiting,
        kind_of_nudge=nudger.KIND,
        polling=not settings.webhook_url,
        undelivered=lambda: delivery_trouble(bot, settings.webhook_url, clock()),
    )


def _allowance(settings: Settings) -> Allowance:
    return Allowance(settings.posts_per_hour, settings.posts_per_day)


def _nudges(
    settings: Settings,
    parts: Running,
    bot: TelegramBot,
    pacer: Pacer,
    application: nudger.SendingOnly,
    clock: Callable[[], Any],
    watch: Watch,
    landing: Landing,
) -> Coroutine[Any, Any, None]:
    """The weekly nudges, and the housekeeping that is done beside them."""
    calendar = wiring.make_calendar(settings.data)
    nudges = nudger.Nudger(parts.desk, application.bot, pacer, calendar, clock, landing)

    async def housekeeping() -> None:
        watch.looked()
        await keep_house(parts.desk, settings, clock, lambda chat: leave_chat(bot, chat))

    return nudger.run(application, nudges, parts.bell, housekeeping)


async def _finish(parts: Running, landing: Landing) -> None:
    """Finish what is in hand, and at the latest after some seconds begin no send any more.

    What is left then is safe: letters wait in the outgoing table, and updates that are not
    acknowledged come again.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FINISH_SECONDS):
            await parts.errands.finish()
            await parts.outbox.idle()
    await landing.close(_LANDING_SECONDS)


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk with its store, closed at the end."""
    store = wiring.make_store(settings)
    try:
        yield wiring.make_desk(settings, store)
    finally:
        await store.close()


@asynccontextmanager
async def _delivered_to(
    settings: Settings, api: str, bot: TelegramBot, receiver: Receiver
) -> AsyncIterator[None]:
    """Listen as the webhook, and tell Telegram so."""
    async with listening(webhook(receiver, settings.secret), settings.host, settings.port):
        await prepare_webhook(bot, api, settings.webhook_url, settings.secret)
        yield


def _settle_memory() -> None:
    """What was loaded at the start stays: the collector need not look through it any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@asynccontextmanager
async def nudging(
    settings: Settings, token: str, clock: Callable[[], Any]
) -> AsyncIterator[nudger.Nudger]:
    """Start the nudger alone, with its fixed part of the permitted rate."""
    pacer = wiring.make_pacer(settings, nudges_only=True)
    application = nudger.make_application(token, settings.telegram_api)
    calendar = wiring.make_calendar(settings.data)

    async def nothing() -> None:
        """The house is kept by ``run``."""

    async with _desk(settings) as desk:
        nudges = nudger.Nudger(desk, application.bot, pacer, calendar, clock)
        await nudges.started()
        async with _in_background([nudger.run(application, nudges, asyncio.Event(), nothing)]):
            yield nudges
            await nudges.landing.close(_LANDING_SECONDS)


@asynccontextmanager
async def _in_background(works: list[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run the works beside the block; the first to fail ends it, the block's end stops them.

    Raises:
        UserError: what one of the works ended with.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as several:
        told: BaseException = several.subgroup(UserError) or several
        while isinstance(told, BaseExceptionGroup) and told is not several:
            told = told.exceptions[0]
        raise told from None


async def keep_house(
    desk: Desk,
    settings: Settings,
    clock: Callable[[], Any],
    leave: Callable[[str], Coroutine[Any, Any, bool]],
) -> None:
    """Now and then: leave chats without a code, delete what is kept no longer."""
    now = clock()
    await leave_waiting(desk.store.groups, now - _A_DAY, leave)
    await desk.purge(now, settings.text_days)


async def leave_waiting(
    groups: Groups, before: datetime, leave: Callable[[str], Coroutine[Any, Any, bool]]
) -> None:
    """Leave the chats that have had no code since then; one that gets it meanwhile is kept.

    A chat that could not be left is left the next time; while Telegram is away so are all others,
    for the nudges wait for this.
    """
    try:
        for chat in await groups.waiting(before):
            if chat in await groups.waiting(before) and await leave(chat.chat):
                await groups.stop_waiting(PLATFORM, chat.chat)
    except ConnectionError as error:
        log.warning("chats without a code not left yet", reason=str(error))


def stop_signal() -> asyncio.Event:
    """What Ctrl-C or a stop signal sets; a second one, or ten seconds, end the process at once.

    Nothing is lost by that: it is as if the power had failed.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin() -> None:
        stop.set()
        for number in _STOPPING:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        # A thread of C's own: it works whatever hangs. It prints places in the code, no values.
        faulthandler.dump_traceback_later(STOP_SECONDS, exit=True)

    for number in _STOPPING:
        loop.add_signal_handler(number, begin)
    return stop

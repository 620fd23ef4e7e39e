"""The status page: figures without names or ids, and a health check that tells the truth."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot import VERSION
from bot.sandbox.demo import CULTURE
from bot.settings import Settings
from bot.status import showing, status_page
from bot.vitals import ASKED_AFTER, KEPT_SECONDS, LAG_SECONDS, LOOK_SECONDS, POLL_SECONDS, Vitals
from bot.watching import Watch
from models.calendar import load_calendar
from models.desk import Desk
from models.errors import StoreUnavailable, UserError
from models.judge import Judge
from models.ledger import NudgeMark
from models.sources import load_sources
from tests.bot.office import HANH, MAI, Office, office
from tests.bot.people import Json
from tests.fakes.classifier import FakeClassifier
from tests.fakes.memory_store import MemoryStore

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=HANOI)


class BreakableStore(MemoryStore):
    """A store whose writes fail, or take for ever."""

    error: Exception | None = None
    hangs = False
    touched = 0

    async def touch(self) -> None:
        self.touched += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error


@dataclass
class Patient:
    """A bot as the health check sees it. ``seconds`` is the watch's time, ``now`` the clock's."""

    seconds: float = 1000.0
    now: datetime = MONDAY - timedelta(hours=1)
    reachable: bool = True
    asked: int = 0
    store: BreakableStore = field(default_factory=BreakableStore)
    polling: bool = True
    trouble: str = ""

    def __post_init__(self) -> None:
        judge = Judge(FakeClassifier(), (), load_sources())
        self.watch = Watch(lambda: self.seconds)
        self.vitals = Vitals(
            Desk(judge, self.store, HANOI, b"k" * 32),
            self.watch,
            load_calendar(),
            lambda: self.now,
            self.ask,
            lambda: 3,
            kind_of_nudge="weekly",
            polling=self.polling,
            undelivered=self.undelivered,
        )
        self.watch.polled()
        self.watch.looked()

    async def ask(self) -> None:
        self.asked += 1
        if not self.reachable:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "https://api/bot123:secret")
        self.watch.answered()

    async def undelivered(self) -> str:
        await self.ask()
        return self.trouble

    async def later(self, seconds: float) -> Json:
        """What the check says so many seconds later; polls and rounds went on meanwhile."""
        self.seconds += seconds
        self.watch.polled()
        self.watch.looked()
        return await self.vitals.look()

    async def group(self) -> int:
        unit = await self.store.units.add("Đơn vị", None, MONDAY)
        joined = MONDAY - timedelta(days=30)
        return (await self.store.groups.join("telegram", "-1001", unit.id, joined)).id


async def test_all_well_is_said_with_what_it_rests_on() -> None:
    report = await Patient().vitals.look()
    assert report == {
        "ok": True,
        "failing": [],
        "version": VERSION,
        "model": "fake-1",
        "store": {"ok": True},
        "telegram": {"ok": True, "answered_ago": 0.0},
        "receiving": {"ok": True, "last_update_ago": None, "polled_ago": 0.0},
        "nudges": {"ok": True, "lag": 0.0, "looked_ago": 0.0},
        "queue": {"letters": 3},
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StoreUnavailable("store_unavailable", reason="full"), "full"),
        (StoreUnavailable("store_unavailable"), "unavailable"),
        (RuntimeError("bí mật"), "RuntimeError"),
    ],
)
async def test_a_store_that_cannot_be_written_is_told_and_so_is_its_recovery(
    error: Exception, reason: str
) -> None:
    patient = Patient()
    patient.store.error = error
    report = await patient.vitals.look()
    assert report["failing"] == ["store"]
    assert report["store"] == {"ok": False, "reason": reason}
    patient.store.error = None
    assert (await patient.later(KEPT_SECONDS))["ok"]


async def test_a_store_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.vitals.STORE_SECONDS", 0.01)
    patient = Patient()
    patient.store.hangs = True
    assert (await patient.vitals.look())["store"] == {"ok": False, "reason": "slow"}


async def test_many_who_ask_cost_one_write_every_five_seconds() -> None:
    patient = Patient()
    await asyncio.gather(*(patient.vitals.look() for _ in range(20)))
    await patient.later(KEPT_SECONDS - 0.1)
    assert patient.store.touched == 1
    await patient.later(0.1)
    assert patient.store.touched == 2


async def test_telegram_is_asked_only_when_it_was_silent_for_long() -> None:
    patient = Patient()
    patient.seconds += ASKED_AFTER
    assert (await patient.vitals.look())["telegram"] == {"ok": True, "answered_ago": ASKED_AFTER}
    assert patient.asked == 0
    patient.seconds += KEPT_SECONDS
    assert (await patient.vitals.look())["telegram"] == {"ok": True, "answered_ago": 0.0}
    assert patient.asked == 1


async def test_a_telegram_that_cannot_be_reached_is_told() -> None:
    """With the kind of error, not with the address that has the token in it."""
    patient = Patient(reachable=False)
    patient.seconds += ASKED_AFTER + 1
    report = await patient.vitals.look()
    assert report["failing"] == ["telegram"]
    assert report["telegram"] == {
        "ok": False,
        "answered_ago": ASKED_AFTER + 1,
        "reason": "ConnectionRefusedError ECONNREFUSED",
    }


async def test_polls_that_fail_are_told_although_telegram_answers() -> None:
    """Another program may receive with the same token."""
    patient = Patient()
    patient.seconds += POLL_SECONDS + 1
    patient.watch.answered()
    patient.watch.looked()
    report = await patient.vitals.look()
    assert report["failing"] == ["receiving"]
    assert report["receiving"]["polled_ago"] == POLL_SECONDS + 1


async def test_where_telegram_delivers_no_poll_is_missed() -> None:
    patient = Patient(polling=False)
    patient.seconds += POLL_SECONDS + 1
    patient.watch.looked()
    assert (await patient.vitals.look())["ok"]


async def test_updates_that_another_program_took_are_told() -> None:
    """It may have set the webhook elsewhere, or deleted it to poll. Asked once a minute."""
    patient = Patient(polling=False, trouble="webhook_taken")
    assert (await patient.vitals.look())["ok"]
    report = await patient.later(ASKED_AFTER)
    assert report["failing"] == ["receiving"]
    assert report["receiving"]["reason"] == "webhook_taken"
    asked, patient.trouble, patient.reachable = patient.asked, "", False
    assert (await patient.later(KEPT_SECONDS))["failing"] == ["receiving"]
    assert patient.asked == asked
    assert "receiving" in (await patient.later(ASKED_AFTER))["failing"], "nothing new is known"
    patient.reachable = True
    assert (await patient.later(ASKED_AFTER))["ok"]


async def test_deliveries_that_fail_are_told_while_none_comes() -> None:
    """A certificate that ran out, a closed port: Telegram knows."""
    patient = Patient(polling=False, trouble="webhook_failing")
    patient.watch.signs.updated = patient.seconds
    assert (await patient.later(ASKED_AFTER))["ok"]
    report = await patient.later(KEPT_SECONDS)
    assert report["failing"] == ["receiving"]
    assert report["receiving"]["reason"] == "webhook_failing"
    patient.watch.signs.updated = patient.seconds
    assert (await patient.later(KEPT_SECONDS))["ok"]


async def test_a_nudge_that_waits_too_long_is_told() -> None:
    """From its due time until it is marked; an hour is borne, as a backlog may take that."""
    patient = Patient()
    group = await patient.group()
    assert (await patient.later(0))["nudges"]["lag"] == 0
    patient.now = MONDAY + timedelta(seconds=LAG_SECONDS)
    report = await patient.later(KEPT_SECONDS)
    assert (report["ok"], report["nudges"]["lag"]) == (True, LAG_SECONDS)
    patient.now += timedelta(seconds=1)
    assert (await patient.later(KEPT_SECONDS))["failing"] == ["nudges"]
    await patient.store.nudges.claim(group, "weekly", "2026-W47", patient.now)
    assert (await patient.later(KEPT_SECONDS))["failing"] == ["nudges"]
    await patient.store.nudges.mark(NudgeMark(group, "weekly", "2026-W47", "sent", patient.now))
    assert (await patient.later(KEPT_SECONDS))["nudges"] == {
        "ok": True,
        "lag": 0.0,
        "looked_ago": 0.0,
    }


async def test_a_nudger_that_looks_no_more_is_told() -> None:
    patient = Patient()
    patient.seconds += LOOK_SECONDS + 1
    patient.watch.polled()
    report = await patient.vitals.look()
    assert report["failing"] == ["nudges"]
    assert report["nudges"]["looked_ago"] == LOOK_SECONDS + 1


async def test_the_page_says_200_or_503_and_nothing_else_is_there() -> None:
    patient = Patient()
    async with TestClient(TestServer(status_page(patient.vitals, patient.watch))) as client:
        async with client.get("/healthz") as response:
            assert response.status == 200
            assert (await response.json())["ok"]
        patient.store.error = StoreUnavailable("store_unavailable", reason="full")
        patient.seconds += KEPT_SECONDS
        patient.watch.polled()
        patient.watch.looked()
        async with client.get("/healthz") as response:
            assert response.status == 503
            assert (await response.json())["store"]["reason"] == "full"
        for method, path, status in (
            ("GET", "/", 404), ("POST", "/healthz", 405), ("GET", "/telegram", 404),
        ):  # fmt: skip
            async with client.request(method, path) as response:
                assert response.status == status


# -- the whole bot ------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def fetched(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def seen(look: Callable[[], Awaitable[bool]], within: float = 30) -> None:
    """Look until it is so; the limit is a ceiling, not a measure."""
    async with asyncio.timeout(within):
        while not await look():  # noqa: ASYNC110 - looks at another listener
            await asyncio.sleep(0.1)


@dataclass
class Shown:
    """An office that shows its page."""

    place: Office
    port: int

    async def figures(self) -> dict[str, float]:
        """Every sample by its name with labels."""
        _, text = await fetched(self.port, "/metrics")
        families = text_string_to_metric_families(text)
        samples = [sample for family in families for sample in family.samples]
        return {_name(one.name, one.labels): one.value for one in samples}


def _name(name: str, labels: dict[str, str]) -> str:
    return " ".join([name, *(f"{key}={value}" for key, value in sorted(labels.items()))])


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Shown]:
    port = free_port()
    async with office(tmp_path, metrics=f"127.0.0.1:{port}") as place:
        yield Shown(place, port)


async def test_a_working_bots_figures_and_health(shown: Shown) -> None:
    """Counted over a post, a press, a mistake and chatter; nobody and nothing is named."""
    place = shown.place
    before = await shown.figures()
    await place.share("Khai trương nhà văn hóa phường")
    await place.person(MAI).says(MAI, "/start SAI_MA")
    await place.person(HANH).says(CULTURE, "cảm ơn")
    await place.quiet()
    figures = await shown.figures()

    def more(name: str) -> float:
        return figures.get(name, 0) - before.get(name, 0)

    assert more("cantin_updates_total kind=message outcome=done") >= 2
    assert more("cantin_updates_total kind=callback_query outcome=done") == 1
    assert more("cantin_answer_seconds_count kind=answer") >= 1
    assert more("cantin_judging_seconds_count") >= 1
    assert more("cantin_store_commits_total") >= 2
    assert figures["cantin_queue_letters"] == 0
    assert figures["cantin_updates_under_way"] == 0
    assert figures["cantin_limits_hit_total"] == 0
    model = place.parts.desk.model
    assert figures[f"cantin_info model={model} version={VERSION}"] == 1
    known = [str(abs(chat)) for chat in place.sandbox.world.chats]
    words = " ".join(figures)
    assert not [one for one in (*known, "Khai trương", "SAI_MA", "Mai") if one in words]
    status, text = await fetched(shown.port, "/healthz")
    assert status == 200, text
    assert json.loads(text)["receiving"]["last_update_ago"] is not None


async def test_an_update_that_cannot_be_kept_is_counted_as_put_off(shown: Shown) -> None:
    """And the page says why, until the disk has room again."""
    connection = shown.place.parts.desk.store._access.writer._connection  # type: ignore[attr-defined]
    connection.execute("PRAGMA query_only=ON")
    await shown.place.person(MAI).forwards(CULTURE, text="Thông báo lịch tiếp dân trong tuần này")

    async def put_off() -> bool:
        name = "cantin_updates_total kind=message outcome=put_off"
        return (await shown.figures()).get(name, 0) > 0

    async def ill() -> bool:
        return (await fetched(shown.port, "/healthz"))[0] == 503

    await seen(put_off)
    await seen(ill)
    connection.execute("PRAGMA query_only=OFF")
    await shown.place.quiet()


async def test_a_taken_address_stops_the_bot_only_where_it_was_chosen() -> None:
    """Two bots on one machine: the second has no page unless it is given an address."""
    patient, other = Patient(), Patient()
    default = Settings(_env_file=None)
    async with showing(default, patient.vitals, patient.watch):
        async with showing(default, other.vitals, other.watch):
            pass
        chosen = Settings(_env_file=None, metrics="localhost:9464")
        with pytest.raises(UserError) as caught:
            async with showing(chosen, other.vitals, other.watch):
                pass
    assert caught.value.key == "port_taken"
    off = Settings(_env_file=None, metrics="off")
    async with showing(off, other.vitals, other.watch):
        pass

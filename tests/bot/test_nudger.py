"""The weekly nudge: once per group and ISO week, whatever happens to processes and sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import wiring
from bot.nudger import KIND, Nudger, make_application
from bot.pacing import Limits, Pacer
from bot.sandbox.clock import next_monday
from bot.sandbox.demo import CULTURE, WARD
from bot.sandbox.world import Chat
from bot.settings import Settings
from models.ledger import NudgeMark
from models.nudge import iso_week
from models.registry import Unit
from tests.bot.office import HANH, KHOA, MAI, Office, office
from tests.bot.people import Json, until
from tests.handlers.posts import good, labels, press_and_see, weighed, written

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY = datetime(2026, 11, 14, 10, 0, tzinfo=HANOI)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=HANOI)
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is set."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@asynccontextmanager
async def process(
    place: Office, clock: Callable[[], datetime], api: str | None = None
) -> AsyncIterator[Nudger]:
    """A nudger with its own connection to the office's database, as another process has."""
    settings = Settings(_env_file=None, data=place.data)
    store = wiring.make_store(settings)
    pacer = Pacer(Limits(0, 0, 0, 0), time.monotonic)
    application = make_application(place.sandbox.token, api or place.sandbox.url)
    calendar = wiring.make_calendar(place.data)
    try:
        await application.bot.request.initialize()
        desk = wiring.make_desk(settings, store)
        yield Nudger(desk, application.bot, pacer, calendar, clock)
    finally:
        await application.bot.request.shutdown()
        await store.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    """An office on a Saturday, with one shared post; the other group's nudge is paused."""
    async with office(tmp_path, start=SATURDAY) as opened:
        await press_and_see(opened, await weighed(opened), "Đã chia sẻ")
        other = await opened.kept_group(WARD)
        groups = opened.parts.desk.store.groups
        await groups.configure(other.id, replace(other.settings, nudge=False))
        yield opened


def nudges(place: Office, chat: int = CULTURE) -> list[Json]:
    return [message for message in place.messages(chat) if "Nhắc tuần" in written(message)]


async def mark(place: Office, at: datetime = MONDAY, chat: int = CULTURE) -> NudgeMark | None:
    """What is recorded of the group's nudge in the week of ``at``."""
    group = await place.kept_group(chat)
    store = place.parts.desk.store.nudges
    return await store.get(group.id, KIND, iso_week(at.astimezone(HANOI).date()))


async def state(place: Office, at: datetime = MONDAY, chat: int = CULTURE) -> str | None:
    found = await mark(place, at, chat)
    return found.state if found else None


async def rounds(place: Office, *times: datetime) -> int:
    """Look at these moments, in one process; how many nudges went out."""
    clock = Clock(times[0])
    sent = 0
    async with process(place, clock) as nudger:
        for clock.at in times:
            sent += await nudger.round()
    return sent


# -- when ---------------------------------------------------------------------------------------


async def test_it_comes_when_the_clock_jumps_to_monday_morning_and_only_once(place: Office) -> None:
    """The running bot's own nudger; later jumps in the week say nothing more."""
    monday = next_monday(place.now)
    await place.sandbox.jump(monday)
    await until(place.sandbox, lambda: len(nudges(place)) == 1, "the nudge")
    for hours in (1, 24, 72):
        await place.sandbox.jump(monday + timedelta(hours=hours))
        await asyncio.sleep(0.2)
    assert len(nudges(place)) == 1
    assert await state(place, monday) == "sent"


async def test_it_says_the_week_that_ended_and_offers_to_pause(place: Office) -> None:
    assert await rounds(place, MONDAY) == 1
    [nudge] = nudges(place)
    assert "Tuần qua (09/11 - 15/11): nhóm chia sẻ 1 bài" in written(nudge)
    assert "30 ngày qua mới có 1 bài, chưa đủ dữ liệu" in written(nudge)
    assert labels(nudge) == ["Tạm dừng nhắc tuần"]


async def test_the_pause_button_is_the_administrators(place: Office) -> None:
    await rounds(place, MONDAY)
    [nudge] = nudges(place)
    assert "Chỉ quản trị nhóm" in await press_and_see(place, nudge, "Tạm dừng", HANH)
    assert "Đã tạm dừng" in await press_and_see(place, nudge, "Tạm dừng", MAI)
    assert await rounds(place, MONDAY + timedelta(days=7)) == 0


@pytest.mark.parametrize(
    ("after", "sent", "recorded"),
    [
        (-timedelta(minutes=1), 0, None),
        (timedelta(0), 1, "sent"),
        (11 * HOUR, 1, "sent"),
        (12 * HOUR, 0, None),
        (23 * HOUR, 1, "sent"),
        (24 * HOUR, 1, "sent"),
        (24 * HOUR + timedelta(minutes=1), 0, "skipped"),
    ],
)
async def test_it_is_caught_up_within_a_day_but_never_at_night(
    place: Office, after: timedelta, sent: int, recorded: str | None
) -> None:
    """Sent from 07:00 to 20:00 and at most 24 hours late; later it is skipped and recorded."""
    assert await rounds(place, MONDAY + after) == sent
    assert await state(place) == recorded


async def test_a_week_has_one_and_the_next_has_its_own(place: Office) -> None:
    times = [MONDAY + timedelta(hours=h) for h in (0, 1, 20, 48, 7 * 24, 7 * 24 + 5)]
    assert await rounds(place, *times) == 2
    assert len(nudges(place)) == 2


async def test_a_week_of_holidays_is_skipped_and_recorded(tmp_path: Path) -> None:
    """Tết 2026: no working day from 16 to 22 February."""
    async with office(tmp_path, start=datetime(2026, 2, 7, 9, 0, tzinfo=HANOI)) as place:
        monday = datetime(2026, 2, 16, 8, 0, tzinfo=HANOI)
        assert await rounds(place, monday, monday + timedelta(days=3)) == 0
        found = await mark(place, monday)
        assert found is not None
        assert (found.state, found.reason) == ("skipped", "skip_holiday")
        assert await rounds(place, datetime(2026, 2, 23, 8, 0, tzinfo=HANOI)) == 2


async def test_a_monday_off_moves_it_to_the_next_working_day(tmp_path: Path) -> None:
    """27 April 2026 compensates for Giỗ Tổ Hùng Vương, a Sunday."""
    async with office(tmp_path, start=datetime(2026, 4, 24, 9, 0, tzinfo=HANOI)) as place:
        monday = datetime(2026, 4, 27, 8, 0, tzinfo=HANOI)
        assert await rounds(place, monday) == 0
        assert await rounds(place, monday + timedelta(days=1)) == 2


async def test_a_paused_group_hears_nothing(place: Office) -> None:
    await rounds(place, MONDAY)
    assert nudges(place, WARD) == []
    assert await mark(place, chat=WARD) is None


async def test_with_nothing_to_say_it_is_one_quiet_line_or_silence(tmp_path: Path) -> None:
    """Silence is the group's choice, and is recorded."""
    async with office(tmp_path, start=SATURDAY) as place:
        other = await place.kept_group(WARD)
        groups = place.parts.desk.store.groups
        await groups.configure(other.id, replace(other.settings, quiet=True))
        assert await rounds(place, MONDAY) == 1
        [line] = nudges(place)
        assert "không có gì thay đổi" in written(line)
        assert "\n" not in written(line)
        found = await mark(place, chat=WARD)
        assert found is not None
        assert (found.state, found.reason) == ("skipped", "quiet")
        assert nudges(place, WARD) == []


# -- never twice --------------------------------------------------------------------------------


async def test_two_processes_send_one(place: Office) -> None:
    """Each with its own connection, both looking at the same moment."""
    clock = Clock(MONDAY)
    async with process(place, clock) as one, process(place, clock) as other:
        assert sum(await asyncio.gather(one.round(), other.round())) == 1
        assert sum(await asyncio.gather(one.round(), other.round())) == 0
    assert len(nudges(place)) == 1


async def test_a_process_that_died_before_sending_is_recorded_not_repeated(place: Office) -> None:
    """It had claimed the week: whether it sent cannot be known."""
    group = await place.kept_group()
    store = place.parts.desk.store
    assert await store.nudges.claim(group.id, KIND, iso_week(MONDAY.date()), MONDAY)
    assert await rounds(place, MONDAY + timedelta(minutes=1)) == 0
    assert await state(place) == "claimed"
    assert await rounds(place, MONDAY + timedelta(minutes=16), MONDAY + 3 * HOUR) == 0
    assert await state(place) == "outcome_unknown"
    assert (await store.health()).counts["outcome_unknown"] == 1
    assert nudges(place) == []


async def test_a_lost_answer_is_recorded_not_repeated(place: Office) -> None:
    """The message is there, but its answer never came."""
    place.sandbox.faults.add({"kind": "lost_ack", "method": "sendMessage"})
    assert await rounds(place, MONDAY, MONDAY + HOUR) == 0
    assert len(nudges(place)) == 1
    assert await state(place) == "outcome_unknown"


@pytest.mark.parametrize("kind", ["html", "error", "reset"])
async def test_an_unclear_failure_is_recorded_not_repeated(place: Office, kind: str) -> None:
    place.sandbox.faults.add({"kind": kind, "method": "sendMessage"})
    assert await rounds(place, MONDAY, MONDAY + HOUR) == 0
    assert await state(place) == "outcome_unknown"
    assert nudges(place) == []


# -- what is certain ----------------------------------------------------------------------------


async def test_a_flood_wait_gives_the_claim_back_and_sends_later(place: Office) -> None:
    place.sandbox.faults.add({"kind": "retry", "method": "sendMessage", "seconds": 1})
    assert await rounds(place, MONDAY) == 0
    assert await state(place) is None
    assert await rounds(place, MONDAY + timedelta(minutes=1)) == 1
    assert len(nudges(place)) == 1


async def test_without_a_connection_the_claim_is_given_back(place: Office) -> None:
    """Nothing can have been sent: the next round tries again."""
    async with process(place, Clock(MONDAY), "http://127.0.0.1:9") as nudger:
        assert await nudger.round() == 0
    assert await state(place) is None
    assert await rounds(place, MONDAY + timedelta(minutes=1)) == 1


async def test_a_group_that_removed_the_bot_is_deactivated(place: Office) -> None:
    place.sandbox.faults.add({"kind": "kicked", "method": "sendMessage"})
    assert await rounds(place, MONDAY, MONDAY + HOUR) == 0
    assert await state(place) == "refused"
    assert not (await place.kept_group()).active
    assert nudges(place) == []


async def test_a_message_that_telegram_refuses_is_recorded(place: Office) -> None:
    place.sandbox.faults.add({"kind": "bad", "method": "sendMessage", "text": "chat not found"})
    assert await rounds(place, MONDAY, MONDAY + HOUR) == 0
    assert await state(place) == "refused"


async def test_a_migrated_group_is_followed(place: Office) -> None:
    """The old id is a definite refusal: the new one gets it, once, and keeps the history."""
    known, world = await place.kept_group(), place.sandbox.world
    new = Chat(-1001900000044, "supergroup", "Mới")
    new.members = dict(world.chats[CULTURE].members)
    world.add_chat(new)
    place.sandbox.faults.add(
        {"kind": "migrate", "method": "sendMessage", "chat": str(CULTURE), "to": new.id}
    )
    assert await rounds(place, MONDAY, MONDAY + HOUR) == 1
    assert len(nudges(place, new.id)) == 1
    group = await place.kept_group(new.id)
    assert (group.id, group.chat) == (known.id, str(new.id))


async def test_one_groups_failure_keeps_no_other_from_its_nudge(tmp_path: Path) -> None:
    async with office(tmp_path, start=SATURDAY) as place:
        place.sandbox.faults.add(
            {"kind": "reset", "method": "sendMessage", "chat": str(CULTURE), "times": None}
        )
        assert await rounds(place, MONDAY) == 1
        assert len(nudges(place, WARD)) == 1


# -- suggestions --------------------------------------------------------------------------------


async def province(place: Office, *, same: bool = True) -> tuple[Unit, Unit]:
    """Two units with a group each, below one province or below two."""
    units = place.parts.desk.store.units
    top = await units.add("Tỉnh Ví Dụ", None, place.now)
    elsewhere = await units.add("Tỉnh Khác", None, place.now)
    one = await units.add("Sở Ví Dụ", top.id, place.now)
    two = await units.add("Phường Minh Hoạ", (top if same else elsewhere).id, place.now)
    await place.person(MAI).says(CULTURE, f"/start {one.code}")
    await place.person(KHOA).says(WARD, f"/start {two.code}")
    await place.quiet()
    return one, two


async def suggested(place: Office) -> str:
    """What the first group's nudge says, after the other group cleared a good post."""
    post = good()
    await weighed(place, WARD, **post)
    other = await place.kept_group(WARD)
    groups = place.parts.desk.store.groups
    await groups.configure(other.id, replace(other.settings, nudge=False))
    await rounds(place, MONDAY)
    [nudge] = nudges(place)
    links = [entity.get("url") for entity in nudge.get("entities", [])]
    return f"{written(nudge)} {post['link'] if post['link'] in links else ''}"


@pytest.mark.parametrize("same", [True, False])
async def test_good_posts_of_the_same_province_only_are_suggested(
    tmp_path: Path, same: bool
) -> None:
    """Title and link of what another group cleared; not who cleared it."""
    async with office(tmp_path, start=SATURDAY) as place:
        await province(place, same=same)
        said = await suggested(place)
        assert ("khánh thành trạm y tế" in said) is same
        assert ("https://baochinhphu.vn/khanh-thanh" in said) is same
        assert "Phường Minh Hoạ" not in said


@pytest.mark.parametrize(("field", "whose"), [("gives", 1), ("gets", 0)])
async def test_a_unit_may_opt_out_of_giving_and_of_getting(
    tmp_path: Path, field: str, whose: int
) -> None:
    async with office(tmp_path, start=SATURDAY) as place:
        unit = (await province(place))[whose]
        await place.parts.desk.store.units.change(unit.id, **{field: False})
        assert "khánh thành trạm y tế" not in await suggested(place)


async def test_what_the_group_knows_is_not_suggested_to_it(tmp_path: Path) -> None:
    async with office(tmp_path, start=SATURDAY) as place:
        await province(place)
        post = good()
        await weighed(place, CULTURE, **post)
        await weighed(place, WARD, **post)
        await rounds(place, MONDAY)
        assert all("trạm y tế" not in written(nudge) for nudge in nudges(place))

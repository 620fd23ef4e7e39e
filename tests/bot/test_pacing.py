"""The pacer's limits and order, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import Limits, Pacer, Urgency, Window
from tests.fakes.virtual_time import rest, virtually

FREE = Limits(0, 0, 0, 0)
ANSWER, EDIT, NUDGE = Urgency
GROUPS, PEOPLE = ["-1", "-2", "-3"], ["7", "8"]


@dataclass(slots=True)
class Sent:
    """One turn that was given."""

    at: float
    chat: str
    urgency: Urgency


@dataclass(slots=True)
class Office:
    """Senders in front of one pacer."""

    pacer: Pacer
    sent: list[Sent] = field(default_factory=list)

    async def send(self, chat: str, urgency: Urgency = ANSWER, *, after: float = 0) -> None:
        await asyncio.sleep(after)
        async with self.pacer.turn(chat, urgency):
            self.sent.append(Sent(now(), chat, urgency))


def waiting(pacer: Pacer) -> int:
    """How many sends wait for their turn."""
    lines = (lane.line for lane in pacer._lanes.values())
    return sum(not turn.done() for line in lines for _, _, turn in line)


def now() -> float:
    return asyncio.get_running_loop().time()


def office(limits: Limits) -> Office:
    return Office(Pacer(limits, now))


async def sent_by(limits: Limits, sends: Sequence[tuple[float, str, Urgency]]) -> list[Sent]:
    """Every send with its second of arrival; what was sent, and when."""
    place = office(limits)
    async with asyncio.TaskGroup() as tasks:
        for after, chat, urgency in sends:
            tasks.create_task(place.send(chat, urgency, after=after))
    assert waiting(place.pacer) == 0
    return place.sent


def most_in(times: Sequence[float], seconds: float) -> int:
    """The largest number in any half-open window of this length."""
    return max((sum(t <= u < t + seconds - 1e-6 for u in times) for t in times), default=0)


arrivals = st.lists(
    st.tuples(
        st.floats(0, 90) | st.just(0.0) | st.just(30.0),
        st.sampled_from([*GROUPS, *PEOPLE]),
        st.sampled_from(Urgency),
    ),
    max_size=90,
)
some_limits = st.builds(
    Limits,
    overall=st.sampled_from([2, 5, 30]),
    chat=st.sampled_from([0.5, 1, 1.5, 3]),
    group=st.sampled_from([3, 19, 20]),
    nudges=st.sampled_from([0.5, 1, 10]),
)


@settings(max_examples=60, deadline=None)
@given(arrivals, some_limits)
def test_no_window_ever_holds_more_than_its_limit_and_all_are_sent(
    sends: list[tuple[float, str, Urgency]], limits: Limits
) -> None:
    """Whatever the pattern of arrivals: bursts, trickles, one chat or many."""
    sent = virtually(sent_by(limits, sends))
    assert sorted((s.chat, s.urgency) for s in sent) == sorted((c, u) for _, c, u in sends)
    assert most_in([s.at for s in sent], 1) <= limits.overall
    assert most_in([s.at for s in sent if s.urgency is NUDGE], 1) <= max(1, limits.nudges)
    assert most_in([s.at for s in sent if s.urgency is NUDGE], 2) <= 2 * limits.nudges
    for chat in [*GROUPS, *PEOPLE]:
        there = [s.at for s in sent if s.chat == chat]
        assert most_in(there, 2) <= 2 * limits.chat
        if chat in GROUPS:
            assert most_in(there, 60) <= limits.group


@settings(max_examples=40, deadline=None)
@given(arrivals)
def test_without_limits_everything_goes_at_once(sends: list[tuple[float, str, Urgency]]) -> None:
    sent = virtually(sent_by(FREE, sends))
    expected = sorted(after for after, _, _ in sends)
    assert sorted(s.at for s in sent) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("limits", "chats", "expected"),
    [
        (Limits(0, 1, 0, 0), ["7"] * 3, [0, 1, 2]),
        (Limits(0, 0.5, 0, 0), ["7"] * 3, [0, 2, 4]),
        (Limits(0, 0, 2, 0), ["-1"] * 5, [0, 0, 60, 60, 120]),
        (Limits(0, 0, 2, 0), ["7"] * 5, [0] * 5),
        (Limits(2, 0, 0, 0), ["7", "8", "9", "10", "11"], [0, 0, 1, 1, 2]),
    ],
)
def test_a_send_waits_no_longer_than_its_limit_demands(
    limits: Limits, chats: list[str], expected: list[float]
) -> None:
    """The minute's limit is a group's only."""
    sent = virtually(sent_by(limits, [(0, chat, ANSWER) for chat in chats]))
    assert [s.at for s in sent] == pytest.approx(expected, abs=0.05)


@given(st.permutations([*Urgency] * 3), st.booleans())
def test_answers_go_before_edits_before_nudges(order: list[Urgency], one_chat: bool) -> None:
    """In one chat and over chats; among equals the first come is the first served."""

    async def work() -> None:
        place = office(Limits(1, 0, 0, 0))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(place.send("0"))
            await rest()
            for number, urgency in enumerate(order):
                tasks.create_task(place.send("7" if one_chat else str(number), urgency))
        urgencies = [s.urgency for s in place.sent[1:]]
        assert urgencies == sorted(urgencies)
        if not one_chat:
            for urgency in Urgency:
                chats = [int(s.chat) for s in place.sent[1:] if s.urgency is urgency]
                assert chats == sorted(chats)

    virtually(work())


def test_a_paused_chat_waits_its_time_and_holds_up_no_other() -> None:
    """A longer pause stands against a shorter one that comes later."""

    async def work() -> None:
        place = office(Limits())
        place.pacer.pause("7", 30)
        place.pacer.pause("7", 5)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(place.send("7"))
            tasks.create_task(place.send("8", NUDGE))
            tasks.create_task(place.send("9", ANSWER, after=10))
        when = {s.chat: s.at for s in place.sent}
        assert when == pytest.approx({"8": 0, "9": 10, "7": 30}, abs=0.05)

    virtually(work())


def test_a_pause_told_of_while_others_wait_in_that_chat_holds_them() -> None:
    async def work() -> None:
        place = office(Limits())
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(place.send("7"))
            await rest()
            place.pacer.pause("7", 100)
        assert [s.at for s in place.sent] == pytest.approx([0, 100, 101], abs=0.05)

    virtually(work())


@pytest.mark.parametrize("urgency", Urgency)
def test_cancelled_waiters_cost_nothing(urgency: Urgency) -> None:
    """Neither a turn nor a place: who comes after is served as if they had never been."""

    async def work() -> None:
        place = office(Limits(overall=2, chat=1, group=2, nudges=1))
        async with asyncio.TaskGroup() as tasks:
            await place.send("-1", urgency)
            given_up = [tasks.create_task(place.send("-1", urgency)) for _ in range(50)]
            await rest()
            for task in given_up:
                task.cancel()
            await rest()
            assert waiting(place.pacer) == 0
            tasks.create_task(place.send("-1", urgency))
        assert [s.at for s in place.sent] == pytest.approx([0, 1], abs=0.05)

    virtually(work())


@pytest.mark.parametrize("urgency", Urgency)
def test_a_turn_that_was_given_and_not_used_is_given_back(urgency: Urgency) -> None:
    """Its sender was cancelled between the turn and the send."""

    async def work() -> None:
        place = office(Limits(overall=1, chat=1, group=1, nudges=1))
        await place.send("7", urgency)
        task = asyncio.ensure_future(place.send("-1", urgency))
        await rest()
        timer = place.pacer._timer
        assert timer is not None
        # In the very turn of the loop that gives the turn, before its sender wakes.
        asyncio.get_running_loop().call_at(timer.when() + 1e-10, task.cancel)
        await asyncio.gather(task, return_exceptions=True)
        assert waiting(place.pacer) == 0
        await place.send("-1", urgency)
        assert [s.chat for s in place.sent] == ["7", "-1"]
        assert now() == pytest.approx(1, abs=0.05)

    virtually(work())


def test_a_cancelled_answer_lends_its_rank_to_no_nudge() -> None:
    """The nudge of the same chat stays behind the answers of others."""

    async def work() -> None:
        place = office(Limits(overall=1, chat=0, group=0, nudges=0.1))
        async with asyncio.TaskGroup() as tasks:
            await place.send("0", NUDGE)
            answer = tasks.create_task(place.send("7"))
            tasks.create_task(place.send("7", NUDGE))
            await rest()
            answer.cancel()
            for chat in ("8", "9"):
                tasks.create_task(place.send(chat))
        assert [s.chat for s in place.sent] == ["0", "8", "9", "7"]
        assert [s.at for s in place.sent] == pytest.approx([0, 1, 2, 10], abs=0.05)

    virtually(work())


def test_ten_thousand_waiting_nudges_do_not_slow_an_answer() -> None:
    """Neither in time nor in work: the pacer looks at two lanes, not at ten thousand."""

    async def work() -> None:
        place = office(Limits())
        async with asyncio.TaskGroup() as tasks:
            nudges = [tasks.create_task(place.send(str(n), NUDGE)) for n in range(10_000)]
            await rest(3)
            assert waiting(place.pacer) == 10_000 - 1
            assert place.pacer.steps < 3 * 10_000
            before, at = place.pacer.steps, now()
            await place.send("-5")
            assert now() == at
            assert place.pacer.steps - before <= 3
            for task in nudges:
                task.cancel()

    virtually(work())


def test_many_nudges_take_their_own_rate_and_leave_the_rest_of_the_second_to_answers() -> None:
    async def work() -> None:
        place = office(Limits(overall=3, chat=0, group=0, nudges=2))
        async with asyncio.TaskGroup() as tasks:
            for number in range(10):
                tasks.create_task(place.send(str(number), NUDGE))
            for number in range(5):
                tasks.create_task(place.send("a", ANSWER, after=float(number)))
        late = [s.at - int(s.at) for s in place.sent if s.urgency is ANSWER]
        assert late == pytest.approx([0] * 5, abs=0.05)
        assert max(s.at for s in place.sent) == pytest.approx(4.5, abs=0.1)

    virtually(work())


def test_idle_chats_are_forgotten_and_remembered_limits_are_not() -> None:
    """Memory does not grow with every chat there ever was."""

    async def work() -> None:
        place = office(Limits(overall=0, chat=1, group=2, nudges=0))
        for number in range(10_000):
            await place.send(str(number))
            if number % 1000 == 0:
                await asyncio.sleep(2)
        await place.send("-1")
        await place.send("-1", after=2)
        for number in range(10_000, 20_000):
            await place.send(str(number))
            if number % 1000 == 0:
                await asyncio.sleep(2)
        assert len(place.pacer._lanes) < 10_000
        await place.send("-1")
        assert place.sent[-1].at - place.sent[10_000].at == pytest.approx(60, abs=0.05)

    virtually(work())


def test_an_error_while_sending_is_the_senders_and_the_next_is_served() -> None:
    async def work() -> None:
        place = office(Limits())
        with pytest.raises(OSError, match="mạng"):
            async with place.pacer.turn("7", ANSWER):
                raise OSError("mạng")
        await place.send("7")
        assert now() == pytest.approx(1, abs=0.05)

    virtually(work())


@given(st.floats(0.01, 100), st.floats(0.1, 100))
def test_a_window_says_exactly_how_long_to_wait(rate: float, seconds: float) -> None:
    """After the wait it is free, and used up for one send."""
    window, at = Window(rate, seconds), 0.0
    for _ in range(20):
        at += window.wait(at) + 1e-6
        assert window.wait(at) == 0
        window.take(at)
    assert at >= 20 / rate - max(seconds, 1 / rate) - 1e-3

"""Between "sent" and "recorded": what a kill could double."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.gate import BACKLOG, PATIENCE, Gate
from bot.settings import Settings
from bot.wiring import make_gate
from tests.fakes.virtual_time import VirtualLoop, rest, virtually


@dataclass(slots=True)
class Hall:
    """Senders before one gate; ``inside`` are those between sent and recorded."""

    gate: Gate = field(default_factory=lambda: Gate(wide=True))
    inside: list[int] = field(default_factory=list)
    most: int = 0
    done: list[int] = field(default_factory=list)

    async def send(self, number: int, seconds: float = 0.1, recording: float = 0.0) -> None:
        async with self.gate.passage() as abroad:
            self.inside.append(number)
            self.most = max(self.most, len(self.inside))
            with abroad():
                await asyncio.sleep(seconds)
            await asyncio.sleep(recording)
            self.inside.remove(number)
        self.done.append(number)


@pytest.mark.parametrize("ready", [1, BACKLOG + 1, 100])
def test_one_answer_at_a_time_goes_whatever_is_ready(ready: int) -> None:
    """Within Telegram's limits the promise goes before the speed."""

    async def work() -> None:
        hall = Hall(Gate())
        await asyncio.gather(*(hall.send(n) for n in range(ready)))
        assert hall.most == 1
        assert hall.done == list(range(ready))

    virtually(work())


@pytest.mark.parametrize(("limit", "most"), [(30, 1), (0, 100 - BACKLOG + 1)])
def test_only_who_lifts_telegrams_limit_has_several_at_once(limit: int, most: int) -> None:
    async def work() -> None:
        hall = Hall(make_gate(Settings(_env_file=None, send_per_second=limit)))
        await asyncio.gather(*(hall.send(n) for n in range(100)))
        assert hall.most == most

    virtually(work())


@pytest.mark.parametrize("ready", [1, 2, BACKLOG])
def test_a_wide_one_is_as_narrow_while_few_are_ready(ready: int) -> None:
    async def work() -> None:
        hall = Hall()
        await asyncio.gather(*(hall.send(n) for n in range(ready)))
        assert hall.most == 1
        assert hall.done == list(range(ready))

    virtually(work())


@pytest.mark.parametrize("ready", [BACKLOG + 1, 32])
def test_a_backlog_opens_a_wide_one_and_its_end_narrows_it(ready: int) -> None:
    async def work() -> None:
        hall = Hall()
        async with asyncio.TaskGroup() as tasks:
            for number in range(ready):
                tasks.create_task(hall.send(number))
            await rest()
            assert len(hall.inside) == ready - BACKLOG + 1
        hall.most = 0
        await asyncio.gather(*(hall.send(n) for n in range(BACKLOG)))
        assert hall.most == 1

    virtually(work())


def test_one_that_hangs_holds_up_the_others_for_a_moment_only() -> None:
    """And counts neither twice nor for ever."""

    async def work() -> None:
        hall = Hall()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(hall.send(0, seconds=100))
            await rest()
            for number in range(1, 4):
                tasks.create_task(hall.send(number))
            await asyncio.sleep(PATIENCE - 0.1)
            assert hall.inside == [0]
            await asyncio.sleep(0.6)
            assert hall.done == [1, 2, 3]
        hall.most = 0
        await asyncio.gather(*(hall.send(n) for n in range(3)))
        assert hall.most == 1

    virtually(work())


def test_slow_recording_lets_nobody_pass() -> None:
    """What was sent and is not yet recorded is what a kill doubles, however slow the disk is."""

    async def work() -> None:
        hall = Hall()
        await asyncio.gather(*(hall.send(n, recording=5 * PATIENCE) for n in range(3)))
        assert hall.most == 1

    virtually(work())


def test_one_that_comes_back_late_counts_again_until_it_is_recorded() -> None:
    async def work() -> None:
        hall = Hall()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(hall.send(0, seconds=PATIENCE + 1, recording=PATIENCE))
            await rest()
            tasks.create_task(hall.send(1))
            await asyncio.sleep(PATIENCE + 2)
            assert (hall.inside, hall.done) == ([0], [1])
            tasks.create_task(hall.send(2))
            await rest()
            assert hall.inside == [0]
        assert hall.done == [1, 0, 2]
        assert hall.gate._inside == 0

    virtually(work())


def test_a_process_that_got_no_time_hears_the_messenger_before_it_gives_up() -> None:
    """An answer that came while the machine did something else is no reason to let others pass."""

    async def work() -> None:
        loop, hall = asyncio.get_running_loop(), Hall()
        assert isinstance(loop, VirtualLoop)
        said = loop.create_future()
        async with asyncio.TaskGroup() as tasks:

            async def send() -> None:
                async with hall.gate.passage() as abroad:
                    with abroad():
                        await said
                    await rest()
                    assert not hall.inside, "let in while this one is recorded"

            tasks.create_task(send())
            await rest()
            tasks.create_task(hall.send(1))
            await rest()
            loop.call_later(PATIENCE / 2, said.set_result, None)
            loop.call_later(PATIENCE / 8, setattr, loop, "now", 2 * PATIENCE)
        assert hall.done == [1]

    virtually(work())


@pytest.mark.parametrize("when", ["waiting", "inside", "let in"])
def test_who_gives_up_leaves_no_place_taken(when: str) -> None:
    async def work() -> None:
        hall = Hall()
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(hall.send(0))
            await rest()
            second = tasks.create_task(hall.send(1))
            await rest()
            if when == "let in":
                first.cancel()
                second.cancel()
            else:
                (second if when == "waiting" else first).cancel()
            await rest()
        await asyncio.wait_for(hall.send(9), 1)
        assert hall.done[-1] == 9
        assert hall.gate._inside == 0

    virtually(work())

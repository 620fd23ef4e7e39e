"""One episode: a bot is killed again and again under a stream of updates, then left in peace.

What must hold afterwards is counted from the database and from what stands in the chats.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import shutil
import socket
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import wiring
from bot.sandbox.demo import demo
from bot.sandbox.world import Chat
from bot.settings import Settings
from tests.bot.office import KHOA, MAI
from tests.kill.hunted import SENDING, Hunted, Life, Plan
from tests.kill.people import CROWDED, CULTURE, WARD, Crowd, lines_of

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
GROUPS = [CULTURE, WARD, *CROWDED]
LONGEST_LIFE = 1.2
SETTLED_WITHIN = 60.0
BETWEEN = 0.03
# What a Bot API server, or the way to it, may do instead of what it was asked: nothing of that is
# done, so that each answer must be sent again, and each once. Except for the last: it is done, and
# the way back is lost. Nobody can know that, so it comes twice, kill or not: counted apart.
FAULTS = ("error", "html", "reset", "retry", "lost_ack")


@dataclass(slots=True)
class Count:
    """What is printed and asserted. ``longest`` in seconds, from a kill to the next word sent.

    ``duplicates`` are the kills', ``by_faults`` those of answers whose receipt was lost,
    ``repeated`` those for which there is no reason.
    """

    kills: int = 0
    updates: int = 0
    faults: int = 0
    lost: int = 0
    doubled: int = 0
    duplicates: int = 0
    most_at_once: int = 0
    by_faults: int = 0
    repeated: int = 0
    nudged: int = 0
    unknown: int = 0
    nudged_twice: int = 0
    longest: float = 0.0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            largest = one.name in {"longest", "most_at_once"}
            setattr(self, one.name, max(mine, theirs) if largest else mine + theirs)

    def __str__(self) -> str:
        return (
            f"kills {self.kills}, updates {self.updates}, faults injected {self.faults}, "
            f"lost {self.lost}, doubled {self.doubled}, duplicate answers {self.duplicates} "
            f"(at most {self.most_at_once} by one kill), by lost receipts {self.by_faults}, "
            f"without a reason {self.repeated}, nudges {self.nudged} (outcome unknown "
            f"{self.unknown}, twice {self.nudged_twice}), longest recovery {self.longest:.1f} s"
        )


@dataclass(slots=True)
class Nursery:
    """The warmed process, and the data folder that every episode begins with."""

    process: asyncio.subprocess.Process
    template: Path

    async def bear(self, order: dict[str, object]) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        return await self._said("born")

    async def _said(self, what: str) -> int:
        assert self.process.stdout is not None
        while True:
            line = json.loads(await self.process.stdout.readline())
            if what in line:
                return int(line[what])


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """Warm up, and make the folder that episodes begin with: groups that have joined."""
    template = folder / "template"
    store = wiring.make_store(Settings(_env_file=None, data=template))
    try:
        now = MONDAY
        unit = await store.units.add("Phường Thử Nghiệm", None, now)
        await store.members.join("telegram", str(MAI), unit.id, now)
        early = MONDAY - timedelta(days=3)
        for chat in GROUPS:
            await store.groups.join("telegram", str(chat), unit.id, early)
    finally:
        await store.close()
    wiring.installation_key(template)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kill.nursery", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    made = Nursery(process, template)
    try:
        await made._said("ready")
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Episode:
    """A world, the people in it, and the bot's lives; ``trouble`` is the faults for each deed."""

    nursery: Nursery
    data: Path
    dice: random.Random
    trouble: float = 0.0
    sandbox: Hunted = field(default_factory=Hunted)
    count: Count = field(default_factory=Count)

    async def play(self, kills: int) -> Count:
        """Kill so often, let the last life finish, and count."""
        shutil.copytree(self.nursery.template, self.data)
        world = demo(self.sandbox).world
        for chat in CROWDED:
            bot = {KHOA: "creator", world.bot["id"]: "administrator"}
            world.add_chat(Chat(chat, "supergroup", "Nhóm"), bot)
        self.sandbox.clock.offset = MONDAY - datetime.now(MONDAY.tzinfo)
        await self.sandbox.start()
        crowd = Crowd(world, self.dice)
        try:
            acting = asyncio.ensure_future(self._act(crowd))
            for _ in range(kills):
                await self._live_and_die()
            acting.cancel()
            self._leave_in_peace()
            last = await self._begin(Plan("never", 0, 0))
            await self._settle()
            await asyncio.sleep(0.5)  # the last nudges are on their way
            self.sandbox.kill(last)
        finally:
            for life in self.sandbox.lives:
                self.sandbox.kill(life)
            await self.sandbox.stop()
        self._count(crowd, kills)
        return self.count

    async def _act(self, crowd: Crowd) -> None:
        while True:
            crowd.act()
            self.count.updates += 1
            if self.dice.random() < self.trouble:
                self._disturb()
            await asyncio.sleep(self.dice.uniform(0, 2 * BETWEEN))

    def _disturb(self) -> None:
        kind, method = self.dice.choice(FAULTS), self.dice.choice(sorted(SENDING))
        self.sandbox.faults.add({"kind": kind, "method": method})
        self.count.faults += 1

    def _leave_in_peace(self) -> None:
        """Faults that met nobody yet would all meet the last life, whose pauses grow with each."""
        self.count.faults -= len(self.sandbox.faults.waiting)
        self.sandbox.faults.waiting.clear()

    async def _begin(self, plan: Plan) -> Life:
        offset = self.sandbox.clock.offset.total_seconds()
        token = self.sandbox.token_of(len(self.sandbox.lives) + 1)
        order = {"token": token, "api": self.sandbox.url, "port": free_port()}
        pid = await self.nursery.bear({**order, "data": str(self.data), "offset": offset})
        return self.sandbox.born(pid, plan)

    async def _live_and_die(self) -> None:
        life = await self._begin(Plan.drawn(self.dice))
        limit = LONGEST_LIFE
        if life.plan.phase == "clock":
            limit = self.dice.uniform(0, LONGEST_LIFE)
        try:
            await asyncio.wait_for(life.dead.wait(), limit)
        except TimeoutError:
            self.sandbox.kill(life)

    async def _settle(self) -> None:
        """Wait until nothing waits: no update, no letter, no group without its nudge."""
        until = time.monotonic() + SETTLED_WITHIN
        while waiting := self._waiting():
            assert time.monotonic() < until, f"never settled: {waiting}, {self._calls()}"
            await asyncio.sleep(0.05)

    def _waiting(self) -> dict[str, object]:
        updates = [one.kind for one in self.sandbox.world.updates.pending()]
        letters = self._ask("SELECT key FROM outgoing")
        nudged = self._ask("SELECT count(*) FROM nudges")[0][0]
        found = {"updates": updates, "letters": letters, "nudges": len(GROUPS) - int(str(nudged))}
        return {what: waits for what, waits in found.items() if waits}

    def _calls(self) -> list[object]:
        return [call["method"] for call in list(self.sandbox.world.calls)[-20:]]

    def _ask(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{self.data / 'cantin.db'}?mode=ro", uri=True) as db:
            found = db.execute(sql).fetchall()
        db.close()
        return found

    # -- what came of it -------------------------------------------------------------------------

    def _count(self, crowd: Crowd, kills: int) -> None:
        self.count.kills = kills
        self._count_reviews(crowd)
        self._count_shares(crowd)
        self._count_answers(crowd)
        self._count_nudges()
        lives = self.sandbox.lives
        for died, next_one in itertools.pairwise(lives):
            if next_one.first_word and died.died:
                self.count.longest = max(self.count.longest, next_one.first_word - died.died)

    def _note(self, what: str, key: object) -> None:
        self.count.notes.append(f"{what}: {key}")

    def _count_reviews(self, crowd: Crowd) -> None:
        """Each post has one review, and it holds the post's last words."""
        found = Counter[str]()
        texts: dict[str, str] = {}
        for key, parts in self._ask("SELECT key, parts FROM reviews"):
            found[str(key)] += 1
            texts[str(key)] = str(parts)
        for (chat, number), words in crowd.words.items():
            key = f"{chat}/{number}"
            if key not in found or words not in json.dumps(
                json.loads(texts[key]), ensure_ascii=False
            ):
                self.count.lost += 1
                self._note("review lost", key)
        for key, times in found.items():
            if times > 1:
                self.count.doubled += 1
                self._note("review doubled", key)

    def _count_shares(self, crowd: Crowd) -> None:
        """Each press that changed something left one line."""
        lines = dict(
            self._ask(
                "SELECT reviews.key, count(*) FROM reviews JOIN ledger USING (post_id)"
                " GROUP BY reviews.key"
            )
        )
        red = {key for (key,) in self._ask("SELECT key FROM reviews WHERE level = 'do_not_share'")}
        for (chat, number), presses in crowd.presses.items():
            key = f"{chat}/{number}"
            missing = lines_of(presses) - int(str(lines.pop(key, 0)))
            if key in red or not missing:
                continue
            self.count.lost += max(0, missing)
            self.count.doubled += max(0, -missing)
            self._note("share lost or doubled", (key, presses, missing))
        self.count.doubled += len(lines.keys() - red)

    def _count_answers(self, crowd: Crowd) -> None:
        """One answer below each post and question; more are counted to what doubled the first."""
        sent: dict[tuple[int, int], list[int]] = defaultdict(list)
        for chat in self.sandbox.world.chats.values():
            for number, message in chat.messages.items():
                sent[self._answered(crowd, message)].append(
                    self.sandbox.heard.get((chat.id, number), 0)
                )
        by_life = defaultdict[int, list[object]](list)
        for key in crowd.asked:
            if not sent[key]:
                self.count.lost += 1
                self._note("answer lost", key)
            for life, again in itertools.pairwise(sent[key]):
                by_life[-1 if life and life == again else life].append((key, sent[key]))
        self._count_duplicates(by_life)

    def _count_duplicates(self, by_life: dict[int, list[object]]) -> None:
        """By the life that said it first; 0 where the receipt was lost, -1 where it lived on."""
        self.count.by_faults = len(by_life.pop(0, ()))
        repeated = by_life.pop(-1, [])
        self.count.repeated = len(repeated)
        for one in repeated:
            self._note("answer repeated by one life", one)
        for life, doubled in by_life.items():
            self.count.duplicates += len(doubled)
            self.count.most_at_once = max(self.count.most_at_once, len(doubled))
            if len(doubled) > 1:
                self._note("doubled by one kill", (self.sandbox.lives[life - 1].plan, doubled))

    def _answered(self, crowd: Crowd, message: dict[str, object]) -> tuple[int, int]:
        text = str(message.get("text", ""))
        return (0, 0) if text.startswith("Nhóm anh/chị") else crowd.replied(message)

    def _count_nudges(self) -> None:
        for chat in GROUPS:
            said = self.sandbox.world.chats[chat].messages.values()
            times = sum("Nhắc tuần" in str(message.get("text", "")) for message in said)
            self.count.nudged += times
            self.count.nudged_twice += max(0, times - 1)
        found = self._ask(
            "SELECT count(*) FROM nudges WHERE state IN ('claimed','outcome_unknown')"
        )
        self.count.unknown = int(str(found[0][0]))


async def run(
    kills: int, folder: Path, *, seed: int, each: int = 10, trouble: float = 0.0
) -> Count:
    """So many kills, in episodes of ``each``; what they came to together.

    ``trouble`` is how many faults of the Bot API server there are for each thing that people do.
    """
    total = Count()
    async with nursery(folder) as ward:
        for number in range(0, kills, each):
            dice = random.Random(f"{seed} {number}")
            episode = Episode(ward, folder / f"episode-{number}", dice, trouble)
            total.add(await episode.play(min(each, kills - number)))
            shutil.rmtree(episode.data)
    return total

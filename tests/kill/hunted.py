"""A sandbox that kills the bot at a chosen moment, and notes in whose life each message came."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.server import Sandbox

SENDING = {"sendMessage", "editMessageText", "answerCallbackQuery"}


_LIFE = "-life-"


@dataclass(slots=True)
class Plan:
    """When to kill: ``countdown`` calls from now, before or after the effect, or by the clock."""

    phase: str
    countdown: int
    delay: float

    @classmethod
    def drawn(cls, dice: random.Random) -> Plan:
        return cls(
            dice.choice(["before", "after", "later", "clock"]),
            dice.randint(1, 20),
            dice.uniform(0, 0.01),
        )


@dataclass(slots=True)
class Life:
    """One process, from its birth to its death (``time.monotonic``)."""

    pid: int
    plan: Plan
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    died: float = 0.0
    first_word: float = 0.0


class Hunted(Sandbox):
    """``lives`` in order; ``heard[chat, message]`` is the number of the life that sent it.

    What was sent and whose receipt was lost on the way (a fault) is not among them.
    A life is told by its token: what a killed one had sent may be read when the next is born.
    """

    def __init__(self) -> None:
        super().__init__(patience=0.02)
        self.lives: list[Life] = []
        self.heard: dict[tuple[int, int], int] = {}

    def token_of(self, number: int) -> str:
        """The token of this life; the first is 1."""
        return f"{self.token}{_LIFE}{number}"

    def known(self, token: str) -> bool:
        return super().known(token.partition(_LIFE)[0])

    def born(self, pid: int, plan: Plan) -> Life:
        life = Life(pid, plan)
        self.lives.append(life)
        return life

    def kill(self, life: Life) -> None:
        if life.dead.is_set():
            return
        os.kill(life.pid, signal.SIGKILL)
        life.died = time.monotonic()
        life.dead.set()

    async def api(self, request: web.Request) -> web.StreamResponse:
        method, number = request.match_info["method"], _life_of(request.match_info["token"])
        life = self.lives[number - 1] if 0 < number <= len(self.lives) else None
        hit = life is not None and method in SENDING and self._counted(life)
        if life is not None and hit and life.plan.phase == "before":
            self.kill(life)
        response = await super().api(request)
        if life is not None and method in SENDING:
            life.first_word = life.first_word or time.monotonic()
        if method == "sendMessage" and response.content_type == "application/json":
            self._note(str(getattr(response, "text", "{}")), number)
        if life is not None and hit and life.plan.phase == "after":
            self.kill(life)
        if life is not None and hit and life.plan.phase == "later":
            asyncio.get_running_loop().call_later(life.plan.delay, self.kill, life)
        return response

    def _counted(self, life: Life) -> bool:
        life.plan.countdown -= 1
        return life.plan.countdown == 0

    def _note(self, answer: str, number: int) -> None:
        result = json.loads(answer).get("result")
        if isinstance(result, dict):
            self.heard[result["chat"]["id"], result["message_id"]] = number


def _life_of(token: str) -> int:
    number = token.rpartition(_LIFE)[2]
    return int(number) if number.isdigit() else 0

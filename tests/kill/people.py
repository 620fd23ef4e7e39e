"""What people do while the bot is killed, and what must have come of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import actions
from bot.sandbox.errors import ActionError
from bot.sandbox.world import World
from tests.bot.office import HANH, KHOA, MAI

Json = dict[str, Any]
CULTURE, WARD = -1001900000001, -1001900000002
CROWDED = [-1003000000000 - number for number in range(60)]
HIDDEN = {"kind": "hidden", "name": "Bạn Của Bạn"}
PRESSER = {CULTURE: MAI, WARD: KHOA}
SHARE, UNDO = "Đã chia sẻ", "Hoàn tác"
_ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "nh",
    "ph",
    "t",
    "th",
    "tr",
    "v",
]
_RIMES = [
    "a",
    "à",
    "an",
    "ang",
    "anh",
    "ao",
    "ây",
    "âu",
    "ăm",
    "ê",
    "iên",
    "oa",
    "ôn",
    "ông",
    "ươi",
]
SYLLABLES = [onset + rime for onset in _ONSETS for rime in _RIMES]


@dataclass(slots=True)
class Crowd:
    """``asked`` are the messages that get one answer each, by chat and number.

    ``words`` is what each post says at last; ``presses[chat, number]`` what was pressed under its
    answer, in order.
    """

    world: World
    dice: random.Random
    asked: set[tuple[int, int]] = field(default_factory=set)
    words: dict[tuple[int, int], str] = field(default_factory=dict)
    own: list[Json] = field(default_factory=list)
    presses: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    def act(self) -> None:
        """One thing that somebody does."""
        deeds = [self.forward] * 4 + [self.press] * 5 + [self.edit] * 2
        deeds += [self.write, self.write, self.whisper, self.ask]
        self.dice.choice([*deeds, self.rush])()

    def text(self) -> str:
        """Words that are like nobody else's."""
        return "Nghe nói " + " ".join(self.dice.choices(SYLLABLES, k=24))

    def link(self) -> str:
        return f"https://vi-du-{self.dice.randrange(10**9)}.vn/tin"

    def forward(self) -> None:
        chat = self.dice.choice([CULTURE, WARD])
        self._asked(actions.forward(self.world, chat, PRESSER[chat], HIDDEN, text=self.text()))

    def rush(self) -> None:
        """News of the day, handed over in many groups at once."""
        for chat in self.dice.sample(CROWDED, 12):
            self._asked(actions.forward(self.world, chat, KHOA, HIDDEN, text=self.text()))

    def whisper(self) -> None:
        """In private nothing is kept, and the answer comes all the same."""
        sent = actions.forward(self.world, MAI, MAI, HIDDEN, text=self.text())
        self.asked.add((MAI, sent["message_id"]))

    def write(self) -> None:
        sent = actions.say(self.world, CULTURE, HANH, f"{self.text()} {self.link()}")
        self.own.append(sent)
        self._asked(sent)

    def edit(self) -> None:
        if self.own:
            sent = self.dice.choice(self.own)
            number, words = sent["message_id"], f"{self.text()} {self.link()}"
            actions.edit(self.world, CULTURE, HANH, number, words)
            self.words[CULTURE, number] = words

    def ask(self) -> None:
        chat = self.dice.choice([CULTURE, WARD])
        sent = actions.say(self.world, chat, PRESSER[chat], "/trogiup")
        self.asked.add((chat, sent["message_id"]))

    def press(self) -> None:
        """A button as it stands now, under any answer to a post."""
        chat = self.dice.choice([CULTURE, WARD])
        own = {(CULTURE, sent["message_id"]) for sent in self.own}  # an edit takes a share back
        answers = [
            message
            for message in self.world.chats[chat].messages.values()
            if self.replied(message) in self.words.keys() - own
        ]
        if not answers:
            return
        answer = self.dice.choice(answers[-30:])
        for label in (SHARE, UNDO):
            try:
                actions.press(self.world, chat, PRESSER[chat], answer["message_id"], label)
            except ActionError:
                continue
            self.presses.setdefault(self.replied(answer), []).append(label)
            return

    def replied(self, message: Json) -> tuple[int, int]:
        """What a message of the bot answers; (chat, 0) for nothing."""
        chat = message["chat"]["id"]
        if message.get("from", {}).get("id") != self.world.bot["id"]:
            return chat, 0
        return chat, message.get("reply_to_message", {}).get("message_id", 0)

    def _asked(self, sent: Json) -> None:
        key = sent["chat"]["id"], sent["message_id"]
        self.asked.add(key)
        self.words[key] = sent["text"]


def lines_of(presses: list[str]) -> int:
    """How many lines a post's presses leave in the ledger: each change of its state is one."""
    lines, shared = 0, False
    for label in presses:
        if (label == SHARE) is not shared:
            lines, shared = lines + 1, not shared
    return lines

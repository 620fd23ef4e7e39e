"""What a messenger does with a letter: takes it, or says what became of it."""

from __future__ import annotations

from typing import Protocol

from models.letter import Letter


class Wait(Exception):
    """The messenger did not take the letter: try again after ``seconds``, or when it is back."""

    def __init__(self, seconds: float | None, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


class Moved(Exception):
    """The chat has a new id."""

    def __init__(self, chat: str) -> None:
        super().__init__("moved")
        self.chat = chat


class Gone(Exception):
    """The bot may not write there any more."""


class Refused(Exception):
    """The messenger will never take this letter."""


_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")


def no_such_topic(reason: str) -> bool:
    """Whether a refusal says that the topic is closed or gone: the general one is left."""
    return any(words in reason.lower() for words in _NO_TOPIC)


def said_anew(letter: Letter) -> bool:
    """Whether it is said anew where the answer that it was to change was deleted.

    So is a refusal: the post is still there. An answer with buttons that somebody deleted is not
    wanted.
    """
    return bool(letter.reply_to) and not letter.choices


class Messenger(Protocol):
    """Takes one letter; returns the new message's id where there is one."""

    async def deliver(self, letter: Letter) -> str | None: ...

"""The sandbox's world: people, chats, messages and files. No network; the clock is given."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.errors import Json
from bot.sandbox.updates import UpdateQueue

KEPT_MESSAGES = 5000
ADMINS = frozenset({"creator", "administrator"})
PRESENT = ADMINS | {"member"}


@dataclass(slots=True)
class Member:
    """Somebody in a chat. ``sees_all`` is the bot's privacy mode as it was when it joined."""

    user: int
    status: str
    sees_all: bool = False


@dataclass(slots=True)
class File:
    """Bytes that somebody sent; ``path`` is what getFile tells, ``size`` in pixels."""

    id: str
    unique_id: str
    kind: str
    data: bytes
    path: str
    mime: str
    name: str = ""
    size: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Chat:
    """A chat and all that was said in it. Messages are Bot API objects, replaced when edited.

    ``closed`` are the topics in which only administrators may write.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    migrated_to: int | None = None
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    last_id: int = 0
    action_until: float = 0.0

    def status(self, user: int) -> str:
        """The member status of a user, "left" for a stranger."""
        member = self.members.get(user)
        return member.status if member else "left"


@dataclass(slots=True)
class Press:
    """A pressed button that waits for answerCallbackQuery. ``at`` in unix seconds."""

    id: str
    user: int
    chat: int
    message: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class Notice:
    """What a person sees pop up after a press."""

    number: int
    user: int
    chat: int
    text: str
    alert: bool
    url: str = ""


class World:
    """Everything that Telegram would know about one bot and its chats."""

    def __init__(self, token: str, now: Callable[[], float], *, bot: Json | None = None) -> None:
        self.token = token
        self.clock = now
        self.updates = UpdateQueue(now)
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[str, list[Json]] = {}
        self.presses: dict[str, Press] = {}
        self.notices: deque[Notice] = deque(maxlen=200)
        self.calls: deque[Json] = deque(maxlen=1000)
        self.watchers: list[Callable[[], None]] = []
        self.version = 0
        self.counter = 0
        self.reads_all = True
        """Privacy mode off, as BotFather would have it; takes effect when the bot joins a chat."""
        self.bot = bot or {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": "Cân Tin",
            "username": "can_tin_thu_bot",
        }
        self.users[self.bot["id"]] = self.bot

    def now(self) -> int:
        """Unix seconds by the world's clock."""
        return int(self.clock())

    def fresh(self) -> int:
        """A number never given before in this world."""
        self.counter += 1
        return self.counter

    def touch(self) -> None:
        """Something changed: tell whoever watches."""
        self.version += 1
        for watcher in self.watchers:
            watcher()

    def add_user(self, user: int, first: str, last: str = "", username: str | None = None) -> Json:
        """Add a person."""
        made: Json = {"id": user, "is_bot": False, "first_name": first, "language_code": "vi"}
        if last:
            made["last_name"] = last
        if username:
            made["username"] = username
        self.users[user] = made
        self.touch()
        return made

    def add_chat(self, chat: Chat, members: dict[int, str] | None = None) -> Chat:
        """Add a chat with its members and their statuses."""
        self.chats[chat.id] = chat
        for user, status in (members or {}).items():
            chat.members[user] = Member(user, status, self.reads_all)
        self.touch()
        return chat

    def private(self, user: int) -> Chat:
        """The private chat of a person with the bot, opened if there is none yet."""
        if user not in self.chats:
            self.add_chat(Chat(user, "private"), {user: "member", self.bot["id"]: "member"})
        return self.chats[user]

    def chat_json(self, chat: Chat) -> Json:
        """The Bot API's Chat object."""
        made: Json = {"id": chat.id, "type": chat.type}
        if chat.type == "private":
            person = self.users[chat.id]
            names = ("first_name", "last_name", "username")
            return made | {name: person[name] for name in names if name in person}
        made["title"] = chat.title
        if chat.username:
            made["username"] = chat.username
        if chat.forum:
            made["is_forum"] = True
        return made

    def store(self, chat: Chat, message: Json) -> Json:
        """Number and date a new message and keep it."""
        chat.last_id += 1
        head: Json = {"message_id": chat.last_id}
        made = head | message | {"date": self.now(), "chat": self.chat_json(chat)}
        chat.messages[chat.last_id] = made
        if len(chat.messages) > KEPT_MESSAGES:
            del chat.messages[next(iter(chat.messages))]
        self.touch()
        return made

    def replace(self, chat: Chat, message: Json) -> None:
        """Keep a changed message in the place of the old one."""
        chat.messages[message["message_id"]] = message
        self.touch()

    def keep_file(
        self,
        data: bytes,
        kind: str,
        *,
        name: str = "",
        mime: str = "application/octet-stream",
        size: tuple[int, int] = (0, 0),
    ) -> File:
        """Keep bytes under a new file id; equal bytes share their ``unique_id``."""
        number = self.fresh()
        digest = hashlib.sha256(data).hexdigest()[:16]
        suffix = {"image/png": ".png", "image/jpeg": ".jpg"}.get(mime, "")
        folder = "photos" if kind == "photo" else "documents"
        path = f"{folder}/file_{number}{suffix}"
        kept = File(f"SBX{number:06d}{digest}", f"U{digest}", kind, data, path, mime, name, size)
        self.files[kept.id] = kept
        return kept

    def notify(self, user: int, chat: int, text: str, *, alert: bool, url: str = "") -> None:
        """Show a person what answerCallbackQuery says."""
        self.notices.append(Notice(self.fresh(), user, chat, text, alert, url))
        self.touch()

    def bot_status(self, chat: Chat) -> str:
        """The bot's member status in a chat."""
        return chat.status(self.bot["id"])

"""Units, their groups, and the people in private who hold a unit's code."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """Đơn vị: a node of the tree tỉnh → sở/ngành or xã/phường/đặc khu.

    ``code`` joins groups and private chats. ``basis`` is the letter that the administrator named
    as căn cứ. ``contact`` is the chat of the person in charge ("telegram:123"). ``gives`` and
    ``gets`` say whether the unit takes part in the nudge's suggestions.
    """

    id: int
    name: str
    parent: int | None
    code: str
    basis: str | None = None
    contact: str | None = None
    gives: bool = True
    gets: bool = True


def holder(code: str, units: Iterable[Unit]) -> Unit | None:
    """The unit whose join code it is. Takes as long for a code that is nearly right as for any."""
    shown, found = code.encode("utf-8", "surrogatepass"), None
    for unit in units:
        if hmac.compare_digest(unit.code.encode(), shown):
            found = unit
    return found


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What a group's administrators may change."""

    auto: bool = True
    questions: bool = False
    nudge: bool = True
    quiet: bool = False
    weekday: int = 0
    hour: int = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Nhóm: our own steady id; ``platform`` and ``chat`` are its present alias.

    ``thread`` is the topic in which the group was joined, where it has topics.
    """

    id: int
    unit: int | None
    platform: str
    chat: str
    active: bool = True
    thread: str | None = None
    settings: GroupSettings = field(default_factory=GroupSettings)
    joined_at: datetime | None = None

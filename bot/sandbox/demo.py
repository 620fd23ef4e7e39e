"""The demonstration: a bot, two made-up unit groups, and posts to try it with."""

from __future__ import annotations

import json
from pathlib import Path

from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat

PEOPLE = (
    (910001, "Mai", "Thị Ví Dụ", "mai_vi_du"),
    (910002, "Tân", "Lê Minh Hoạ", "tan_minh_hoa"),
    (910003, "Hạnh", "Nguyễn Thử", None),
    (910004, "Khoa", "Trần Giả Định", "khoa_gia_dinh"),
    (910005, "Sen", "Phạm Mẫu", None),
)
CULTURE = -1001900000001
WARD = -1001900000002


def demo(sandbox: Sandbox) -> Sandbox:
    """Fill a sandbox: the bot administers the first group and is a plain member of the second."""
    world = sandbox.world
    for number, first, last, username in PEOPLE:
        world.add_user(number, first, last, username)
    world.private(PEOPLE[0][0])
    bot = world.bot["id"]
    world.add_chat(
        Chat(CULTURE, "supergroup", "Phòng Văn hoá – Sở Ví Dụ"),
        {910001: "creator", 910002: "administrator", 910003: "member", bot: "administrator"},
    )
    world.add_chat(
        Chat(WARD, "supergroup", "Công chức phường Minh Hoạ"),
        {910002: "member", 910004: "creator", 910005: "member", 910001: "member", bot: "member"},
    )
    sandbox.examples = json.loads(
        (Path(__file__).parent / "examples.json").read_text(encoding="utf-8")
    )
    return sandbox


def welcome(sandbox: Sandbox, code: str) -> None:
    """Have each chat's owner type the unit's code, so that the bot answers from the start."""
    for chat, person in ((PEOPLE[0][0], PEOPLE[0][0]), (CULTURE, 910001), (WARD, 910004)):
        actions.say(sandbox.world, chat, person, f"/start {code}")

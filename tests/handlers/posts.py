"""Posts that people hand over in these tests, and how to look at what came of them."""

from __future__ import annotations

import asyncio
import itertools
import unicodedata
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.sandbox.world import Press
from models.balance import Tally
from tests.bot.office import MAI, Office
from tests.bot.people import Json

_number = itertools.count(1)

WORK_NOTICE = (
    "Kính mời các đồng chí dự họp giao ban lúc 8 giờ sáng thứ Ba, tại phòng họp tầng 2. "
    "Trân trọng cảm ơn!"
)
VOICE = {"voice": {"file_id": "V1", "file_unique_id": "U1", "duration": 3}}


def good() -> Json:
    """A positive post with a link to a state source; another one at every call."""
    number = next(_number)
    return {
        "text": f"Sáng nay tỉnh khánh thành trạm y tế mới tại xã Minh Hoạ số {number}, phục vụ hơn "
        "6.000 người dân. Công trình hoàn thành sớm hai tháng so với kế hoạch.",
        "link": f"https://baochinhphu.vn/khanh-thanh-tram-y-te-moi-{number}.htm",
    }


def rumour() -> Json:
    """A claim without a source."""
    return {
        "origin": {"kind": "hidden", "name": "Bạn Của Bạn"},
        "text": f"Nghe nói tuần sau cả thành phố cắt nước ba ngày liền, ngõ {next(_number)} trước. "
        "Mọi người tranh thủ tích trữ đi nhé!",
    }


def scam() -> Json:
    """A betting advertisement."""
    return {
        "origin": {"kind": "channel", "name": "Thưởng Lớn Mỗi Ngày"},
        "text": "NHÀ CÁI UY TÍN – nạp lần đầu tặng 200%, rút tiền trong 3 phút! Cược bóng đá tối "
        f"nay, đăng ký nhận ngay {next(_number)}88k.",
        "link": "http://nap-thuong-188.top/dang-ky",
    }


def marked(words: str = "Về một nội dung giả định") -> str:
    """A made-up document with a state-secret mark in its header zone."""
    return f"UBND TỈNH VÍ DỤ\nSố: 00/BC-VD\nMẬT\nBÁO CÁO\n{words}"


def draft() -> str:
    """A unit's own text: no origin, no link."""
    return (
        f"Tổ {next(_number)} vừa hoàn thành việc dọn vệ sinh đường phố và trồng thêm cây xanh. "
        "Cảm ơn bà con đã cùng tham gia trong sáng thứ Bảy."
    )


async def weighed(place: Office, chat: int | None = None, **post: Any) -> Json:
    """Forward a post into a group and get the answer."""
    number = chat or place.group
    sent = await place.person(MAI).forwards(number, **(post or good()))
    await place.quiet()
    return answer_to(place, sent)


async def asks(
    place: Office, text: str, user: int = MAI, chat: int | None = None, **more: Any
) -> Json:
    """Say something; the bot's message that answers it."""
    number = chat or place.group
    sent = await place.person(user).says(number, text, **more)
    await place.quiet()
    return answer_to(place, sent)


def answer_to(place: Office, sent: Json) -> Json:
    """The bot's answer to a message: in a group the one below it, in private the next."""
    chat, number = sent["chat"]["id"], sent["message_id"]
    for message in place.messages(chat):
        above = message.get("reply_to_message", {}).get("message_id")
        if above == number or (chat > 0 and message["message_id"] > number):
            return message
    raise AssertionError(f"no answer to {written(sent)[:80]!r}")


async def eventually(look: Callable[[], Awaitable[Any]], what: str) -> None:
    """Look again until it is so: for what happens in the background."""
    for _ in range(200):
        if await look():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def written(message: Json) -> str:
    """What a message says."""
    return str(message.get("text") or message.get("caption") or "")


def now_reads(place: Office, message: Json) -> str:
    """What a message says now."""
    chat, number = message["chat"]["id"], message["message_id"]
    return written(place.sandbox.world.chats[chat].messages[number])


def current(place: Office, message: Json) -> Json:
    """A message as it is now."""
    return place.sandbox.world.chats[message["chat"]["id"]].messages[message["message_id"]]


def labels(message: Json) -> list[str]:
    """The buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def tally(place: Office, chat: int | None = None) -> Tally:
    """What the group shared in the last 30 days."""
    group = await place.kept_group(chat)
    return (await place.parts.desk.balance(group, place.now)).tally


async def press_and_see(place: Office, message: Json, label: str, user: int = MAI) -> str:
    """Press a button; the pop-up it shows ("" for none)."""
    world = place.sandbox.world
    before = world.notices[-1].number if world.notices else 0
    await place.person(user).presses(message, label)
    await place.quiet()
    shown = [one for one in world.notices if one.number > before and one.user == user]
    return shown[-1].text if shown else ""


async def forge(place: Office, message: Json, data: str, user: int = MAI) -> str:
    """Press a button that does not stand there; the pop-up it shows."""
    world = place.sandbox.world
    before = world.notices[-1].number if world.notices else 0
    chat = message["chat"]["id"]
    press = Press(str(20_000_000_000 + world.fresh()), user, chat, message["message_id"], 0)
    press.at = world.clock()
    world.presses[press.id] = press
    query = {
        "id": press.id,
        "from": world.users[user],
        "message": message,
        "chat_instance": "5000000001",
        "data": data,
    }
    world.updates.put("callback_query", user, query, 150)
    await place.quiet()
    shown = [one for one in world.notices if one.number > before and one.user == user]
    return shown[-1].text if shown else ""


def files_with(folder: Path, words: str) -> list[str]:
    """The files below a folder whose bytes hold these words in any of their usual forms."""
    forms = {unicodedata.normalize(form, words) for form in ("NFC", "NFD")}
    forms |= {form.casefold() for form in forms}
    needles = [form.encode(code) for form in forms for code in ("utf-8", "utf-16-le")]
    needles += [form.encode("unicode_escape") for form in forms]
    found = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in found if any(n in path.read_bytes() for n in needles)]

"""Too many posts in an hour: said once, then silence; what is over the limit leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.office import HANH, KHOA, MAI, SEN, TAN, Office, days, office
from tests.bot.people import CHANNEL
from tests.handlers.posts import answer_to, files_with, good, marked, now_reads, rumour, written

OVER = "vừa đủ mức của Cân Tin"


@pytest_asyncio.fixture(loop_scope="module")
async def strict(tmp_path: Path) -> AsyncIterator[Office]:
    """An office where three posts an hour, and five a day, are enough."""
    async with office(tmp_path, posts_per_hour=3, posts_per_day=5) as opened:
        yield opened


async def forwards(place: Office, count: int, user: int, chat: int | None = None) -> list[str]:
    """Forward different posts one after the other; all that the bot wrote meanwhile."""
    number = chat or place.group
    before = len(place.messages(number)) if number in place.sandbox.world.chats else 0
    for _ in range(count):
        await place.person(user).forwards(number, **rumour())
        await place.quiet()
    return [written(message) for message in place.messages(number)[before:]]


async def asks(place: Office, text: str, user: int, chat: int | None = None) -> list[str]:
    """Say something; what the bot writes then."""
    number = chat or place.group
    before = len(place.messages(number))
    await place.person(user).says(number, text)
    await place.quiet()
    return [written(message) for message in place.messages(number)[before:]]


async def reviews(place: Office) -> int:
    return (await place.parts.desk.store.health()).counts["reviews"]


async def test_in_private_the_limit_is_told_once_and_then_there_is_silence(
    strict: Office,
) -> None:
    """An hour later it goes on; the answer says from when."""
    told = await forwards(strict, 6, MAI, MAI)
    assert [OVER in text for text in told] == [False, False, False, True]
    assert "Trong 1 giờ qua anh/chị đã gửi 3 bài" in told[-1]
    await strict.sandbox.jump(strict.now + days(1.01 / 24))
    assert [OVER in text for text in await forwards(strict, 1, MAI, MAI)] == [False]


async def test_small_talk_in_private_is_counted_too(strict: Office) -> None:
    """Every answer costs a message."""
    told = [text for n in range(6) for text in await asks(strict, f"chào {n}", MAI, MAI)]
    assert [OVER in text for text in told] == [False, False, False, True]


async def test_the_day_has_a_limit_of_its_own(strict: Office) -> None:
    told: list[str] = []
    for _ in range(4):
        told += await forwards(strict, 2, MAI, MAI)
        await strict.sandbox.jump(strict.now + days(1.01 / 24))
    assert [OVER in text for text in told] == [False] * 5 + [True]
    assert "Trong 24 giờ qua anh/chị đã gửi 5 bài" in told[-1]


async def test_in_a_group_unasked_posts_over_the_limit_pass_in_silence(strict: Office) -> None:
    """Whoever forwards them; they are neither weighed nor stored."""
    for user in (HANH, TAN, MAI, HANH, TAN):
        await forwards(strict, 1, user)
    assert await reviews(strict) == 3
    await strict.person(HANH).forwards(strict.group, text="Chuyenkhongxem " + rumour()["text"])
    await strict.quiet()
    assert await reviews(strict) == 3
    assert files_with(strict.data, "Chuyenkhongxem") == []


async def test_who_asks_in_a_group_over_the_limit_is_told_once(strict: Office) -> None:
    await forwards(strict, 4, HANH)
    question = f"/kiemtra {rumour()['text']}"
    [told] = await asks(strict, question, TAN)
    assert "Trong 1 giờ qua nhóm đã gửi 3 bài" in told
    assert await asks(strict, question, TAN) == []
    assert await asks(strict, question, HANH) != [], "Hạnh has a limit of her own, told her once"
    assert await reviews(strict) == 3


async def test_one_persons_limit_leaves_the_others_their_answers(strict: Office) -> None:
    """In private nobody's posts count for anybody else, and one group's not for another."""
    await forwards(strict, 5, MAI, MAI)
    await strict.person(HANH).says(HANH, f"/start {strict.unit.code}")
    await strict.quiet()
    assert "Số nhận định" in (await forwards(strict, 1, HANH, HANH))[0]
    await forwards(strict, 3, TAN)
    assert "Số nhận định" in (await forwards(strict, 1, KHOA, strict.other))[0]


async def test_an_album_is_one_post(strict: Office) -> None:
    await strict.person(MAI).sends_album(strict.group, good()["text"], count=6, origin=CHANNEL)
    await strict.quiet()
    assert len(await forwards(strict, 2, HANH)) == 2
    assert await forwards(strict, 1, HANH) == []


async def test_a_secrecy_mark_is_refused_over_the_limit_too(strict: Office) -> None:
    """A few times: then these pass in silence as well."""
    await forwards(strict, 4, HANH)
    told = []
    for number in range(5):
        before = len(strict.messages())
        await strict.person(HANH).forwards(strict.group, text=marked(f"Dieumatthu {number}"))
        await strict.quiet()
        told += [written(message) for message in strict.messages()[before:]]
    assert ["KHÔNG LƯU" in text for text in told] == [True] * 3
    assert files_with(strict.data, "Dieumatthu") == []


async def test_an_edit_is_judged_over_the_limit_of_posts(strict: Office) -> None:
    """An answer must not stand beside other words; a mark in an edit is never overlooked."""
    sent = await strict.person(HANH).says(strict.group, rumour()["text"] + " https://vidu.top/a")
    await strict.quiet()
    answer = answer_to(strict, sent)
    await forwards(strict, 4, HANH)
    scam = "NHÀ CÁI UY TÍN nạp lần đầu tặng 200%, đăng ký nhận ngay 188k https://vidu.top/a"
    await strict.person(HANH).edits(sent, scam)
    await strict.quiet()
    assert "KHÔNG NÊN CHIA SẺ" in now_reads(strict, answer)
    for number in range(5):
        await strict.person(HANH).edits(sent, f"{scam} {number}")
        await strict.quiet()
    await strict.person(HANH).edits(sent, marked("Dieumatthu"))
    await strict.quiet()
    assert "KHÔNG LƯU" in now_reads(strict, answer)
    assert files_with(strict.data, "Dieumatthu") == []


async def test_commands_are_counted_apart_from_posts(strict: Office) -> None:
    """A picture of the figures costs more than a post. The first was "/start CODE"."""
    told = [text for _ in range(6) for text in await asks(strict, "/stats", HANH)]
    assert [OVER in text for text in told] == [False, False, True]
    assert "nhóm đã gõ 3 lệnh" in told[-1]
    assert "Số nhận định" in (await forwards(strict, 1, HANH))[0]


async def test_questions_about_an_answer_are_counted_as_commands(strict: Office) -> None:
    """Each is explained at length. Mai typed "/start CODE" twice before."""
    sent = await strict.person(MAI).forwards(MAI, **good())
    await strict.quiet()
    told = []
    for _ in range(6):
        before = len(strict.messages(MAI))
        await strict.person(MAI).says(MAI, "vì sao?", reply_to=sent["message_id"])
        await strict.quiet()
        told += [written(message) for message in strict.messages(MAI)[before:]]
    assert [OVER in text for text in told] == [False, True]


async def test_a_stranger_is_told_nothing_of_limits(strict: Office) -> None:
    for number in range(8):
        await strict.person(SEN).says(SEN, f"/trogiup {number}")
    await strict.quiet()
    assert not any(OVER in written(message) for message in strict.messages(SEN))


async def test_no_one_is_named_in_the_log_or_the_files(strict: Office) -> None:
    """Counts live in memory: not a trace of who asked how often."""
    await forwards(strict, 6, HANH)
    assert files_with(strict.data, str(HANH)) == []

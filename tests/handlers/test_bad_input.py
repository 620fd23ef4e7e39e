"""What nobody can judge is answered honestly, holds nothing up and is not kept as judged."""

from __future__ import annotations

import pytest

from tests.bot.office import MAI, Office
from tests.handlers.posts import answer_to, asks, weighed, written

ENGLISH = (
    "BREAKING: the government announced on Monday that all schools across the country will remain "
    "closed until Thursday because of the storm. Share this before they delete it!"
)
LETTERLESS = ["👍👍👍", "\u200b\u200b\u2060", "!!! ??? …", "🇻🇳 🎉🎉"]
HIDDEN = {"kind": "hidden", "name": "Bạn Của Bạn"}


async def forwarded(place: Office, chat: int, text: str, link: str = "") -> str:
    sent = await place.person().forwards(chat, origin=HIDDEN, text=text, link=link)
    await place.quiet()
    return written(answer_to(place, sent))


async def test_another_language_is_said_and_not_judged(place: Office) -> None:
    """In private, and in a group when asked; no tone, no scam, no hearsay is told of it."""
    answer = await forwarded(place, MAI, ENGLISH)
    assert answer.startswith("🟠 CẦN KIỂM CHỨNG")
    assert "Bài không viết bằng tiếng Việt" in answer
    assert "Sắc thái" not in answer
    await place.person().forwards(place.group, origin=HIDDEN, text=ENGLISH)
    await place.quiet()
    before = len(place.messages())
    said = place.sandbox.world.chats[place.group].messages
    await place.person().says(place.group, "/kiemtra", reply_to=max(said))
    await place.quiet()
    assert "Bài không viết bằng tiếng Việt" in written(place.last())
    assert len(place.messages()) == before + 1, "unasked, nothing was said"


async def test_a_trap_link_in_another_language_is_a_trap_all_the_same(place: Office) -> None:
    for chat in (MAI, place.group):
        answer = await forwarded(place, chat, ENGLISH, "https://dichvucong.xgovvn.net/a")
        assert answer.startswith("🔴 KHÔNG NÊN CHIA SẺ")


async def test_a_secret_mark_above_another_language_is_refused(place: Office) -> None:
    assert (await forwarded(place, MAI, f"UBND TỈNH VÍ DỤ\nMẬT\n{ENGLISH}")).startswith("⛔")


@pytest.mark.parametrize("text", LETTERLESS)
async def test_a_post_without_a_word_is_called_so_in_private_and_met_with_silence_in_a_group(
    place: Office, text: str
) -> None:
    answer = await forwarded(place, MAI, text)
    assert "chữ" in answer or "dán giúp phần chữ" in answer
    assert "Sắc thái" not in answer
    assert not answer.startswith("✅")
    before = len(place.messages())
    await place.person().forwards(place.group, origin=HIDDEN, text=text)
    await place.quiet()
    assert len(place.messages()) == before


async def test_a_very_long_post_is_answered_with_what_was_looked_at(place: Office) -> None:
    """A message has 4,096 letters at most; a rich one, an album or a picture may have more."""
    long = "Sáng nay xã Ví Dụ tổ chức lễ ra quân trồng cây. " * 2_200
    answer = await forwarded(place, MAI, long)
    assert "Bài dài: Cân Tin xem phần đầu và phần cuối." in answer


async def test_the_bot_goes_on_after_all_of_it(place: Office) -> None:
    for text in (*LETTERLESS, ENGLISH, "x" * 4_096, "ạ̣" * 2_000, "(" * 4_000):
        await place.person().forwards(place.group, origin=HIDDEN, text=text)
    await place.quiet()
    assert "Số nhận định" in written(await weighed(place))
    assert "Chưa có bài nào" in str(await asks(place, "/stats"))

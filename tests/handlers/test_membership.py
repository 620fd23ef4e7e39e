"""The bot is removed, refused, or its group becomes a supergroup: the history is kept."""

from __future__ import annotations

from typing import Any

from bot.sandbox.members import change, set_bot, upgrade
from bot.sandbox.world import Chat, Member
from tests.bot.office import HANH, MAI, Office
from tests.bot.people import settled, unheard
from tests.handlers.posts import current, good, labels, press_and_see, tally, weighed, written

BASIC = -4001


async def basic_group(place: Office) -> int:
    """A basic group that has joined."""
    world = place.sandbox.world
    members = {MAI: "creator", HANH: "member", world.bot["id"]: "member"}
    world.add_chat(Chat(BASIC, "group", "Tổ dân phố"), members)
    await place.person(MAI).says(BASIC, f"/start {place.unit.code}")
    await place.quiet()
    return BASIC


def fault(place: Office, **given: Any) -> None:
    place.sandbox.faults.add(given)


async def test_removed_it_is_deactivated(place: Office) -> None:
    """The group counts no more as active, its shares stay."""
    await press_and_see(place, await weighed(place), "Đã chia sẻ")
    world = place.sandbox.world
    set_bot(world, world.chats[place.group], "kicked", by=MAI)
    await place.quiet()
    assert not (await place.kept_group()).active
    assert (await tally(place)).total == 1
    active = await place.parts.desk.store.groups.active()
    assert [group.chat for group in active] == [str(place.other)]


async def test_a_refusal_when_sending_deactivates_too(place: Office) -> None:
    """Telegram's 403 says that it is out, even when no update told so."""
    fault(place, kind="kicked", times=None, method="sendMessage", chat=str(place.group))
    await place.person().forwards(place.group, **good())
    await place.quiet()
    assert not (await place.kept_group()).active
    assert (await place.parts.desk.store.health()).counts["outgoing"] == 0


async def test_who_blocks_the_bot_in_private_is_not_written_to_again(place: Office) -> None:
    """The letter is dropped; no error reaches anybody."""
    fault(place, kind="blocked", times=None, chat=str(MAI))
    await place.person().forwards(MAI, **good())
    await place.quiet()
    assert (await place.parts.desk.store.health()).counts["outgoing"] == 0
    assert (await place.kept_group()).active


async def test_a_migrated_group_keeps_its_history(place: Office) -> None:
    """Both service messages come; the balance is the same, and so is our id of the group."""
    chat = await basic_group(place)
    answer = await weighed(place, chat, **good())
    await press_and_see(place, answer, "Đã chia sẻ")
    known = await place.kept_group(chat)
    new = upgrade(place.sandbox.world, place.sandbox.world.chats[chat], by=MAI).id
    await place.quiet()
    group = await place.kept_group(new)
    assert (group.id, group.chat, group.active) == (known.id, str(new), True)
    assert (await tally(place, new)).total == 1
    assert "Số nhận định" in written(await weighed(place, new, **good()))


async def test_what_comes_again_from_the_old_chat_is_neither_judged_nor_counted_anew(
    place: Office,
) -> None:
    """Delivered again, as Telegram does with what was not acknowledged in time."""
    chat = await basic_group(place)
    sent = await place.person().forwards(chat, **good())
    await place.quiet()
    await press_and_see(place, place.last(chat), "Đã chia sẻ")
    new = upgrade(place.sandbox.world, place.sandbox.world.chats[chat], by=MAI).id
    await place.quiet()
    before, said = (await place.parts.desk.store.health()).counts, len(place.messages(new))
    place.sandbox.world.updates.put("message", chat, sent)
    await place.quiet()
    assert (await place.parts.desk.store.health()).counts == before
    assert len(place.messages(new)) == said


async def test_the_service_messages_of_a_migration_may_come_in_any_order(place: Office) -> None:
    chat = await basic_group(place)
    known = await place.kept_group(chat)
    world = place.sandbox.world
    with unheard(world):
        new = upgrade(world, world.chats[chat], by=MAI)
    old_word = list(world.chats[chat].messages.values())[-1]
    new_word = list(new.messages.values())[-1]
    for message in (new_word, old_word, new_word):
        world.updates.put("message", message["chat"]["id"], message)
    await place.quiet()
    group = await place.kept_group(new.id)
    assert (group.id, group.chat) == (known.id, str(new.id))


async def test_news_of_the_bots_own_place_may_come_before_the_migrations(place: Office) -> None:
    """Out of the old chat, into one without a code: it goes on as one group, and asks for none."""
    chat = await basic_group(place)
    known = await place.kept_group(chat)
    world = place.sandbox.world
    with unheard(world):
        new = upgrade(world, world.chats[chat], by=MAI)
    me = world.bot["id"]
    for where, before, after in ((world.chats[chat], "member", "left"), (new, "left", "member")):
        where.members[me] = Member(me, before)
        news = change(world, where, me, after, by=MAI)
        world.updates.put("my_chat_member", where.id, news)
    await settled(place.sandbox)
    assert not (await place.kept_group(chat)).active
    for message in (list(new.messages.values())[-1], list(world.chats[chat].messages.values())[-1]):
        world.updates.put("message", message["chat"]["id"], message)
    await place.quiet()
    group = await place.kept_group(new.id)
    assert (group.id, group.chat, group.active) == (known.id, str(new.id), True)
    assert place.messages(new.id) == []
    assert "Số nhận định" in written(await weighed(place, new.id, **good()))


async def test_a_migration_told_by_a_refused_send_is_followed(place: Office) -> None:
    """The answer, and those that wait behind it, go to the new chat; its buttons work there."""
    chat = await basic_group(place)
    known = await place.kept_group(chat)
    world = place.sandbox.world
    new = Chat(-1001900000088, "supergroup", "Tổ dân phố")
    new.members = dict(world.chats[chat].members)
    world.add_chat(new)
    fault(place, kind="migrate", times=None, chat=str(chat), to=new.id)
    await place.person().forwards(chat, **good())
    await place.person().forwards(chat, **good())
    await place.quiet()
    answers = place.messages(new.id)
    assert ["Số nhận định" in written(message) for message in answers] == [True, True]
    assert (await place.kept_group(new.id)).id == known.id
    await press_and_see(place, answers[0], "Đã chia sẻ")
    assert (await tally(place, new.id)).total == 1
    assert labels(current(place, answers[0]))[0] == "Hoàn tác"


async def test_numbers_that_start_anew_after_a_migration_are_other_messages(place: Office) -> None:
    """Message 2 of the supergroup is not message 2 of the old group: it gets its own answer."""
    chat = await basic_group(place)
    first = await weighed(place, chat, **good())
    new = upgrade(place.sandbox.world, place.sandbox.world.chats[chat], by=MAI).id
    await place.quiet()
    sent = []
    for _ in range(4):
        sent.append(await place.person().forwards(new, **good()))
        await place.quiet()
    assert first["message_id"] in [message["message_id"] for message in sent] + [
        message["message_id"] for message in place.messages(new)
    ]
    assert len(place.messages(new)) == 4
    counts = (await place.parts.desk.store.health()).counts
    assert counts["reviews"] == 5

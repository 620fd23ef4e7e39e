"""Both bot libraries read what the sandbox says, and the sandbox reads what they send."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BufferedInputFile,
    InputMediaPhoto,
    Update,
)
from telegram import Update as PtbUpdate
from telegram.ext import ExtBot

from bot.sandbox import members
from bot.sandbox.pictures import plain_png
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat
from tests.bot.conftest import BA, GROUP, LAN, Api
from tests.bot.people import Person


@pytest.fixture
async def aiobot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """An aiogram bot that talks to the sandbox."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    bot = Bot(sandbox.token, session)
    yield bot
    await bot.session.close()


async def test_aiogram_sends_and_reads_every_method(aiobot: Bot, sandbox: Sandbox) -> None:
    """Every method that the bot uses, decoded by aiogram's models."""
    png = BufferedInputFile(plain_png(), "a.png")
    assert (await aiobot.get_me()).can_read_all_group_messages is True
    sent = await aiobot.send_message(GROUP, "<b>Chào</b> cả nhà", parse_mode="HTML")
    assert sent.entities
    assert sent.text == "Chào cả nhà"
    photo = await aiobot.send_photo(GROUP, png, caption="ảnh")
    again = await aiobot.send_photo(GROUP, photo.photo[-1].file_id)  # type: ignore[index]
    assert again.photo
    assert (await aiobot.send_document(GROUP, png)).document
    album = await aiobot.send_media_group(GROUP, [InputMediaPhoto(media=png) for _ in range(2)])
    assert len({message.media_group_id for message in album}) == 1
    file = await aiobot.get_file(photo.photo[-1].file_id)  # type: ignore[index]
    data = await aiobot.download_file(file.file_path)  # type: ignore[arg-type]
    assert data
    assert data.read() == plain_png()
    assert (await aiobot.get_chat(GROUP)).title == "Tổ Thử"
    assert (await aiobot.get_chat(LAN)).first_name == "Lan"
    members.set_bot(sandbox.world, sandbox.world.chats[GROUP], "administrator", by=LAN)
    found = await aiobot.get_chat_administrators(GROUP)
    assert [m.status for m in found] == ["creator", "administrator"]
    assert (await aiobot.get_chat_member(GROUP, BA)).status == "member"
    assert await aiobot.get_chat_member_count(GROUP) == 3
    await aiobot.edit_message_caption(chat_id=GROUP, message_id=photo.message_id, caption="ảnh mới")
    await aiobot.send_chat_action(GROUP, "typing")
    commands = [BotCommand(command="stats", description="Cân đối chia sẻ")]
    await aiobot.set_my_commands(commands, BotCommandScopeAllGroupChats())
    kept = await aiobot.get_my_commands(BotCommandScopeAllGroupChats())
    assert [(c.command, c.description) for c in kept] == [("stats", "Cân đối chia sẻ")]
    assert await aiobot.get_my_commands() == []
    assert await aiobot.delete_message(GROUP, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await aiobot.delete_message(GROUP, sent.message_id)
    assert (await aiobot.get_webhook_info()).url == ""
    assert await aiobot.leave_chat(GROUP)


async def test_both_libraries_read_every_update(api: Api, sandbox: Sandbox) -> None:
    """All kinds of origins, services, presses and changes; nothing needed is missing."""
    ba, me = Person(sandbox, BA), sandbox.world.bot["id"]
    for kind in ("channel", "chat", "user", "hidden"):
        await ba.forwards(GROUP, origin=kind, text="tin", link="https://a.vn/1", hide_link=True)
    await ba.forwards(GROUP, text="ảnh", photo=plain_png())
    await ba.sends_album(GROUP, "ba ảnh")
    await ba.edits(await ba.says(GROUP, "cũ"), "mới")
    keyboard = {"inline_keyboard": [[{"text": "Đã chia sẻ", "callback_data": "1"}]]}
    sent = await api("sendMessage", chat_id=GROUP, text="nhận định", reply_markup=keyboard)
    await ba.presses(sent, "Đã chia sẻ")
    group = sandbox.world.chats[GROUP]
    for status in ("administrator", "member", "kicked", "member"):
        members.set_bot(sandbox.world, group, status, by=LAN)
    old = sandbox.world.add_chat(Chat(-77, "group", "Tổ"), {LAN: "creator", me: "member"})
    members.upgrade(sandbox.world, old, by=LAN)
    raw = await api("getUpdates")
    kinds = {name for update in raw for name in update if name != "update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    ptb = ExtBot(sandbox.token)
    for update in raw:
        read = Update.model_validate(update)
        assert read.event_type in kinds
        other = PtbUpdate.de_json(update, ptb)
        assert other.effective_chat
    origins = [u["message"]["forward_origin"]["type"] for u in raw[:4]]
    assert origins == ["channel", "chat", "user", "hidden_user"]
    assert {u["message"].get("media_group_id") for u in raw[5:8]} != {None}


async def test_python_telegram_bot_sends(sandbox: Sandbox) -> None:
    """Form-encoded calls and multipart as PTB writes them."""
    bot = ExtBot(
        sandbox.token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot"
    )
    async with bot:
        sent = await bot.send_message(GROUP, "<i>nhắc</i>", parse_mode="HTML")
        assert sent.text == "nhắc"
        photo = await bot.send_photo(GROUP, plain_png(), caption="biểu đồ")
        file = await photo.photo[-1].get_file()
        assert bytes(await file.download_as_bytearray()) == plain_png()

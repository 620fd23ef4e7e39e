"""/start, /trogiup, /quyenriengtu, /xoadulieu: joining, help, privacy."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message

from handlers.filters import Joined
from handlers.joining import Doorkeeper
from handlers.mail import Mail, answer
from handlers.place import Place, author
from handlers.rights import Rights
from messages import render
from models.desk import Desk, Forgotten

router = Router(name="help")


@router.message(CommandStart())
async def on_start(
    message: Message,
    command: CommandObject,
    place: Place,
    mail: Mail,
    door: Doorkeeper,
    now: datetime,
) -> None:
    """``/start CODE`` joins; without a code it greets who has joined."""
    code = (command.args or "").strip()
    if code:
        reply = await door.join(message, place, code, now)
        if reply is not None:
            await answer(mail, message, place, reply)
    elif place.unit is not None and place.private:
        await answer(mail, message, place, render.start_private(place.unit.name))
    elif place.unit is not None:
        sees = await door.sees_forwards(place.chat)
        await answer(mail, message, place, render.start_group(place.unit.name, sees))
    else:
        await door.stranger(message, place, now)


@router.message(Command("trogiup", "help"), Joined())
async def on_help(message: Message, place: Place, mail: Mail, rights: Rights) -> None:
    admin = bool(await rights.is_admin(message))
    await answer(mail, message, place, render.help_text(private=place.private, admin=admin))


@router.message(Command("quyenriengtu", "privacy"))
async def on_privacy(
    message: Message, place: Place, mail: Mail, door: Doorkeeper, now: datetime, text_days: int
) -> None:
    """Anybody may ask; who has not joined is answered once a day."""
    if place.unit is None:
        await door.once_a_day("privacy", render.privacy(text_days), message, place, now)
    else:
        await answer(mail, message, place, render.privacy(text_days))


@router.message(Command("xoadulieu", "xoa"))
async def on_forget(
    message: Message, place: Place, desk: Desk, mail: Mail, door: Doorkeeper, now: datetime
) -> None:
    """Delete what the sender's live hashes lead to; in reply to an answer, that post's text."""
    above = message.reply_to_message
    review = None
    if above is not None and place.group is not None:
        review = await desk.store.reviews.by_answer(place.group.id, str(above.message_id))
    if review is not None:
        gone = Forgotten(posts=int(await desk.store.reviews.forget(review.id)))
    else:
        gone = await desk.forget(author(message))
    reply = render.forgotten(gone.posts, gone.marks, by_reply=review is not None)
    if place.unit is None and not (gone.posts or gone.marks):
        await door.once_a_day("forgotten", reply, message, place, now)
    else:
        await answer(mail, message, place, reply)

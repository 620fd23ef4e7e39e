"""A post arrives: forwarded, linked, mentioned, asked about or edited."""

from __future__ import annotations

import re
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import Message

from handlers.filters import HandedOver, Joined
from handlers.intake import is_post, key_of, to_post
from handlers.mail import Mail, answer
from handlers.place import Place
from handlers.weighing import Order, Weighing
from messages import render
from models.post import Post
from models.worknotice import is_work_notice

_WORD = re.compile(r"\w+")
_SMALL_TALK = 4

commands = Router(name="check")
posts = Router(name="posts")
edits = Router(name="edits")


@commands.message(Command("kiemtra", "check"), Joined())
async def on_check(
    message: Message, place: Place, weighing: Weighing, mail: Mail, now: datetime, bot: Bot
) -> None:
    """/kiemtra in reply to a message weighs that message; with text behind it, that text."""
    target = message.reply_to_message
    if _answers_bot(message, bot):
        await weighing.explain(message, place, now)
    elif target is not None and is_post(target) and weighing.can_read(target):
        await weighing.weigh(target, place, now, asker=message)
    elif target is not None and is_post(target):
        await answer(mail, message, place, weighing.cannot_read(target))
    elif len((message.text or "").split(maxsplit=1)) > 1:
        await weighing.weigh(_without_command(message), place, now, asker=message)
    else:
        await answer(mail, message, place, render.nothing_to_check())


@posts.message(HandedOver(), Joined())
async def on_post(
    message: Message, place: Place, weighing: Weighing, mail: Mail, now: datetime, bot: Bot
) -> None:
    """One answer to a post; silence for everything else that is said in a group."""
    if place.group is None:
        await _in_private(message, place, weighing, mail, now)
    elif _speaks_for_itself(message):
        asked = await _mentions(message, bot)
        if asked or place.group.settings.auto:
            await weighing.weigh(message, place, now, unasked=not asked)
    elif _answers_bot(message, bot) and _is_question(message):
        await weighing.explain(message, place, now)
    elif await _mentions(message, bot):
        await _asked_about(message, place, weighing, mail, now, bot)


@edits.edited_message(HandedOver(), Joined())
async def on_edit(
    message: Message, place: Place, weighing: Weighing, mail: Mail, now: datetime
) -> None:
    """An edited message is judged again and its answer changed."""
    group = place.group
    if group is None:
        if mail.answer_of(f"answer:{key_of(message)[0]}") is not None:
            await weighing.weigh(message, place, now)
        return
    known = await weighing.desk.store.reviews.by_key(group.id, key_of(message)[0])
    if known is not None or (group.settings.auto and _speaks_for_itself(message)):
        await weighing.weigh(message, place, now, unasked=True)


async def _in_private(
    message: Message, place: Place, weighing: Weighing, mail: Mail, now: datetime
) -> None:
    if not await weighing.admits(Order(message, place, now)):
        return
    post = to_post(message)
    if message.media_group_id or weighing.readers.has_picture(message):
        # A part of an album may be without a word: the album is weighed as a whole.
        await weighing.weigh(message, place, now)
    elif not post.readable:
        await answer(mail, message, place, weighing.cannot_read(message))
    elif _is_small_talk(post):
        await answer(mail, message, place, render.nothing_to_check())
    elif post.origin is None and is_work_notice(post.text) and not post.links:
        await answer(mail, message, place, render.work_notice())
    else:
        await weighing.weigh(message, place, now)


async def _asked_about(
    message: Message, place: Place, weighing: Weighing, mail: Mail, now: datetime, bot: Bot
) -> None:
    """Mentioned: weigh the message replied to, or the words beside the mention."""
    above = message.reply_to_message
    words = _without(message.text or "", (await bot.me()).username)
    if not await weighing.turnstile.lets(message, place, now):
        return
    if _answers_bot(message, bot):
        await weighing.explain(message, place, now)
    elif above is not None and is_post(above) and weighing.can_read(above):
        await weighing.weigh(above, place, now, asker=message)
    elif len(_WORD.findall(words)) > _SMALL_TALK or weighing.readers.has_picture(message):
        await weighing.weigh(message, place, now, asker=message)
    else:
        await answer(mail, message, place, render.nothing_to_check())


async def _mentions(message: Message, bot: Bot) -> bool:
    name = f"@{(await bot.me()).username}".casefold()
    return name in (message.text or message.caption or "").casefold()


def _answers_bot(message: Message, bot: Bot) -> bool:
    """In reply to one of the bot's own messages, which is no post to weigh."""
    above = message.reply_to_message
    return above is not None and above.from_user is not None and above.from_user.id == bot.id


def _without(text: str, username: str | None) -> str:
    return re.sub(rf"@{username}\b", "", text, flags=re.IGNORECASE)


def _is_question(message: Message) -> bool:
    text = (message.text or "").casefold()
    return text.rstrip().endswith(("?", "không", "khong", "sao", "ạ")) or "tại sao" in text


def _speaks_for_itself(message: Message) -> bool:
    """A forwarded post or a link."""
    return message.forward_origin is not None or bool(to_post(message).links)


def _is_small_talk(post: Post) -> bool:
    words = _WORD.findall(post.text)
    return post.origin is None and not post.links and len(words) < _SMALL_TALK


def _without_command(message: Message) -> Message:
    words = (message.text or "").split(maxsplit=1)[1]
    return message.model_copy(update={"text": words, "entities": None})

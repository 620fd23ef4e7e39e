"""Buttons under an answer: shared, not shared, ask, wrong, undo. Any member may press."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.button import Button, Pressed, popup
from handlers.mail import letter
from handlers.place import PLATFORM, Place
from handlers.rights import Rights
from handlers.weighing import Weighing
from messages import render
from messages.reply import Reply
from models.ledger import Review
from models.letter import Letter
from models.secrets import secret_mark
from models.verdict import Level, Tone

router = Router(name="share")
_A_WEEK = timedelta(days=7)
_TONES = {"p": Tone.POSITIVE, "o": Tone.NEUTRAL, "n": Tone.NEGATIVE}


@router.callback_query(Pressed("share", "sure"))
async def on_share(_press: CallbackQuery, button: Button) -> None:
    """*Đã chia sẻ*: after 🔴 it asks once more, then it counts."""
    review = await button.review()
    if review is None:
        await button.expired()
        return
    strict = review.verdict.level is Level.DO_NOT_SHARE
    if strict and button.action.verb == "share" and not review.shared:
        await button.show(render.sure(review.verdict.level, review.id))
        await button.silently()
        return
    question = _for_people(button, review)
    pressed = await button.desk.mark_shared(review.id, button.now, button.name, question)
    if pressed.letter is not None:  # at once: what is written next may fail
        button.mail.post(pressed.letter)
    balance = await button.refresh(pressed.review)
    await button.say("shared" if pressed.changed else "already_shared", balance=balance)


def _for_people(button: Button, review: Review) -> Letter | None:
    """What a machine cannot know, asked once per share where the group wants it."""
    group = button.place.group
    rule, _, words = (review.verdict.question or "").partition("|")
    if group is None or not group.settings.questions or not words:
        return None
    return button.note_below("question", render.human_question(review.id, rule, words))


@router.callback_query(Pressed("yes", "no"))
async def on_answer(_press: CallbackQuery, button: Button) -> None:
    """The answer to a question for people stays with the share."""
    review = await button.review()
    if review is None:
        await button.expired()
        return
    yes = button.action.verb == "yes"
    await button.desk.store.shares.answer(review.id, button.action.field(0), yes, button.now)
    await button.show(Reply(render.pressed("thanks")))
    await button.say("thanks")


@router.callback_query(Pressed("decline"))
async def on_decline(_press: CallbackQuery, button: Button) -> None:
    """*Không chia sẻ*."""
    review = await button.review()
    if review is None:
        await button.expired()
        return
    pressed = await button.desk.store.reviews.decline(review.id)
    await button.refresh(pressed.review)
    await button.say("declined" if pressed.review.declined else "already_shared")


@router.callback_query(Pressed("undo"))
async def on_undo(_press: CallbackQuery, button: Button) -> None:
    """*Hoàn tác* reverses the share on its own day."""
    review = await button.review()
    if review is None:
        await button.expired()
        return
    pressed = await button.desk.undo(review.id, button.now, button.name)
    balance = await button.refresh(pressed.review)
    if pressed.changed:
        await button.say("undone", balance=balance)
    else:
        await button.say("nothing_to_undo")


@router.callback_query(Pressed("cancel"))
async def on_cancel(_press: CallbackQuery, button: Button) -> None:
    """*Thôi*: back to the answer; a question of its own closes."""
    review = await button.review()
    here = str(button.message.message_id) if button.message else ""
    if review is not None and review.answer == here:
        await button.refresh(review)
    else:
        await button.show(Reply(render.pressed("cancelled")))
    await button.say("cancelled")


@router.callback_query(Pressed("wrong"))
async def on_wrong(_press: CallbackQuery, button: Button) -> None:
    """*Nhận định chưa đúng* asks for the right tone, in a message of its own."""
    review = await button.review()
    private = button.place.private
    if review is None and not private:
        await button.expired()
        return
    number = review.id if review else None
    reference = button.action.field(0)
    await button.below("tone", render.ask_tone(number, private=private, reference=reference))
    await button.silently()


@router.callback_query(Pressed("tone"))
async def on_tone(_press: CallbackQuery, button: Button, rights: Rights) -> None:
    """From an administrator the tone counts and moves the balance; from others it is a dispute."""
    tone = _TONES.get(button.action.field(0))
    review = await button.review()
    if tone is None or (review is None and not button.place.private):
        await button.expired()
        return
    kind: render.Kind = "dispute_noted"
    if review is not None and await rights.is_admin(button.press):
        pressed = await button.desk.relabel(review.id, tone, button.now, button.name)
        review = pressed.review
        kind = "relabelled"
        await button.refresh(review)
    elif review is not None:
        await button.desk.dispute(review.id, tone, button.now, button.name)
    await button.show(Reply(render.pressed(kind, tone=tone)))
    await button.say(kind, tone=tone)


@router.callback_query(Pressed("ask"))
async def on_ask(_press: CallbackQuery, button: Button) -> None:
    """*Hỏi người phụ trách* writes once to the chat that the unit set."""
    unit = button.place.unit
    review = await button.review()
    if unit is None or (review is None and not button.place.private):
        return await button.expired()
    if not unit.contact:
        return await button.say("no_contact", alert=True)
    reference = review.verdict.reference if review else button.action.field(0)
    reply = render.contact_request(
        review.verdict if review else None,
        group_name=unit.name if review else None,
        reference=reference,
        excerpt=_excerpt(button, review),
    )
    chat = button.place.chat
    there = Place(unit.contact.removeprefix(f"{PLATFORM}:"), private=False)
    key, quotes = f"contact:{chat}/{reference}", review.id if review else None
    note = letter(reply, there, key, quotes=quotes)
    waits = await button.desk.once(note, f"contact {reference}", chat, button.now, _A_WEEK)
    if waits is None:
        return await button.say("already_asked")
    button.mail.post(waits)
    return await button.say("asked")


def _excerpt(button: Button, review: Review | None) -> str:
    """The words asked about: what is kept of them, else the message the answer replied to."""
    if review is not None:
        return "\n".join(part.text for part in review.parts.values())
    above = button.message.reply_to_message if button.message else None
    words = (above.text or above.caption or "") if above else ""
    return "" if secret_mark(words) else words


@router.callback_query(Pressed("draft"))
async def on_draft(
    _press: CallbackQuery, button: Button, weighing: Weighing, rights: Rights
) -> None:
    """*Bản nháp của đơn vị*: a missing source is no failure. In a group, for administrators."""
    review = await button.review()
    above = button.message.reply_to_message if button.message else None
    if not button.place.private and not await rights.is_admin(button.press):
        await button.say("admins_only", alert=True)
    elif review is not None and any(part.readable for part in review.parts.values()):
        await weighing.redraft(review, button.place, button.now)
        await button.silently()
    elif above is not None and button.place.private:
        await weighing.weigh(above, button.place, button.now, draft=True, press=button.name)
        await button.silently()
    else:
        await button.expired()


@router.callback_query()
async def on_unknown(press: CallbackQuery) -> None:
    """A button of another time: nothing changes, and it says so."""
    await popup(press, render.pressed("expired"), alert=True)

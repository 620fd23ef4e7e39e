"""Two kinds of errors: one the reader can mend; all others, logged whole with a number."""

from __future__ import annotations

import secrets
from dataclasses import replace

import structlog
from aiogram.types import CallbackQuery, Message, Update

from handlers.mail import Mail, letter
from handlers.place import Place, thread_of
from messages import render
from models.errors import StoreUnavailable, UserError

log = structlog.get_logger(__name__)


async def explain(error: Exception, update: Update, mail: Mail) -> None:
    """Tell whoever sent the update what went wrong. The letter waits in memory only."""
    reply = None
    if isinstance(error, UserError):
        log.warning("user error", key=error.key, exc_info=error.__cause__)
        reply = render.error(error)
    else:
        reference = secrets.token_hex(3).upper()
        log.error("update failed", reference=reference, kind=update.event_type, exc_info=error)
        reply = render.internal_error(reference)
    message = _message(update)
    if message is not None:
        chat = message.chat
        place = Place(str(chat.id), chat.type == "private", thread_of(message))
        if isinstance(error, StoreUnavailable):
            # A full disk is told once for all that comes while it lasts; nothing can be noted now.
            await mail.whisper(letter(reply, place, f"error:{place.chat}/store"))
            return
        note = letter(reply, place, f"error:{place.chat}/{message.message_id}")
        await mail.whisper(replace(note, once=f"error {update.update_id} {message.date}"))


def _message(update: Update) -> Message | None:
    event = update.message or update.edited_message or update.callback_query
    message = event.message if isinstance(event, CallbackQuery) else event
    return message if isinstance(message, Message) else None

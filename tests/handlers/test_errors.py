"""What goes wrong is told where it happened, in the reader's words or with a number."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aiogram.types import Update

from handlers.errors import explain
from models.errors import StoreUnavailable, UserError
from models.letter import Letter
from tests.fakes.mail import FakeMail
from tests.handlers.messages import CHANNEL, DATE, USER, message


async def told(error: Exception, **update: Any) -> list[Letter]:
    """The letters about an error; nothing is ever committed for one."""
    mail = FakeMail()
    await explain(error, Update.model_validate({"update_id": 1, **update}), mail)
    assert mail.sent == []
    return mail.whispered


def raw(**more: Any) -> dict[str, Any]:
    return message({"text": "a"}, **more).model_dump(mode="json", exclude_none=True, by_alias=True)


async def test_an_error_of_ours_is_told_by_a_number_that_the_log_has_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    [note] = await told(RuntimeError("chi tiết bí mật"), message=raw())
    numbers = re.findall(r"[0-9A-F]{6}", note.text)
    assert len(numbers) == 1
    assert numbers[0] in caplog.text
    assert "chi tiết" not in note.text


async def test_a_readers_own_mistake_is_told_in_words() -> None:
    [note] = await told(UserError("expired"), message=raw())
    assert note.chat == "-1002"
    assert "expired" not in note.text


async def test_in_a_topic_it_is_told_in_the_topic() -> None:
    """Not in the general one, where nobody asked."""
    [note] = await told(RuntimeError(), message=raw(message_thread_id=33, is_topic_message=True))
    assert note.thread == "33"
    [note] = await told(RuntimeError(), message=raw(message_thread_id=33))
    assert note.thread is None


async def test_a_full_disk_has_one_letter_for_a_chat_and_other_errors_one_for_a_message() -> None:
    keys = {
        (await told(error, message=raw(number=number)))[0].key
        for error in (StoreUnavailable("store_unavailable"), RuntimeError())
        for number in (5, 6)
    }
    assert len(keys) == 3


async def test_a_press_is_answered_in_the_chat_of_its_button() -> None:
    query = {"id": "1", "from": USER, "chat_instance": "1", "data": "x"}
    [note] = await told(RuntimeError(), callback_query={**query, "message": raw()})
    assert note.chat == "-1002"
    gone = {"message_id": 5, "chat": CHANNEL, "date": 0}
    assert await told(RuntimeError(), callback_query={**query, "message": gone}) == []


async def test_where_nobody_wrote_nobody_is_told() -> None:
    left = {"user": {**USER, "id": 1, "is_bot": True}, "status": "left"}
    member = {"chat": CHANNEL, "from": USER, "date": DATE, "old_chat_member": left}
    assert await told(RuntimeError(), my_chat_member={**member, "new_chat_member": left}) == []

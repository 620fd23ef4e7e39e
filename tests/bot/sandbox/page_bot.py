"""A small bot for the page's tests: it speaks plain HTTP to the sandbox, as any bot would."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.bot.conftest import Api

ADVICE = (
    "<b>🟠 CẦN KIỂM CHỨNG</b>\nChưa thấy nguồn của tin: “{quote}”.\n"
    '<i>Căn cứ:</i> <a href="https://example.vn/qd">khoản 4 Điều 4</a>\n'
    "<blockquote expandable>Sắc thái: trung tính (0,71)\nTin tiêu cực 30 ngày qua: 3 trong 28; "
    "nếu chia sẻ: 3 trong 29, mức tham chiếu dưới 15 %\nNên tìm bản gốc trên trang của cơ quan.\n"
    "Hỏi người phụ trách trước khi đăng lại.\nMã: 000-TH</blockquote>\n"
    "Trả lời tự động bằng AI, chỉ để tham khảo."
)
KEYS = {
    "inline_keyboard": [
        [
            {"text": "Đã chia sẻ", "callback_data": "share"},
            {"text": "Không chia sẻ", "callback_data": "not"},
        ],
        [{"text": "Nhận định chưa đúng", "callback_data": "wrong"}],
    ]
}
UNDO = {"inline_keyboard": [[{"text": "Hoàn tác", "callback_data": "undo"}]]}


def escaped(text: str) -> str:
    """Text for Telegram's HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class PageBot:
    """Answers every message with advice and every press with a pop-up and an edit."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.edited: list[str] = []

    async def run(self) -> None:
        """Poll until cancelled."""
        offset = 0
        while True:
            for update in await self.api("getUpdates", offset=offset, timeout=30):
                await self.handle(update)
                offset = update["update_id"] + 1

    async def handle(self, update: dict[str, Any]) -> None:
        """One update."""
        if "callback_query" in update:
            await self.pressed(update["callback_query"])
        elif "edited_message" in update:
            self.edited.append(update["edited_message"]["text"])
        elif "message" in update:
            await self.advise(update["message"])

    async def advise(self, message: dict[str, Any]) -> None:
        """Reply with advice that quotes the post."""
        quote = (message.get("text") or message.get("caption") or "ảnh")[:60]
        await self.api("sendChatAction", chat_id=message["chat"]["id"], action="typing")
        await asyncio.sleep(0)
        await self.api(
            "sendMessage",
            chat_id=message["chat"]["id"],
            text=ADVICE.format(quote=escaped(quote)),
            parse_mode="HTML",
            reply_parameters={"message_id": message["message_id"]},
            reply_markup=KEYS,
        )

    async def pressed(self, query: dict[str, Any]) -> None:
        """Say thanks (an alert for a dispute), and put the result into the message."""
        wrong = query["data"] == "wrong"
        await self.api(
            "answerCallbackQuery",
            callback_query_id=query["id"],
            text="Cảm ơn, đã ghi nhận ý kiến." if wrong else "Đã ghi một lượt chia sẻ.",
            show_alert=wrong,
        )
        if not wrong:
            await self.api(
                "editMessageText",
                chat_id=query["message"]["chat"]["id"],
                message_id=query["message"]["message_id"],
                text="✅ <b>Nhóm đã chia sẻ bài này.</b>",
                parse_mode="HTML",
                reply_markup=UNDO,
            )

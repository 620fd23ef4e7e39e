"""Telegram messages of every content type, as the Bot API writes them."""

from __future__ import annotations

from typing import Any

from aiogram.types import Message

Json = dict[str, Any]
FILE = {"file_id": "F1", "file_unique_id": "U1"}
USER = {"id": 7, "is_bot": False, "first_name": "Lan", "last_name": "Trần", "username": "lan_tran"}
CHANNEL = {"id": -1001, "type": "channel", "title": "Kênh Ví Dụ", "username": "kenh_vi_du"}
GROUP = {"id": -1002, "type": "supergroup", "title": "Tổ Thử"}
PHOTO = [{**FILE, "file_unique_id": f"U{n}", "width": n, "height": n} for n in (90, 320)]
DATE = 1_767_225_600

ORIGINS: dict[str, Json] = {
    "channel": {"type": "channel", "date": DATE, "chat": CHANNEL, "message_id": 55},
    "chat": {"type": "chat", "date": DATE, "sender_chat": GROUP, "author_signature": "Lan"},
    "user": {"type": "user", "date": DATE, "sender_user": USER},
    "hidden": {"type": "hidden_user", "date": DATE, "sender_user_name": "Ai Đó"},
}

_POLL_OPTION = {"voter_count": 0, "persistent_id": "p"}
HANDED_OVER: dict[str, Json] = {
    "text": {"text": "Tin mới"},
    "animation": {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "audio": {"audio": {**FILE, "duration": 1}},
    "document": {"document": FILE},
    "paid_media": {"paid_media": {"star_count": 1, "paid_media": []}},
    "photo": {"photo": PHOTO},
    "sticker": {
        "sticker": {
            **FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False,
            "is_video": False,
        }
    },
    "story": {"story": {"chat": CHANNEL, "id": 3}},
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "video_note": {"video_note": {**FILE, "length": 1, "duration": 1}},
    "voice": {"voice": {**FILE, "duration": 1}},
    "contact": {"contact": {"phone_number": "0900000000", "first_name": "Ba"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "game": {"game": {"title": "Trò chơi", "description": "Vui lắm", "photo": PHOTO}},
    "poll": {
        "poll": {
            "id": "9", "question": "Họp sáng hay chiều?", "total_voter_count": 0,
            "options": [
                {"text": "Sáng", **_POLL_OPTION}, {"text": "Chiều", **_POLL_OPTION},
            ],
            "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
    "venue": {
        "venue": {
            "location": {"latitude": 16.4, "longitude": 107.6}, "title": "Trụ sở", "address": "Huế",
        }
    },
    "location": {"location": {"latitude": 16.4, "longitude": 107.6}},
    "live_photo": {"live_photo": {**FILE, "width": 1, "height": 1, "duration": 1, "photo": PHOTO}},
    "checklist": {
        "checklist": {"title": "Việc tuần này", "tasks": [{"id": 1, "text": "Đăng tin lũ"}]}
    },
    "invoice": {
        "invoice": {
            "title": "Mua sách", "description": "Sách luật", "start_parameter": "a",
            "currency": "VND", "total_amount": 1,
        }
    },
    "giveaway": {
        "giveaway": {"chats": [CHANNEL], "winners_selection_date": DATE, "winner_count": 1}
    },
    "rich_message": {
        "rich_message": {
            "blocks": [
                {"type": "heading", "text": "MẬT", "size": 1},
                {
                    "type": "paragraph",
                    "text": [
                        "Xem ", {"type": "bold", "text": ["kết ", "quả"]}, " tại ",
                        {"type": "url", "text": "đây", "url": "https://vi.du/an"},
                    ],
                },
            ]
        }
    },
}  # fmt: skip

SERVICE: dict[str, Json] = {
    "new_chat_members": {"new_chat_members": [USER]},
    "left_chat_member": {"left_chat_member": USER},
    "new_chat_title": {"new_chat_title": "Tên mới"},
    "new_chat_photo": {"new_chat_photo": PHOTO},
    "delete_chat_photo": {"delete_chat_photo": True},
    "group_chat_created": {"group_chat_created": True},
    "supergroup_chat_created": {"supergroup_chat_created": True},
    "channel_chat_created": {"channel_chat_created": True},
    "message_auto_delete_timer_changed": {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 60}
    },
    "migrate_to_chat_id": {"migrate_to_chat_id": -1007},
    "migrate_from_chat_id": {"migrate_from_chat_id": -7},
    "pinned_message": {
        "pinned_message": {"message_id": 1, "date": DATE, "chat": GROUP, "text": "Ghim"}
    },
    "users_shared": {"users_shared": {"request_id": 1, "users": []}},
    "connected_website": {"connected_website": "vi.du"},
    "proximity_alert_triggered": {
        "proximity_alert_triggered": {"traveler": USER, "watcher": USER, "distance": 1}
    },
    "boost_added": {"boost_added": {"boost_count": 1}},
    "forum_topic_created": {"forum_topic_created": {"name": "Tin", "icon_color": 1}},
    "forum_topic_closed": {"forum_topic_closed": {}},
    "forum_topic_reopened": {"forum_topic_reopened": {}},
    "general_forum_topic_hidden": {"general_forum_topic_hidden": {}},
    "giveaway_created": {"giveaway_created": {}},
    "video_chat_scheduled": {"video_chat_scheduled": {"start_date": DATE}},
    "video_chat_started": {"video_chat_started": {}},
    "video_chat_ended": {"video_chat_ended": {"duration": 1}},
    "video_chat_participants_invited": {"video_chat_participants_invited": {"users": [USER]}},
    "web_app_data": {"web_app_data": {"data": "x", "button_text": "y"}},
    "write_access_allowed": {"write_access_allowed": {}},
    "unknown": {},
}


def message(content: Json | None = None, *, number: int = 5, **more: Any) -> Message:
    """A message as it is after decoding."""
    raw = {"message_id": number, "date": DATE, "chat": GROUP, "from": USER}
    return Message.model_validate(raw | (content or {}) | more)


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    """A message entity; offsets count UTF-16 units."""
    return {"type": kind, "offset": offset, "length": length, **more}

"""The Vietnamese names of levels, tones and tiers, each in one place."""

from __future__ import annotations

from models.verdict import Level, Source, Tier, Tone

LEVELS = {
    Level.REFUSE: "⛔ KHÔNG LƯU, KHÔNG CHIA SẺ",
    Level.DO_NOT_SHARE: "🔴 KHÔNG NÊN CHIA SẺ",
    Level.VERIFY_FIRST: "🟠 CẦN KIỂM CHỨNG",
    Level.WITH_CARE: "🟡 CÂN NHẮC TRƯỚC KHI CHIA SẺ",
    Level.SHARE: "✅ CÓ THỂ CHIA SẺ",
}

TONES = {
    Tone.POSITIVE: "tích cực",
    Tone.NEUTRAL: "trung tính",
    Tone.NEGATIVE: "tiêu cực",
    Tone.UNCLEAR: "chưa rõ",
}

# What is told of a text that was read at its beginning and its end alone.
LONG = "long"

# Why a picture or a page could not be read, as ``Post.unread`` names it.
UNREAD = {
    "picture_timeout": "ảnh cần quá nhiều thời gian để đọc",
    "picture_too_big": "ảnh quá lớn",
    "picture_not_picture": "tệp không phải là ảnh thường gặp",
    "picture_failed": "lúc này chưa mở được ảnh",
    "picture_off": "đơn vị chưa bật đọc ảnh",
    "picture_no_reader": "máy chủ chưa có phần đọc chữ trong ảnh",
    "picture_faint": "chữ trong ảnh không rõ",
    "trial": "chế độ thử không nối ra mạng",
    "timeout": "trang trả lời quá chậm",
    "too_big": "trang quá lớn",
    "not_text": "đường dẫn không phải trang chữ",
    "redirects": "đường dẫn chuyển tiếp quá nhiều lần",
    "certificate": "chứng thư của trang không hợp lệ",
    "http_404": "trang không còn",
    "http_410": "trang không còn",
}

# Kinds of attachments, as ``Post.media`` names them.
MEDIA = {
    "photo": "ảnh",
    "video": "video",
    "video_note": "video",
    "animation": "ảnh động",
    "live_photo": "ảnh động",
    "voice": "tin thoại",
    "audio": "tệp âm thanh",
    "document": "tệp đính kèm",
    "sticker": "nhãn dán",
    "story": "tin story",
    "poll": "bình chọn",
    "paid_media": "ảnh, video trả phí",
    "location": "vị trí",
    "contact": "danh thiếp",
}

# Why the store's file cannot be read or written, as ``StoreUnavailable`` names it.
DISK = {
    "full": "ổ đĩa đầy",
    "read_only": "ổ đĩa hoặc tệp chỉ cho đọc",
    "locked": "tệp đang bị chương trình khác khóa",
    "disk": "ổ đĩa báo lỗi khi đọc hoặc ghi",
    "closed": "không có quyền mở tệp hoặc thư mục",
    "no_folder": "không có thư mục này",
    "damaged": "tệp bị hỏng",
}

TIERS = {
    Tier.T1: "trang của cơ quan nhà nước",
    Tier.T2: "cơ quan báo chí",
    Tier.T3: "trang tổng hợp",
    Tier.T4: "nguồn chưa xác định",
}

TRUSTED = "nguồn đơn vị tin cậy"

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")

TONE_LETTERS = {"p": Tone.POSITIVE, "o": Tone.NEUTRAL, "n": Tone.NEGATIVE}


def source_kind(source: Source) -> str:
    """What kind of source this is, in a reader's words."""
    return TRUSTED if source.trusted_as else TIERS[source.tier]

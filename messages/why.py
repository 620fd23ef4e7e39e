"""The answer to "vì sao?": every reason of the checklist, and the words behind the tone."""

from __future__ import annotations

from typing import Any

from messages.advice import every_reason, refusal, tone_facts, words
from messages.markup import clip, quote, render
from messages.reply import Reply
from messages.words import LEVELS, TONES
from models.verdict import Level, Tone, Verdict
from models.why import Told, Why

# What the classifier counts besides words, in a reader's words.
SIGNS = {
    "capitals": "chữ in hoa",
    "shouted": "từ viết hoa toàn bộ",
    "exclaims": "dấu chấm than",
    "questions": "dấu chấm hỏi",
    "emoji": "biểu tượng cảm xúc",
    "sirens": "biểu tượng báo động",
    "prices": "giá tiền, tỷ lệ phần trăm",
    "phones": "số điện thoại",
    "links": "đường dẫn",
    "tags": "thẻ chủ đề (#)",
    "date": "ngày tháng cụ thể",
    "unaccented": "chữ không dấu",
    "disguised": "chữ viết biến dạng",
    "ellipsis": "dấu ba chấm",
    "numbers": "nhiều con số",
    "bracketed": "mở đầu bằng dấu ngoặc",
    "lines": "ngắt nhiều dòng",
    "odd_words": "từ lạ, không phải tiếng Việt",
    "links_press": "đường dẫn trang nhà nước, báo chí",
    "links_known": "đường dẫn trang quen biết",
    "links_unknown": "đường dẫn trang lạ",
    "links_suspect": "đường dẫn đáng ngờ",
    "links_short": "đường dẫn rút gọn",
    "links_chat": "lời mời vào nhóm trò chuyện",
    "named": "tên người",
    "named_ill": "tên người cạnh chuyện bệnh tật, thương vong",
    "named_child": "tên trẻ em, học sinh",
    "named_police": "tên người cạnh chuyện công an, tòa án",
    "named_home": "tên người cạnh tuổi, nơi ở",
    "named_office": "tên người có chức vụ",
    "named_kin": "tên người cạnh chuyện gia đình",
    "named_debt": "tên người cạnh chuyện nợ nần, liên lạc",
    "initials": "tên viết tắt",
}
_WORD = 40


def why(verdict: Verdict, found: Why, *, tone_set: Tone | None = None, days: int = 30) -> Reply:
    """The reasons again, each in full, and what in the post speaks for its tone.

    ``tone_set`` is the tone that a person set in place of the model's, ``days`` how long texts are
    kept. Of a verdict to refuse nothing is explained: it is the fixed refusal.
    """
    if verdict.level is Level.REFUSE:
        return refusal()
    return Reply(
        render(
            "why.j2",
            level=LEVELS[verdict.level],
            reasons=every_reason(verdict),
            tone=tone_facts(verdict, tone_set),
            name=TONES[found.tone],
            towards=_named(found.towards),
            against=_named(found.against),
            missing=found.missing,
            alone=found.alone,
            renewed=found.renewed,
            days=days,
            successor=words("successor") if verdict.successor_note else "",
            reference=clip(verdict.reference, 20),
        )
    )


def _named(told: Told) -> dict[str, Any]:
    return {
        "words": [quote(word, _WORD) for word in told.words],
        "signs": [SIGNS[sign] for sign in told.signs if sign in SIGNS],
    }

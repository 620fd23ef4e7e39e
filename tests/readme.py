"""Parts of the README that the code itself gives: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from models.classifier.measures import NAME
from models.classifier.words import WEIGHTS
from models.packfile import load_packs
from models.packs import coverage_table
from models.privacy import table

README = Path(__file__).resolve().parents[1] / "README.md"
HOW = {
    "check": "máy kiểm tra (`{check}`)",
    "people": "hỏi người (`ask`)",
    "not_shown": "một bài đơn lẻ không cho thấy (`n_a`)",
}


def coverage() -> str:
    """How each clause of Điều 4 and Điều 5 is decided, a row a rule."""
    rows = ["| mục | căn cứ | nội dung (tóm lược) | cách xét |", "|---|---|---|---|"]
    for one in coverage_table(load_packs()):
        if one.rule.startswith(("qd874.4.", "qd874.5.")):
            how = HOW[one.how].format(check=one.check)
            rows.append(f"| `{one.rule}` | {one.cite} | {one.says} | {how} |")
    return "\n".join(rows)


def kept() -> str:
    """What is kept, how long and why, a row a kind."""
    rows = ["| giữ gì | bao lâu | để làm gì | trong bản sao lưu |", "|---|---|---|---|"]
    for one in table():
        copied = "có" if one.copied else "không"
        rows.append(f"| {one.what} | {one.term} | {one.why.removeprefix('để ')} | {copied} |")
    return "\n".join(rows)


#: What the table of measures shows: what it is called, task (without and with the encoder), set.
MEASURES = (
    ("sắc thái, macro-F1", "tone, {who}, macro-F1", "dev"),
    ("sắc thái, macro-F1", "tone, {who}, macro-F1", "CV"),
    ("sắc thái, bài Facebook", "tone, {who}, macro-F1, reintel", "CV"),
    ("sắc thái, tiêu đề báo", "tone, {who}, macro-F1, headlines2026", "CV"),
    ("sắc thái, bản tin báo", "tone, {who}, macro-F1, laodong2022", "CV"),
    ("sắc thái, chú thích TikTok", "tone, {who}, macro-F1, tiktok2025", "CV"),
    ("sắc thái, SMS", "tone, {who}, macro-F1, sms2025", "CV"),
    ("sắc thái, bài không dấu", "tone without accents, {who}, macro-F1", "CV"),
    ("sắc thái, không học bài thiếu giấy phép",
     "tone, {who}, macro-F1, nothing learned from other kinds", "CV, reintel and headlines2026"),
    ("tiêu cực: tỷ lệ tìm ra khi đúng 85 %",
     "tone, {who}, negative recall at 0.85 precision", "CV"),
    ("sai lệch hiệu chuẩn (ECE)", "tone, {who}, calibration error", "CV"),
    ("tỷ lệ bài có sắc thái rõ", "tone, {who}, coverage as served", "dev"),
    ("đúng khi sắc thái rõ", "tone, {who}, accuracy where clear", "dev"),
    ("giật gân, AP", "flag sensational, {who}, average precision", "CV"),
    ("chưa kiểm chứng, AP", "flag unverified, {who}, average precision", "CV"),
    ("xúc phạm, AP", "flag abusive, {who}, average precision", "CV"),
    ("thương mại, AP", "flag commercial, {who}, average precision", "CV"),
    ("lừa đảo, AP", "flag scam, {who}, average precision", "CV"),
    ("lộ thông tin riêng, AP", "flag private, {who}, average precision", "CV"),
    ("phản cảm, AP", "flag graphic, {who}, average precision", "CV"),
    ("lừa đảo trong SMS lạ, kể cả đường dẫn, AUC", "scam, {who}, AUC", "SMS not among the posts"),
    ("câu nhấp chuột, macro-F1", "clickbait, {who}, macro-F1", "ViClickbait test"),
    ("xúc phạm, AUC", "abusive, {who}, AUC", "ViHSD test"),
    ("🔴 cả bước kiểm tra, độ chính xác", "red as a whole, check, precision", "CV"),
    ("🔴 cả bước kiểm tra, tỷ lệ tìm ra", "red as a whole, check, recall", "CV"),
    ("🔴 cả bước kiểm tra, tìm ra khi đúng 75 %",
     "red as a whole, check, recall at 0.75 precision", "CV"),
    ("🔴 báo nhầm trên tiêu đề báo", "false alarms, check", "vnexpress_titles8"),
)  # fmt: skip


def measured() -> str:
    """What the model is worth, as ``evaluate --save`` found it, a row a measure."""
    held = json.loads((WEIGHTS / NAME).read_text("utf-8"))
    found = {(one["task"], one["measured_on"]): one for one in held["rows"]}
    rows = ["| việc | đo trên | n | chỉ bộ từ | hai bộ đọc (mặc định) |", "|---|---|---|---|---|"]
    for name, task, place in MEASURES:
        words, both = (found.get((task.format(who=who), place)) for who in ("words", "both"))
        if words is both:
            words = None
        many = (both or words or {"n": 0})["n"]
        rows.append(f"| {name} | {place} | {many} | {_figure(words)} | {_figure(both)} |")
    day = date.fromisoformat(held["date"])
    return f"Đo ngày {day:%d/%m/%Y}, mô hình `{held['model']}`.\n\n" + "\n".join(rows)


def _figure(one: dict[str, Any] | None) -> str:
    if one is None:
        return ""
    return f"{one['value']:.3f} [{one['low']:.3f}–{one['high']:.3f}]".replace(".", ",")


def filled(text: str) -> str:
    """The README with its generated parts as they are now."""
    parts = (("coverage", coverage()), ("privacy", kept()), ("measures", measured()))
    for name, part in parts:
        whole = f"<!-- {name} -->\n{part}\n<!-- /{name} -->"
        place = rf"<!-- {name} -->(.*?<!-- /{name} -->)?"
        text = re.sub(place, lambda _, whole=whole: str(whole), text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")

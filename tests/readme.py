"""Parts of the README that the code itself gives: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from models.packs import coverage_table, load_packs
from models.privacy import BACKUPS, table

README = Path(__file__).resolve().parents[1] / "README.md"
COPIES = (
    "Đã xóa là không còn byte nào trong thư mục dữ liệu (`secure_delete`, nhật ký ghi trước được làm"
    f" rỗng). {BACKUPS} bản sao lưu tự động mới nhất nằm trong `var/backups/`, làm trước mỗi lần nâng"
    " cấp và mỗi lần khôi phục; bản sao lưu nào cũng không có nội dung bài, nên điều đã xóa không trở"
    " lại khi khôi phục. Sao lưu: `python -m bot backup TỆP`, kể cả khi bot đang chạy; khôi phục, khi"
    " bot đã dừng: `python -m bot restore TỆP`. Giữ kèm `var/fingerprint.key`, thiếu nó bài cũ không"
    " còn được nhận ra. `python -m bot doctor` kiểm tra sổ và chỉ cách sửa."
)
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
    """What is kept, how long and why, a row a kind; and the copies."""
    rows = ["| giữ gì | bao lâu | để làm gì | trong bản sao lưu |", "|---|---|---|---|"]
    for one in table():
        copied = "có" if one.copied else "không"
        rows.append(f"| {one.what} | {one.term} | {one.why.removeprefix('để ')} | {copied} |")
    return "\n".join([*rows, "", COPIES])


def filled(text: str) -> str:
    """The README with its generated parts as they are now."""
    for name, part in (("coverage", coverage()), ("privacy", kept())):
        whole = f"<!-- {name} -->\n{part}\n<!-- /{name} -->"
        place = rf"<!-- {name} -->(.*?<!-- /{name} -->)?"
        text = re.sub(place, lambda _, whole=whole: str(whole), text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")

"""Parts of the README that the code itself gives: ``python -m tests.readme`` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from models.packs import coverage_table, load_packs
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


def filled(text: str) -> str:
    """The README with its generated parts as they are now."""
    for name, part in (("coverage", coverage()), ("privacy", kept())):
        whole = f"<!-- {name} -->\n{part}\n<!-- /{name} -->"
        place = rf"<!-- {name} -->(.*?<!-- /{name} -->)?"
        text = re.sub(place, lambda _, whole=whole: str(whole), text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8")), "utf-8")

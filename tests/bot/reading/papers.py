"""Official papers drawn for the tests, each with a red stamp in its head, as if photographed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFont

from tests.bot.reading.screenshots import _FONTS

MARKS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
_BODY = (
    "Thực hiện kế hoạch của Ủy ban nhân dân tỉnh về việc rà soát công tác quý III, Sở Nội vụ báo "
    "cáo kết quả như sau: trong kỳ, các đơn vị đã hoàn thành nhiệm vụ được giao, đúng tiến độ. "
) * 3


def _font(pick: random.Random, kind: str, size: int) -> ImageFont.FreeTypeFont:
    kinds = ("serif-bold", "bold") if kind == "bold" else ("serif", "sans")
    return ImageFont.truetype(_FONTS[pick.choice(kinds)][1], size)


def stamped(seed: int) -> tuple[str, bytes]:
    """The mark, and the paper's picture."""
    pick = random.Random(seed)
    image = Image.new("RGB", (1080, 1000), pick.choice(("white", "#f4f1e8")))
    draw = ImageDraw.Draw(image)
    head = (
        (60, 50, "UBND TỈNH VÍ DỤ", "plain", 24), (60, 86, "SỞ NỘI VỤ", "bold", 24),
        (500, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "bold", 21),
        (620, 86, "Độc lập - Tự do - Hạnh phúc", "bold", 22),
        (60, 140, "Số: 12/BC-SNV", "plain", 24),
        (600, 140, "Ví Dụ, ngày 3 tháng 11 năm 2026", "plain", 22),
        (420, 320, "BÁO CÁO", "bold", 30),
    )  # fmt: skip
    for left, top, text, kind, size in head:
        draw.text((left, top), text, font=_font(pick, kind, size), fill="#111")
    mark = pick.choice(MARKS)
    _stamp(draw, pick, mark)
    _body(draw, _font(pick, "plain", 26))
    angle = pick.choice((0.0, 0.0, 1.5, -2.0))
    turned = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=image.getpixel((2, 2)))
    written = io.BytesIO()
    turned.save(written, "JPEG", quality=pick.choice((60, 85)))
    return mark, written.getvalue()


def _stamp(draw: ImageDraw.ImageDraw, pick: random.Random, mark: str) -> None:
    font, ink = _font(pick, "bold", pick.choice((30, 40, 52))), pick.choice(("#c01818", "#d83030"))
    at = (pick.choice((80, 420, 700)), 205)
    box = draw.textbbox(at, mark, font=font)
    if pick.random() < 0.75:
        for room in (14, 20):
            around = (box[0] - room, box[1] - room, box[2] + room, box[3] + room)
            draw.rectangle(around, outline=ink, width=2)
    draw.text(at, mark, font=font, fill=ink)


def _body(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont) -> None:
    line, top = "", 390
    for word in _BODY.split():
        if draw.textlength(f"{line} {word}", font=font) > 960:
            draw.text((60, top), line, font=font, fill="#111")
            line, top = word, top + 40
        else:
            line = f"{line} {word}".strip()

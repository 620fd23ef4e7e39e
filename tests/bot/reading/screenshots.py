"""Screenshots drawn for the tests: what officials forward, with the words that are on them."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

CORPUS = Path("models/classifier/corpus")
_BUNDLED = Path(mpl.get_data_path()) / "fonts" / "ttf"
_SYSTEM = Path("/usr/share/fonts/truetype")
_FONTS = {
    "sans": [_SYSTEM / "noto/NotoSans-Regular.ttf", _BUNDLED / "DejaVuSans.ttf"],
    "bold": [_SYSTEM / "noto/NotoSans-Bold.ttf", _BUNDLED / "DejaVuSans-Bold.ttf"],
    "serif": [_SYSTEM / "noto/NotoSerif-Regular.ttf", _BUNDLED / "DejaVuSerif.ttf"],
    "serif-bold": [_SYSTEM / "noto/NotoSerif-Bold.ttf", _BUNDLED / "DejaVuSerif-Bold.ttf"],
}
NAMES = ["Nguyễn Thị Hằng", "Trần Quốc Bảo", "Phạm Đức Ưng", "Lê Mỹ Duyên", "Hội Phụ nữ phường"]


@dataclass(frozen=True)
class Screenshot:
    """``data`` is the picture's file; ``words`` what is written on it, in reading order."""

    name: str
    data: bytes
    words: str


class Sheet:
    """A screen that is written on from top to bottom."""

    def __init__(self, width: int, ground: str, ink: str, pick: random.Random) -> None:
        self.image = Image.new("RGB", (width, 6000), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.width, self.ink, self.ground, self.y = width, ink, ground, 40
        self.words: list[str] = []
        self._which = pick.randrange(2)

    def font(self, kind: str, size: int) -> ImageFont.FreeTypeFont:
        first, second = _FONTS[kind]
        path = first if self._which == 0 and first.is_file() else second
        return ImageFont.truetype(path, size)

    def write(
        self, text: str, kind: str, size: int, left: int = 48, right: int = 48, ink: str = ""
    ) -> None:
        font = self.font(kind, size)
        room = self.width - left - right
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and font.getlength(longer) > room:
                    self._line(line, font, left, ink)
                    line = word
                else:
                    line = longer
            self._line(line, font, left, ink)
            self.y += size // 3

    def _line(self, line: str, font: ImageFont.FreeTypeFont, left: int, ink: str) -> None:
        if line:
            self.draw.text((left, self.y), line, font=font, fill=ink or self.ink)
            self.words.append(line)
            self.y += int(font.size * 1.45)

    def cut(self) -> Image.Image:
        return self.image.crop((0, 0, self.width, self.y + 40))


def _facebook(
    text: str, pick: random.Random, ground: str = "#ffffff", ink: str = "#050505"
) -> Sheet:
    sheet = Sheet(1080, ground, ink, pick)
    sheet.draw.ellipse((48, 40, 128, 120), fill="#4a7fc1")
    sheet.write(pick.choice(NAMES), "bold", 34, left=150)
    sheet.write(f"{pick.randint(2, 23)} giờ trước", "sans", 26, left=150, ink="#8a8d91")
    sheet.y += 20
    sheet.write(text, "sans", 36)
    sheet.y += 20
    sheet.draw.line((48, sheet.y, 1032, sheet.y), fill="#ced0d4", width=2)
    sheet.y += 20
    sheet.write("Thích   Bình luận   Chia sẻ", "sans", 30, ink="#8a8d91")
    return sheet


def _dark(text: str, pick: random.Random) -> Sheet:
    return _facebook(text, pick, "#18191a", "#e4e6eb")


def _zalo(text: str, pick: random.Random) -> Sheet:
    sheet = Sheet(1080, "#e2e9f1", "#081c36", pick)
    sheet.draw.rectangle((0, 0, 1080, 110), fill="#0068ff")
    sheet.write(pick.choice(NAMES), "bold", 38, left=120, ink="#ffffff")
    sheet.y = 160
    top = sheet.y - 20
    mark = len(sheet.words)
    sheet.write(text, "sans", 36, left=130, right=150)
    bottom, written = sheet.y + 10, sheet.words[mark:]
    sheet.draw.rounded_rectangle((100, top, 960, bottom), 24, fill="#ffffff")
    sheet.y = 160
    sheet.write(text, "sans", 36, left=130, right=150)
    sheet.words[mark:] = written
    sheet.y += 20
    sheet.write(f"{pick.randint(7, 22):02}:{pick.randint(10, 59)}", "sans", 26, left=130)
    return sheet


def _newspaper(text: str, pick: random.Random) -> Sheet:
    sheet = Sheet(1080, "#fdfdfb", "#222222", pick)
    title, _, body = text.partition("\n")
    if not body:
        title, _, body = text.partition(". ")
    sheet.write(title, "serif-bold", 52)
    sheet.write(f"Thứ năm, {pick.randint(10, 28)}/10/2026, 08:15", "sans", 26, ink="#777777")
    sheet.y += 16
    sheet.write(body, "serif", 34)
    return sheet


def _small(text: str, pick: random.Random) -> Sheet:
    """A screenshot sent on as a thumbnail: half its size."""
    sheet = pick.choice((_facebook, _zalo))(text, pick)
    half = sheet.cut()
    sheet.image = half.resize((half.width // 2, half.height // 2), Image.Resampling.BILINEAR)
    return sheet


def _skewed(text: str, pick: random.Random) -> Sheet:
    """A page photographed by hand: it leans by 2 to 4 degrees."""
    sheet = _newspaper(text, pick)
    angle = pick.uniform(2, 4) * pick.choice((-1, 1))
    turned = sheet.cut().rotate(
        angle, Image.Resampling.BICUBIC, expand=True, fillcolor=sheet.ground
    )
    sheet.image = turned
    return sheet


_KINDS: dict[str, Callable[[str, random.Random], Sheet]] = {
    "facebook": _facebook, "zalo": _zalo, "newspaper": _newspaper, "dark": _dark,
    "small": _small, "skewed": _skewed,
}  # fmt: skip


def screenshots(each: int = 6, seed: int = 5) -> Iterator[Screenshot]:
    """The same pictures every time: ``each`` of every kind."""
    pick = random.Random(seed)
    texts = pick.sample(list(_texts()), each * len(_KINDS))
    for number in range(each):
        for kind, drawn in _KINDS.items():
            sheet = drawn(texts.pop(), pick)
            done = sheet.image if kind in {"small", "skewed"} else sheet.cut()
            written = io.BytesIO()
            lossy = kind in {"small", "skewed"} or number % 2
            done.save(written, "JPEG" if lossy else "PNG", **({"quality": 80} if lossy else {}))
            yield Screenshot(f"{kind}-{number + 1}", written.getvalue(), " ".join(sheet.words))


def _texts() -> Iterator[str]:
    """Posts of 40 to 130 words that the fonts can draw."""
    for name in ("press", "social"):
        for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines():
            text = json.loads(line)["text"]
            text = "\n".join(part.strip() for part in text.split("\n") if part.strip())
            if 40 <= len(text.split()) <= 130 and all(ord(letter) < 0x2027 for letter in text):
                yield text

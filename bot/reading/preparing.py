"""A picture made ready for reading: grey, dark on light, level, large enough; and its QR codes.

Run as a child process: the picture on standard input; out comes one line of JSON (``failed`` or
``codes``), then a PNG. It stands alone: what decodes strangers' files holds no secret of the bot,
gives its memory back, and can be stopped.
"""

from __future__ import annotations

import io
import itertools
import json
import statistics
import sys
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

MAX_PIXELS = 20_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_WIDE_ENOUGH = 1_200
_LARGEST_GROWTH = 3.0
_MOST_READ = 4_000_000
_GRAIN = 8
_AROUND = 15
_GAIN = 1.6
_STEEPEST = 6.0
_WORTH_TURNING = 0.6


class Refused(Exception):
    """No bearable picture; the message is ``too_big`` or ``not_picture``."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A grey PNG for the recogniser, and what the QR codes seen on the way say."""

    png: bytes
    codes: tuple[str, ...]


def prepare(data: bytes) -> Ready:
    """Open a picture, read its QR codes, and make it easy to read.

    Raises:
        Refused: ``too_big`` (found from the header, before anything is decoded) or
            ``not_picture``.
    """
    grey = _upright(data)
    codes = _codes(grey)
    grey = _level(_dark_on_light(_sized(grey)))
    written = io.BytesIO()
    grey.save(written, "PNG", compress_level=1)
    return Ready(written.getvalue(), codes)


def _upright(data: bytes) -> Image.Image:
    """The first frame in grey, turned as its camera says, on white where it is transparent."""
    try:
        # Only the header is read here; Pillow's own bomb check comes on top.
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused("too_big") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused("not_picture") from error
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too_big")
    try:
        return _grey(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("not_picture") from error


def _grey(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("L")
    seen = image.convert("LA")
    ground = Image.new("L", seen.size, 255)
    ground.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
    return ground


def _codes(grey: Image.Image) -> tuple[str, ...]:
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return tuple(dict.fromkeys(code.text for code in found))


def _dark_on_light(grey: Image.Image) -> Image.Image:
    """Every sign dark on white, by its distance from the ground around it.

    One step for dark screens, coloured headers and bubbles, and photographs lit from one side.
    """
    coarse = grey.reduce(_GRAIN) if min(grey.size) >= _GRAIN * 4 else grey
    ground = coarse.filter(ImageFilter.MedianFilter(_AROUND))
    ground = ground.resize(grey.size, Image.Resampling.NEAREST)
    marks = ImageChops.difference(grey, ground)
    for right, down in ((0, _GRAIN), (0, -_GRAIN), (_GRAIN, 0), (-_GRAIN, 0)):
        beside = ImageChops.difference(grey, ImageChops.offset(ground, right, down))
        marks = ImageChops.darker(marks, beside)  # the edge of a coloured ground is no sign
    return marks.point([max(0, 255 - round(level * _GAIN)) for level in range(256)])


def _sized(grey: Image.Image) -> Image.Image:
    """Grow narrow pictures (small letters), shrink what would take too long."""
    factor = min(_LARGEST_GROWTH, max(1.0, _WIDE_ENOUGH / grey.width))
    most = (_MOST_READ / (grey.width * grey.height)) ** 0.5
    factor = min(factor, most)
    if factor == 1.0:
        return grey
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    return grey.resize(size, Image.Resampling.LANCZOS)


def _level(grey: Image.Image) -> Image.Image:
    """Turn a picture whose lines of text lean, at most by a few degrees."""
    angle = _lean(grey)
    if abs(angle) < _WORTH_TURNING:
        return grey
    ground = int(statistics.median(grey.resize((64, 64)).tobytes()))
    return grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def _lean(grey: Image.Image) -> float:
    """The turn, in degrees, after which dark and light rows alternate the most sharply."""
    small = grey.copy()
    small.thumbnail((700, 900))
    # What differs from its surroundings is text; large areas and photographs fade.
    marks = ImageChops.difference(small, small.filter(ImageFilter.BoxBlur(6)))
    marks = marks.point(lambda level: 255 if level > 40 else 0)
    coarse = {angle: _sharpness(marks, angle) for angle in _steps(-_STEEPEST, _STEEPEST, 1.0)}
    best = max(coarse, key=lambda angle: coarse[angle])
    fine = {angle: _sharpness(marks, angle) for angle in _steps(best - 0.75, best + 0.75, 0.25)}
    best = max(fine, key=lambda angle: fine[angle])
    return best if fine[best] > 1.15 * coarse[0.0] else 0.0


def _steps(first: float, last: float, step: float) -> list[float]:
    return [first + step * number for number in range(round((last - first) / step) + 1)]


def _sharpness(marks: Image.Image, angle: float) -> int:
    rows = marks.rotate(angle).resize((1, marks.height), Image.Resampling.BOX).tobytes()
    return sum((one - other) ** 2 for one, other in itertools.pairwise(rows))


def main() -> None:
    try:
        ready = prepare(sys.stdin.buffer.read())
    except Refused as error:
        sys.stdout.buffer.write(json.dumps({"failed": str(error)}).encode() + b"\n")
        return
    sys.stdout.buffer.write(json.dumps({"codes": ready.codes}).encode() + b"\n" + ready.png)


if __name__ == "__main__":
    main()

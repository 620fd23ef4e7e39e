"""A picture made ready for reading: opened with care, grey, dark on light, level, large."""

from __future__ import annotations

import io
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.links import links_in
from models.reading import PictureFailed

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 20_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_WIDE_ENOUGH = 1_200
_LARGEST_GROWTH = 3.0
_MOST_READ = 6_000_000
_DARK = 110
_BAND = 8
_STEEPEST = 6.0
_WORTH_TURNING = 0.6


@dataclass(frozen=True, slots=True)
class Ready:
    """A grey PNG for the recogniser, and the links of the QR codes seen on the way."""

    png: bytes
    links: tuple[str, ...]


def prepare(data: bytes) -> Ready:
    """Open a picture, read its QR codes, and make it easy to read.

    Raises:
        PictureFailed: ``too_big`` (found from the header, before anything is decoded) or
            ``not_picture``.
    """
    grey = _upright(data)
    links = _codes(grey)
    grey = _sized(_dark_on_light(grey))
    grey = _level(grey)
    written = io.BytesIO()
    grey.save(written, "PNG", compress_level=1)
    return Ready(written.getvalue(), links)


def _upright(data: bytes) -> Image.Image:
    """The first frame in grey, turned as its camera says, on white where it is transparent."""
    from PIL import Image, ImageOps

    if len(data) > MAX_BYTES:
        raise PictureFailed("too_big")
    try:
        # Only the header is read here; Pillow's own bomb check comes on top.
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureFailed("too_big") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise PictureFailed("not_picture") from error
    if image.width * image.height > MAX_PIXELS:
        raise PictureFailed("too_big")
    try:
        return _grey(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureFailed("not_picture") from error


def _grey(image: Image.Image) -> Image.Image:
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("L")
    seen = image.convert("LA")
    ground = Image.new("L", seen.size, 255)
    ground.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
    return ground


def _codes(grey: Image.Image) -> tuple[str, ...]:
    import zxingcpp

    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return tuple(dict.fromkeys(link for code in found for link in links_in(code.text)))


def _dark_on_light(grey: Image.Image) -> Image.Image:
    """Turn over the bands of rows that are mostly dark: a dark screen, or only its header."""
    import numpy as np
    from PIL import Image

    levels = np.array(grey)
    for top in range(0, len(levels), _BAND):
        band = levels[top : top + _BAND]
        ground = int(np.median(band))
        if ground < _DARK:  # the ground becomes white, whatever its colour was
            np.subtract(255, np.maximum(band, ground) - ground, out=band, casting="unsafe")
    return Image.fromarray(levels)


def _sized(grey: Image.Image) -> Image.Image:
    """Grow narrow pictures (small letters), shrink what would take too long."""
    from PIL import Image

    factor = min(_LARGEST_GROWTH, max(1.0, _WIDE_ENOUGH / grey.width))
    most = (_MOST_READ / (grey.width * grey.height)) ** 0.5
    factor = min(factor, most)
    if factor == 1.0:
        return grey
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    return grey.resize(size, Image.Resampling.LANCZOS)


def _level(grey: Image.Image) -> Image.Image:
    """Turn a picture whose lines of text lean, at most by a few degrees."""
    from PIL import Image

    angle = _lean(grey)
    if abs(angle) < _WORTH_TURNING:
        return grey
    ground = int(statistics.median(grey.resize((64, 64)).tobytes()))
    return grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def _lean(grey: Image.Image) -> float:
    """The turn, in degrees, after which dark and light rows alternate the most sharply."""
    from PIL import ImageChops, ImageFilter

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


def _sharpness(marks: Image.Image, angle: float) -> float:
    import numpy as np

    rows = np.asarray(marks.rotate(angle), dtype=np.float64).sum(axis=1)
    return float((np.diff(rows) ** 2).sum())

"""Pictures without a picture library: their size, and a small plain one to send."""

from __future__ import annotations

import struct
import zlib

from bot.sandbox.errors import bad
from bot.sandbox.world import File, World

JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3})
MAX_PHOTO = 10 << 20


def measure(data: bytes) -> tuple[str, int, int] | None:
    """MIME type, width and height of a PNG or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return ("image/png", *struct.unpack(">II", data[16:24]))
    if data.startswith(b"\xff\xd8"):
        return _measure_jpeg(data)
    return None


def _measure_jpeg(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def keep_photo(world: World, data: bytes) -> list[File]:
    """Keep a photo as Telegram does, in a small and a full size. Refuses what is no picture."""
    if not data:
        raise bad("file must be non-empty")
    found = measure(data)
    if found is None or len(data) > MAX_PHOTO:
        raise bad("IMAGE_PROCESS_FAILED")
    mime, width, height = found
    if width + height > 10000 or max(width, height) > 20 * max(min(width, height), 1):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    scale = min(1.0, 90 / max(width, height, 1))
    small = (max(1, int(width * scale)), max(1, int(height * scale)))
    return [
        world.keep_file(data, "photo", mime=mime, size=size) for size in (small, (width, height))
    ]


def plain_png(
    width: int = 320, height: int = 200, colour: tuple[int, int, int] = (74, 122, 176)
) -> bytes:
    """A picture of one colour with a lighter band, for trying out."""
    light = bytes(min(255, part + 60) for part in colour)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += (light if height // 3 < y < height // 2 else bytes(colour)) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )

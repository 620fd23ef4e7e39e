"""Pictures are read within bounds, one at a time, and leave nothing behind."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from pathlib import Path

import psutil
import pytest
import zxingcpp
from PIL import Image

from bot.reading.pictures import MAX_BYTES, ScreenReader
from bot.reading.recognising import find, words
from models.reading import Picture, PictureFailed
from models.secrets import secret_mark
from tests.bot.reading.measuring import distance, squeezed
from tests.bot.reading.papers import stamped
from tests.bot.reading.screenshots import Sheet, screenshots

TESSERACT = find()
needs_tesseract = pytest.mark.skipif(
    TESSERACT is None, reason="tesseract with Vietnamese is not installed"
)
_ROW = r"printf '5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t%s\t%s\n' "


def png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def blank() -> bytes:
    return png(Image.new("RGB", (400, 300), "white"))


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes whose header promises a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def code(text: str) -> bytes:
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    page = Image.new("L", (700, 500), 255)
    page.paste(Image.fromarray(drawn.to_image(scale=6)), (60, 60))
    return png(page)


def program(folder: Path, *lines: str) -> str:
    """A stand-in for tesseract that swallows the picture and runs these shell lines."""
    path = folder / "reader"
    path.write_text("\n".join(["#!/bin/sh", "cat >/dev/null", "echo level", *lines]) + "\n")
    path.chmod(0o755)
    return str(path)


@needs_tesseract
@pytest.mark.parametrize("seed", [5])
async def test_screenshots_are_read_with_at_most_3_percent_of_the_letters_wrong(seed: int) -> None:
    reader = ScreenReader(TESSERACT, seconds=60)
    wrong = total = count = 0
    for shot in screenshots(each=6, seed=seed):
        picture = await reader.read(shot.data)
        assert picture is not None
        missed = distance(squeezed(shot.words), squeezed(picture.text))
        print(f"{shot.name:14} {missed / len(shot.words):7.2%} {picture.confidence:.2f}")  # noqa: T201
        wrong, total, count = wrong + missed, total + len(squeezed(shot.words)), count + 1
    assert count >= 30
    assert wrong / total <= 0.03, f"{wrong / total:.2%} of {total} letters"


@needs_tesseract
async def test_a_red_stamp_above_the_text_is_read() -> None:
    import random

    sheet = Sheet(1080, "#ffffff", "#111111", random.Random(1))
    sheet.write("MẬT", "serif-bold", 60, ink="#d01010")
    sheet.write("Kính gửi: Ủy ban nhân dân các xã, phường", "serif", 36)
    picture = await ScreenReader(TESSERACT, seconds=60).read(png(sheet.cut()))
    assert picture is not None
    assert picture.text.splitlines()[0] == "MẬT"


@needs_tesseract
async def test_the_red_stamp_of_a_paper_is_read_wherever_it_stands() -> None:
    """Framed, leaning, beside the head: as one block of text it would be left out."""
    reader = ScreenReader(TESSERACT, seconds=60)
    for seed in range(12):
        mark, paper = stamped(seed)
        picture = await reader.read(paper)
        assert picture is not None
        assert secret_mark(picture.text) == mark, seed


@needs_tesseract
async def test_a_picture_without_words_is_read_as_empty() -> None:
    picture = await ScreenReader(TESSERACT, seconds=60).read(blank())
    assert picture is not None
    assert (picture.text, picture.confidence, picture.links) == ("", 0.0, ())


async def test_the_link_in_a_qr_code_is_found_even_without_tesseract(tmp_path: Path) -> None:
    reader = ScreenReader(find("no-such-program"))
    assert not reader.available()
    picture = await reader.read(code("https://nop-phat.example/vneid?id=1"))
    assert picture.links == ("https://nop-phat.example/vneid?id=1",)
    assert await reader.read(blank()) == Picture()


async def test_a_qr_code_that_is_no_link_gives_none() -> None:
    payment = code("00020101021138570010A00000072701270006970436")
    assert await ScreenReader(None).read(payment) == Picture()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(30_000, 30_000), "too_big"),
        (bomb(5_000, 4_001), "too_big"),
        (bytes(MAX_BYTES + 1), "too_big"),
        (b"", "not_picture"),
        (b"GIF89a", "not_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not_picture"),
        (png(Image.effect_noise((300, 300), 90))[:20_000], "not_picture"),
    ],
    ids=["bomb", "too many pixels", "too many bytes", "empty", "cut gif", "svg", "eps", "cut png"],
)
async def test_what_is_no_bearable_picture_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PictureFailed) as failed:
        await ScreenReader(None).read(data)
    assert failed.value.reason == reason


async def test_a_reader_that_hangs_is_stopped(tmp_path: Path) -> None:
    reader = ScreenReader(program(tmp_path, "exec sleep 100000"), seconds=1)
    with pytest.raises(PictureFailed, match="timeout"):
        async with asyncio.timeout(60):
            await reader.read(blank())
    assert not [one for one in psutil.Process().children() if one.name() == "sleep"]


async def test_a_reader_that_fails_is_said_to_have_failed(tmp_path: Path) -> None:
    with pytest.raises(PictureFailed, match="failed"):
        await ScreenReader(program(tmp_path, "exit 3")).read(blank())


async def test_a_reader_can_write_no_file(tmp_path: Path) -> None:
    """A secret must leave no trace: a child that tries to write is stopped by the kernel."""
    trace = tmp_path / "trace"
    reader = ScreenReader(program(tmp_path, f"echo secret > {trace}"))
    with pytest.raises(PictureFailed, match="failed"):
        await reader.read(blank())
    assert trace.read_bytes() == b""


async def test_a_reader_is_told_nothing_of_the_environment(tmp_path: Path) -> None:
    picture = await ScreenReader(
        program(tmp_path, _ROW + "90 \"$(env | cut -d= -f1 | sort | tr '\\n' ' ')\"")
    ).read(blank())
    assert picture is not None
    assert set(picture.text.split()) - {"PWD", "_", "SHLVL"} == {"OMP_THREAD_LIMIT", "LC_ALL"}


async def test_pictures_are_read_one_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "busy"
    reader = ScreenReader(
        program(tmp_path, f"mkdir {lock} || exit 1", "sleep 0.1", f"rmdir {lock}", _ROW + "90 a")
    )
    found = await asyncio.gather(*(reader.read(blank()) for _ in range(3)))
    assert [picture.text for picture in found if picture] == ["a"] * 3


@pytest.mark.parametrize(
    ("six", "three", "text"), [(95, 99, "layout6"), (40, 90, "layout3"), (40, 30, "layout6")]
)
async def test_a_doubtful_reading_is_tried_with_the_other_layout(
    tmp_path: Path, six: int, three: int, text: str
) -> None:
    choose = f'case "$*" in *"--psm 6"*) sure={six} n=6;; *) sure={three} n=3;; esac'
    picture = await ScreenReader(program(tmp_path, choose, _ROW + '"$sure" "layout$n"')).read(
        blank()
    )
    assert picture is not None
    assert picture.text == text


def test_scraps_and_torn_accents_are_no_words() -> None:
    def row(line: int, height: int, sure: int, word: str) -> str:
        return f"5\t1\t1\t1\t{line}\t1\t0\t0\t9\t{height}\t{sure}\t{word}"

    table = [row(1, 9, 93, "~"), row(1, 9, 96, "2"), row(2, 50, 96, "Bầu"), row(2, 50, 10, "C)")]
    table += [
        row(2, 50, 40, "©"),
        row(2, 50, 91, "cử"),
        row(3, 30, 95, "16"),
        row(3, 30, 20, "MẬT"),
    ]
    assert words("\n".join(["level", *table])).text == "Bầu cử\n16 MẬT"

"""Accents put back: the letters stay, addresses stay, and the reading is the likely one."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given

from models.classifier import accents_build, gather
from models.classifier.accents import FILE, Accents, load_accents
from models.classifier.encoder import FOLDER, load_encoder, load_pieces
from models.errors import BrokenModel
from models.text import clean, is_accented, unaccent
from tests.fakes.vietnamese import anything

AS_MEANT = (
    "Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em vào sáng thứ bảy",
    "Nhà trường cảm ơn các bác phụ huynh đã giúp dọn dẹp sân trường sau bão",
    "Mọi người cẩn thận, không bấm vào đường dẫn lạ và không đưa mã OTP cho ai",
    "Công an huyện đang điều tra vụ tai nạn giao thông trên quốc lộ",
    "Quý khách vui lòng thanh toán tiền điện trước ngày 20",
)


@pytest.fixture(scope="module")
def shipped() -> Accents:
    return load_accents(FOLDER / FILE)


def test_nine_syllables_of_ten_come_back_as_meant(shipped: Accents) -> None:
    right = [
        one == two
        for text in AS_MEANT
        for one, two in zip(text.split(), shipped.restored(unaccent(text)).split(), strict=True)
    ]
    assert sum(right) >= 0.9 * len(right)


@given(anything)
def test_only_marks_are_added(shipped: Accents, text: str) -> None:
    typed = unaccent(clean(text))
    assert unaccent(shipped.restored(typed)) == typed


def test_a_text_with_accents_stays_as_it_is(shipped: Accents) -> None:
    text = "Bản tin của xã, toan bo noi dung xem tại đây"
    assert shipped.read(text) == text
    assert shipped.read(unaccent(text)) != unaccent(text)


@pytest.mark.parametrize(
    "whole",
    ["https://thanh-toan.vn/tien/dien", "vnexpress.net", "phong@bao.vn", "la228kwh", "mu0n", "314y",
     "thong-bao.com", "#hang_moi"],
)  # fmt: skip
def test_an_address_and_a_code_are_no_syllables(shipped: Accents, whole: str) -> None:
    assert whole in shipped.restored(f"moi nguoi xem {whole} nhe")


def test_a_missing_blank_parts_two_sentences(shipped: Accents) -> None:
    assert shipped.restored("cua quy khach.Dang nhap de xem") == "của quý khách.Đăng nhập để xem"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Xem #thaydoibanthan nhé các bạn", "Xem # thay đổi bản thân nhé các bạn"),
        ("Tin ở xã #CongAnNhanDan", "Tin ở xã # công an nhân dân"),
        ("Clip mới #learnontiktok #fyp #xh2025", "Clip mới #learnontiktok #fyp #xh2025"),
        ("xem ngay #baihoccuocsong", "xem ngay # bài học cuộc sống"),
    ],
)
def test_a_tag_is_read_in_its_words(shipped: Accents, typed: str, read: str) -> None:
    assert shipped.read(typed) == read


def test_capitals_stay(shipped: Accents) -> None:
    assert shipped.restored("THONG BAO cua Uy ban") == "THÔNG BÁO của Ủy ban"


def test_the_encoder_reads_what_was_meant() -> None:
    pieces = load_pieces()
    assert pieces.of("thong bao cua uy ban") == pieces.of("thông báo của ủy ban")


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "encoder"))
    (copy / FILE).write_bytes(b"PK\x03\x04")
    with pytest.raises(BrokenModel, match=r"accents\.npz"):
        load_encoder(copy)


def public_sets(folder: Path, texts: list[str], posts: list[str]) -> Path:
    """The sets that are counted, with texts in one and posts that are measured on."""
    names = ["vntc", *gather.POOL, "safesense_vi"]
    for name in names:
        lines = texts if name == "vntc" else texts[:1] + posts
        (folder / name).mkdir(parents=True)
        packed = "\n".join(json.dumps({"text": text}) for text in lines)
        (folder / name / f"{name}.jsonl.gz").write_bytes(gzip.compress(packed.encode()))
    packed = "\n".join(json.dumps({"id": str(i), "text": post}) for i, post in enumerate(posts))
    (folder / "posts.jsonl.gz").write_bytes(gzip.compress(packed.encode()))
    return folder


def test_counts_come_from_accented_texts_that_nobody_is_measured_on(tmp_path: Path) -> None:
    """What a measured post says, and what was typed without accents, teaches nothing."""
    plain = ["chuột túi chạy qua đồi"] * 30 + ["chuot tui chay qua doi"] * 400
    measured = ["chuột tủi chạy qua đôi và đèo"] * 30
    sets = public_sets(tmp_path / "sets", plain, measured)
    accents_build.build(sets, tmp_path / FILE)
    made = load_accents(tmp_path / FILE)
    assert made.restored("chuot tui chay qua doi") == "chuột túi chạy qua đồi"
    assert is_accented(made.restored("tui chay"))

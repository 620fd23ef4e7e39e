"""The words model as served: light, checked when loaded, honest about doubt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifier import manifest
from models.classifier.words import FLAGS, TONES, WEIGHTS, load_default, load_words, verdict_of
from models.errors import BrokenModel
from models.text import unaccent
from models.verdict import Tone

THRESHOLDS = dict.fromkeys(FLAGS, 0.5)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_serving_imports_neither_scikit_learn_nor_scipy() -> None:
    """Importing scikit-learn costs two seconds and 150 MB: it belongs to training."""
    code = (
        "import sys; from models.classifier.words import load_default\n"
        "load_default().scores('tin')\n"
        "print([m for m in ('sklearn', 'scipy', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Cháy lớn tại xưởng gỗ, 3 người tử vong, nhiều người bị thương nặng", Tone.NEGATIVE),
        ("Trao học bổng cho 100 học sinh nghèo vượt khó, lan tỏa yêu thương", Tone.POSITIVE),
        ("Chay lon tai xuong go, 3 nguoi tu vong, nhieu nguoi bi thuong nang", Tone.NEGATIVE),
        ("Lịch thi tuyển sinh lớp 10 năm nay: thời gian, địa điểm và lưu ý", Tone.NEUTRAL),
    ],
)
def test_plain_cases_have_their_tone(text: str, tone: Tone) -> None:
    assert load_default().scores(text).tone is tone


def test_a_betting_advert_is_raised_and_a_headline_is_not() -> None:
    words = load_default()
    advert = "NỔ HŨ đổi thưởng, nạp đầu tặng 100k, rút tiền 1 phút, uy tín số 1, link ở bình luận"
    assert "scam" in words.scores(advert).raised
    assert "scam" in words.scores(unaccent(advert)).raised
    assert not words.scores("Khởi công cầu vượt sông, dự kiến thông xe cuối năm 2027").raised


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_gets_probabilities(text: str) -> None:
    scores = load_default().scores(text)
    assert sum(scores.tone_p.values()) == pytest.approx(1.0, abs=1e-5)
    assert set(scores.flags) == set(FLAGS)
    assert all(0.0 <= p <= 1.0 for p in scores.flags.values())


def test_doubt_is_unclear() -> None:
    flags = np.zeros(len(FLAGS))
    unsure, sure = np.array([0.35, 0.33, 0.32]), np.array([0.1, 0.8, 0.1])
    assert verdict_of(unsure, flags, 0.4, THRESHOLDS, "m").tone is Tone.UNCLEAR
    assert verdict_of(sure, flags, 0.4, THRESHOLDS, "m").tone is TONES[1]


def test_a_flag_is_raised_from_its_threshold_on() -> None:
    flags = np.linspace(0.2, 0.8, len(FLAGS))
    raised = verdict_of(np.array([1.0, 0.0, 0.0]), flags, 0.4, THRESHOLDS, "m").raised
    assert raised == {flag for flag, p in zip(FLAGS, flags, strict=True) if p >= 0.5}


@pytest.mark.parametrize("name", ["words.npz", "vocabulary.txt.gz"])
def test_a_damaged_file_is_refused_by_name(copy: Path, name: str) -> None:
    held = bytearray((copy / name).read_bytes())
    held[len(held) // 2] ^= 0xFF
    (copy / name).write_bytes(held)
    with pytest.raises(BrokenModel) as caught:
        load_words(copy)
    assert caught.value.key == "broken_model"
    assert str(caught.value.facts["file"]).endswith(name)


@pytest.mark.parametrize("name", ["words.npz", "manifest.json"])
def test_a_missing_file_is_refused_by_name(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(BrokenModel, match=name):
        load_words(copy)


def test_a_foreign_manifest_is_refused(copy: Path) -> None:
    (copy / "manifest.json").write_text('{"kind": "recipe"}', encoding="utf-8")
    with pytest.raises(BrokenModel, match="manifest"):
        load_words(copy)


def test_arrays_of_another_shape_are_refused_though_their_checksum_agrees(copy: Path) -> None:
    facts = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    with np.load(copy / "words.npz") as arrays:
        held = {key: arrays[key] for key in arrays.files}
    np.savez(copy / "words.npz", **{**held, "weights": held["weights"][:-1]})
    del facts["files"], facts["format"]
    manifest.write(copy, facts, ["words.npz", "vocabulary.txt.gz"])
    with pytest.raises(BrokenModel, match="shape"):
        load_words(copy)


def test_weights_fitted_on_other_cues_are_refused(copy: Path) -> None:
    facts = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    facts["cues"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(BrokenModel, match="cues"):
        load_words(copy)


def test_the_manifest_names_every_source_with_its_licence() -> None:
    facts = manifest.read(WEIGHTS, "words")
    assert facts["tones"] == [tone.value for tone in TONES]
    assert {source["name"] for source in facts["sources"]} >= {"reintel", "headlines2026", "own"}
    assert all(source["licence"] and source["rows"] for source in facts["sources"])

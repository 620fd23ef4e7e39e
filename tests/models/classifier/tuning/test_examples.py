"""What tuning learns from, and in which portions."""

from __future__ import annotations

import random

from models.classifier.gather import Sample
from models.classifier.tuning.examples import UNKNOWN, batches, of, spoken
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

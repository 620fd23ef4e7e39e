"""How like two posts are: what is the same, what is similar, and what is neither."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.likeness import SAMPLE, SIMILAR, TRACES, Likeness, Signature, Signer, compare
from tests.fakes import vietnamese
from tests.fakes.rewriting import (
    made_up,
    reworded,
    screenshot,
    shortened,
    without_accents,
)

SIGNER = Signer(b"k" * 32)
LENGTHS = (8, 10, 12, 15, 25, 49, 80, 200, 500)
BULLETIN = (
    "Trung tâm y tế xã cho biết trong tuần qua ghi nhận 3 ca mắc sốt xuất huyết tại hai xóm ven "
    "sông, tất cả đã được điều trị và sức khỏe ổn định, bà con nên ngủ màn và dọn chỗ nước đọng."
)


def signed(text: str) -> Signature:
    found = SIGNER.sign(text)
    assert found is not None
    return found


def like(one: str, other: str) -> Likeness:
    return compare(signed(one), signed(other))


def finds(stored: str, sought: str) -> bool:
    """Whether a look-up meets the stored post, and it is like enough to be told."""
    kept, asked = signed(stored), signed(sought)
    met = set(kept.traces[:TRACES]) & set(asked.traces)
    found = compare(asked, kept)
    return bool(met) and (found.same or found.similar)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_fifth_of_the_words_may_change(length: int) -> None:
    """Recall of at least 0.95 at every length, from a headline to 500 words."""
    dice = random.Random(length)
    texts = [made_up(dice, length) for _ in range(200)]
    found = sum(finds(text, reworded(text, 0.2, dice)) for text in texts)
    assert found >= 0.95 * len(texts)


@pytest.mark.parametrize(
    "changed",
    [
        without_accents,
        lambda text: screenshot(text, random.Random(7)),
        lambda text: shortened(text, 0.5),
        lambda text: text + "\nNguồn: trang của xã https://vidu.vn/bai?id=99",
    ],
    ids=["without accents", "screenshot", "half of it", "with a source"],
)
def test_the_same_post_in_another_shape_is_found(changed: Callable[[str], str]) -> None:
    dice = random.Random(3)
    texts = [made_up(dice, length) for length in (40, 60, 120, 300) for _ in range(50)]
    found = sum(finds(text, changed(text)) for text in texts)
    assert found >= 0.95 * len(texts)


def test_other_posts_are_not_like_it() -> None:
    dice = random.Random(5)
    texts = [signed(made_up(dice, length)) for length in LENGTHS for _ in range(20)]
    for place, one in enumerate(texts):
        for other in texts[:place]:
            assert compare(one, other).percent < SIMILAR


@settings(max_examples=60, deadline=None)
@given(data=st.data(), words=st.lists(vietnamese.words, min_size=8, max_size=60))
def test_form_case_and_punctuation_do_not_count(data: st.DataObject, words: list[str]) -> None:
    text = " ".join(words)
    assert SIGNER.sign(data.draw(vietnamese.retyped(text))) == SIGNER.sign(text)


def test_without_accents_it_is_the_same_post() -> None:
    assert like(BULLETIN, without_accents(BULLETIN)) == Likeness(100, same=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("3 ca", "5 ca"), ("ghi nhận 3", "không ghi nhận 3"), ("3 ca", "3.000 ca")],
    ids=["another number", "a denial", "thousands"],
)
def test_other_figures_or_a_denial_make_another_post(old: str, new: str) -> None:
    """It is told as similar, never as the same, however long the text is."""
    found = like(BULLETIN, BULLETIN.replace(old, new))
    assert (found.same, found.similar) == (False, True)
    assert found.percent < 100


def test_the_same_number_may_be_written_with_points() -> None:
    assert like(f"{BULLETIN} Chi 12.500.000 đồng", f"{BULLETIN} Chi 12500000 đồng").same


def test_one_other_syllable_makes_another_headline_but_not_another_article() -> None:
    headline = "Xã miền núi khánh thành cây cầu dân sinh thứ hai"
    assert not like(headline, headline.replace("hai", "ba")).same
    lead = made_up(random.Random(2), 25)
    assert not like(lead, " ".join([*lead.split()[:-1], "xyz"])).same
    article = made_up(random.Random(1), 120)
    words = article.split()
    words[60] = "xyz"
    assert like(article, " ".join(words)).same


def test_links_are_no_words() -> None:
    link = "https://baothu.vn/mot-bai-rat-dai-ve-cay-cau-123.html"
    assert signed(f"{BULLETIN} {link}") == signed(BULLETIN)


@pytest.mark.parametrize("text", ["", "Vâng ạ", "Ok cả nhà", "🇻🇳🇻🇳🇻🇳", "https://vidu.vn/mot-bai"])
def test_too_little_text_has_no_signature(text: str) -> None:
    assert SIGNER.sign(text) is None


def test_another_secret_gives_other_hashes() -> None:
    """Nothing of a signature can be made, or compared, without the installation's key."""
    mine, other = signed(BULLETIN), Signer(b"x" * 32).sign(BULLETIN)
    assert other is not None
    assert set(mine.traces).isdisjoint(other.traces)
    assert mine.facts != other.facts
    assert compare(mine, other).percent == 0


@settings(max_examples=60, deadline=None)
@given(text=vietnamese.anything)
def test_anything_can_be_signed(text: str) -> None:
    found = SIGNER.sign(text)
    if found is not None:
        assert found.size > 0
        assert len(found.pairs) == 4 * min(found.size, SAMPLE)
        assert 0 <= found.facts < 2**63
        assert all(-(2**31) <= trace < 2**31 for trace in found.traces)
        assert compare(found, found) == Likeness(100, same=True)


def test_a_sample_estimates_what_counting_would_say() -> None:
    """The root of the share of common pairs, within five points for nearly every pair of texts."""
    dice = random.Random(11)
    off = []
    for _ in range(150):
        text = made_up(dice, 400)
        other = reworded(text, dice.random() * 0.4, dice)
        mine, theirs = (set(zip(t.split(), t.split()[1:], strict=False)) for t in (text, other))
        true = 100 * (2 * len(mine & theirs) / (len(mine) + len(theirs))) ** 0.5
        off.append(abs(like(text, other).percent - true))
    assert np.quantile(off, 0.95) <= 5

"""Quick signs: what is looked for first never hides what the whole pattern would find."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import personal_data, secrets
from models.checks import dates
from models.classifier import reading
from models.text import clean, fold, straighten

_MARKS = [
    "M", "Ậ", "T", "MẬT", "m4t", "TUYỆT ", "TỐI ", " ", ".", "\n", "\n\n", "Độ mật: ", "(", ")",
    "Số: 12/BC-UBND ", "KHẨN", "\u0332", "LƯU", " HÀNH ", "NỘI", " BỘ", "L Ư U", "nội bộ", "_", "-",
    "XEM XONG ", "TRẢ LẠI", "\u0323", "luu hanh ",
]  # fmt: skip

Quick = Callable[[str], object]
SIGNS: list[tuple[re.Pattern[str], Quick]] = [
    (personal_data._PHONE, personal_data._PHONE_LIKE.search),
    (personal_data._PLATE, personal_data._PLATE_LIKE.search),
    (personal_data._HOME, personal_data._HOUSE_LIKE.search),
    (dates._IN_TEXT, dates._YEAR_LIKE.search),
    (reading._PHONE, reading._PHONE_LIKE.search),
    (reading._DOTTED, reading._DOTTED_LIKE.search),
    (reading._URL, reading._may_link),
]


@pytest.mark.parametrize(("whole", "quick"), SIGNS)
@given(data=st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much])
def test_what_the_pattern_finds_shows_the_quick_sign(
    whole: re.Pattern[str], quick: Quick, data: st.DataObject
) -> None:
    assert quick(data.draw(st.from_regex(whole)))


@given(st.lists(st.sampled_from(_MARKS), min_size=1, max_size=10).map("".join))
@settings(max_examples=400)
def test_every_mark_shows_its_quick_sign(text: str) -> None:
    seen = straighten(clean(text))
    lines = secrets._lines(seen)
    if any(secrets._mark_of(line) for line in lines if line):
        assert secrets._MAYBE_SECRET.search(seen.lower())
    bare = [secrets._bare(line) for line in lines if line]
    pairs = [f"{one} {other}" for one, other in pairwise(bare)]
    if any(form.fullmatch(one) for form in secrets._CIRCULATION.values() for one in bare + pairs):
        assert any(form.search(fold(seen)) for form in secrets._MAYBE_RESTRICTED)


def test_every_bank_shows_a_part_of_its_name() -> None:
    for bank in personal_data._BANKS.replace(" ?", "").split("|"):
        assert personal_data._any_in(bank, personal_data._BANK_LIKE), bank

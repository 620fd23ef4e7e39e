"""Hosts written in punycode: what no name may hold is not shown as if it were one."""

from __future__ import annotations

import pytest

from models.address import parse
from models.sources import load_sources
from models.verdict import Tier


def packed(label: str) -> str:
    return f"xn--{label.encode('punycode').decode()}"


def test_a_sound_label_is_shown_in_its_letters() -> None:
    found = parse(f"https://{packed('báochínhphủ')}.vn/tin")
    assert found is not None
    assert (found.host, found.suffix) == ("báochínhphủ.vn", "vn")


@pytest.mark.parametrize(
    "hidden", ["gov。vn", "。vn", "gov．vn", "a\u2000b", "a\u2044b", "ⓖov", "bao\u0301", "a\u202eb"]
)
def test_dots_blanks_and_signs_stay_packed(hidden: str) -> None:
    """No browser takes such a label: it must not end in another domain, nor hide a blank."""
    found = parse(f"http://chinhphu.{packed(hidden)}")
    assert found is not None
    assert found.host == f"chinhphu.{packed(hidden)}"
    assert load_sources().look((f"http://chinhphu.{packed(hidden)}/a",), None).tier is Tier.T4

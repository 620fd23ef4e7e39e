"""How ``doctor`` ends: with what is wrong, with what is still to do, or with neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conftest import Run

GOOD, TO_DO = "Mọi thứ đều ổn.", "việc nên làm"


def test_what_is_still_to_do_is_counted_at_the_end(run: Run, data: Path) -> None:
    """A fresh folder: no unit, no owner. Nothing is wrong, but not all is well either."""
    code, said = run("doctor", "--offline")
    assert (code, GOOD in said) == (0, False)
    told = [line for line in said.splitlines() if "Cách sửa" in line or "Cách bổ sung" in line]
    assert f"còn {len(told)} {TO_DO}" in said
    _, online = run("doctor")
    assert f"còn {len(told) + 1} {TO_DO}" in online, "no token either"


def test_all_is_well_where_nothing_is_to_do(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTIN_OWNERS", "1")
    monkeypatch.setenv("CANTIN_READ_PICTURES", "off")
    run("unit", "add", "Xã Bình Minh")
    code, said = run("doctor", "--offline")
    assert (code, GOOD in said, TO_DO in said) == (0, True, False)


def test_what_is_wrong_comes_before_what_is_to_do(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "fingerprint.key").write_bytes(b"short")
    code, said = run("doctor", "--offline")
    assert (code, GOOD in said) == (1, False)
    assert "Có 1 điểm cần xử lý; ngoài ra còn" in said

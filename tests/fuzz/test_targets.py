"""The targets of the long fuzzing, with what hypothesis makes of their seeds in a few seconds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.vietnamese import anything
from tests.fuzz.shaking import shaken
from tests.fuzz.targets import TARGETS, seeds


@pytest.mark.parametrize("name", TARGETS)
def test_a_targets_seeds_pass(name: str) -> None:
    for seed in seeds(name):
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_breaks_on_what_was_shaken(name: str, data: st.DataObject) -> None:
    one = st.one_of(shaken(seeds(name)), anything.map(str.encode), st.binary(max_size=200))
    TARGETS[name](data.draw(one))

"""*Nhận định chưa đúng*: an administrator's tone is learned from, anybody else's is heard only."""

from __future__ import annotations

from models.corrections import Example, corrections
from models.judge import Judge
from models.packfile import load_packs
from models.verdict import Tone
from tests.bot.office import HANH, MAI, Office, days
from tests.fakes.classifier import FakeClassifier
from tests.handlers.posts import asks, good, press_and_see, weighed
from tests.models.weighing import sources


async def learned(place: Office, age: float = 0) -> list[Example]:
    """The examples that a training would take in ``age`` days from now."""
    judge = Judge(FakeClassifier(), load_packs(), sources())
    store = place.parts.desk.store
    return await corrections(store, place.now + days(age), 30, judge.toned)


async def says_wrong(place: Office, user: int, label: str) -> str:
    """Press *Nhận định chưa đúng* under a new answer, then a tone; the post's first words."""
    post = good()
    answer = await weighed(place, **post)
    await press_and_see(place, answer, "Nhận định chưa đúng", user)
    await press_and_see(place, place.last(), label, user)
    return str(post["text"])


async def test_an_administrators_tone_becomes_an_example(place: Office) -> None:
    """With the text as it was judged, the group and the day; nobody's number is in it."""
    text = await says_wrong(place, MAI, "Trung tính")
    [example] = await learned(place)
    assert (example.text, example.tone) == (text, Tone.NEUTRAL)
    assert example.provenance == f"group {(await place.kept_group()).id}, {place.now.date()}"
    assert str(MAI) not in repr(example)


async def test_what_others_say_is_heard_and_not_learned(place: Office) -> None:
    await says_wrong(place, HANH, "Tiêu cực")
    assert await learned(place) == []


async def test_it_is_forgotten_with_the_text(place: Office) -> None:
    """By age, and at once on request."""
    await says_wrong(place, MAI, "Trung tính")
    assert await learned(place, 31) == []
    assert len(await learned(place)) == 1
    await asks(place, "/xoadulieu")
    assert await learned(place) == []


async def test_in_private_nothing_is_learned(place: Office) -> None:
    answer = await weighed(place, MAI, **good())
    await press_and_see(place, answer, "Nhận định chưa đúng")
    await press_and_see(place, place.last(MAI), "Tiêu cực")
    assert await learned(place) == []

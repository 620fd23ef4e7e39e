"""Cases and judges for tests: real packs and sources, a classifier that says what it is told."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from models.case import Case
from models.judge import Judge
from models.packfile import load_packs
from models.post import Origin, Post
from models.sources import Sources, load_sources
from models.verdict import Tone
from tests.fakes.classifier import FakeClassifier

TODAY = date(2026, 11, 21)
STATE = "https://phuongvidu.gov.vn/tin/tin-trong-ngay"
PRESS = "https://vnexpress.net/tin-trong-ngay-4981234.html"
GATHERED = "https://soha.vn/tin-trong-ngay.htm"
STRANGE = "https://tinvuivn.example/bai-viet"
SENTENCE = "Ủy ban nhân dân phường Ví Dụ khánh thành nhà văn hóa khu phố 3 vào sáng nay."


@lru_cache(maxsize=1)
def sources() -> Sources:
    return load_sources()


def case(
    text: str = SENTENCE,
    *links: str,
    tone: Tone = Tone.NEUTRAL,
    headroom: int | None = None,
    origin: Origin | None = None,
    media: tuple[str, ...] = (),
    draft: bool = False,
    **flags: float,
) -> Case:
    """A case; ``flags`` are what the classifier says of the text."""
    post = Post(text=text, links=links, origin=origin, media=media, draft=draft)
    held = sources()
    return Case(
        post,
        held.look(links, origin),
        FakeClassifier(tone, flags),
        today=TODAY,
        headroom=headroom,
        is_aggregator=held.is_aggregator,
        is_shortener=held.is_shortener,
        is_own=held.answers_for_its_pages,
    )


def judge(tone: Tone = Tone.NEUTRAL, **flags: float) -> Judge:
    """A judge with the shipped packs, whose classifier says the same of every text."""
    return Judge(FakeClassifier(tone, flags), load_packs(), sources())

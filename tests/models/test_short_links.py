"""A shortened link: the whole address is asked for, and that it is short is no sign of a trap."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from models.case import Case
from models.classifier.words import load_default
from models.judge import Judge
from models.packfile import load_packs
from models.post import Post, pasted
from models.text import unaccent
from models.verdict import Level, Scores
from tests.fakes.classifier import FakeClassifier
from tests.models.weighing import PRESS, SENTENCE, TODAY, sources

SHORT = "https://bit.ly/3aBcD"
RUMOURS = [
    "Lương hưu tăng 30% từ tháng 1, đọc tại đây",
    "Người già trên 75 tuổi được nhận 1 triệu mỗi tháng, chi tiết ở đây",
    "Mời bà con đăng ký tiêm phòng dại cho chó mèo, link đăng ký",
    "Nghe nói sắp đổi tiền mới, ai có tiền cũ nên đổi sớm, chi tiết",
    "Mai cúp điện toàn tỉnh 3 ngày nha mọi người",
]
SCAMS = [
    "Chúc mừng bạn đã trúng thưởng xe SH, bấm vào để nhận",
    "Việc nhẹ lương cao 500k/ngày, làm tại nhà, đăng ký",
    "Bạn nhận được hoàn thuế 3.200.000đ, điền thông tin tại",
    "Bạn có phạt nguội chưa nộp, tra cứu và nộp tại",
]


def judge(classifier: object = None) -> Judge:
    return Judge(classifier or load_default(), load_packs(), sources())  # type: ignore[arg-type]


def level(text: str) -> Level:
    return judge().judge(pasted(f"{text} {SHORT}"), today=TODAY, headroom=None).level


@pytest.mark.parametrize("text", RUMOURS)
def test_a_rumour_with_a_shortened_link_is_to_be_verified(text: str) -> None:
    """With accents and without: no fraud is told of it."""
    assert level(unaccent(text)) is Level.VERIFY_FIRST
    assert level(text) is Level.VERIFY_FIRST


@pytest.mark.parametrize("text", SCAMS)
def test_a_trap_with_a_shortened_link_is_a_trap_still(text: str) -> None:
    assert level(text) is Level.DO_NOT_SHARE
    assert level(unaccent(text)) is Level.DO_NOT_SHARE


def read_of(post: Post) -> str:
    """What the classifier was given."""
    fake = FakeClassifier()
    held = sources()
    case = Case(
        post, held.look(post.places, None), fake, today=TODAY, headroom=None,
        is_shortener=held.is_shortener, is_own=held.answers_for_its_pages,
    )  # fmt: skip
    assert isinstance(case.scores, Scores)
    return fake.read[0]


@pytest.mark.parametrize(
    "written",
    [
        SHORT,
        "bit.ly/3aBcD",
        "HTTPS://BIT.LY/3aBcD",
        f"({SHORT}).",
        "đây:bit.ly/3aBcD",
        "bit.ly/?a=1",
    ],
)
def test_the_classifier_reads_a_link_to_somewhere(written: str) -> None:
    read = read_of(pasted(f"Xem {written} nhé"))
    assert "bit.ly" not in read.lower()
    assert "://" in read
    assert read.endswith(" nhé")


def test_many_shortened_links_cost_no_more_than_they_are() -> None:
    text = " ".join(f"bit.ly/{number:05d}" for number in range(4_000))
    start = time.perf_counter()
    assert "bit.ly" not in read_of(pasted(text))
    assert time.perf_counter() - start < 2


def test_the_classifier_reads_where_the_link_leads() -> None:
    post = replace(pasted(f"Xem {SHORT} nhé"), targets=((SHORT, "https://la.example/a"),))
    assert read_of(post) == "Xem https://la.example/a nhé"


def test_the_whole_address_is_asked_for_first() -> None:
    post = pasted(f"{SENTENCE} {SHORT}")
    verdict = judge(FakeClassifier()).judge(post, today=TODAY, headroom=9)
    assert verdict.level is Level.VERIFY_FIRST
    assert [finding.rule for finding in verdict.reasons] == ["qd874.4.4.short"]
    assert "bit.ly" in verdict.reasons[0].evidence
    assert "đầy đủ" in verdict.reasons[0].advice


def test_a_followed_link_is_judged_by_where_it_leads() -> None:
    post = replace(pasted(f"{SENTENCE} {SHORT}"), targets=((SHORT, PRESS),))
    verdict = judge(FakeClassifier()).judge(post, today=TODAY, headroom=9)
    assert verdict.level is Level.SHARE


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Xem hóa đơn ở https://www.viettel.vn/hoa-don nhé", "Xem hóa đơn ở  nhé"),
        ("Tra cứu ở csgt.vn, miễn phí", "Tra cứu ở , miễn phí"),
        ("Xem https://google.com/search?q=vd nhé", "Xem https://google.com/search?q=vd nhé"),
        ("Tải ở https://viettel.vn/a.apk", "Tải ở https://viettel.vn/a.apk"),
        ("Vào https://viettel-hoadon.example/a", "Vào https://viettel-hoadon.example/a"),
    ],
)
def test_a_link_to_a_known_host_is_no_sign_of_a_trap(text: str, read: str) -> None:
    """The words judge without it; an app to install, or a host that nobody knows, is read."""
    assert read_of(pasted(text)) == read

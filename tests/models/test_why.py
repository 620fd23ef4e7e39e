"""Why a tone: only words that stand in the post, as they are written in it, five each way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifier.leading import lead as lead_of
from models.classifier.words import load_default
from models.judge import Judge
from models.packfile import load_packs
from models.post import Post
from models.text import clean, straighten
from models.verdict import Tone, Verdict
from models.why import SHOWN, Lead, Pull, Told, Why, why
from tests.fakes.vietnamese import anything, plain
from tests.models.weighing import TODAY, sources


def lead(*pulls: Pull) -> Lead:
    return Lead(Tone.NEGATIVE, 0.0, pulls)


def told(text: str, *pulls: Pull) -> tuple[Told, Told]:
    found = why(lead(*pulls), Post(text))
    return found.towards, found.against


def words_judge() -> Judge:
    words = load_default()
    return Judge(words, load_packs(), sources(), partial(lead_of, words))


def judged(post: Post) -> tuple[Verdict, Why]:
    judge = words_judge()
    verdict = judge.judge(post, today=TODAY, headroom=None)
    return verdict, judge.why(post, verdict)


@pytest.mark.parametrize(
    "text", ["The government announced new measures to protect the coast this week.", "👍👍👍", ""]
)
def test_what_nobody_judged_is_not_explained(text: str) -> None:
    """Another language, not a word: no word of it is told to lean anywhere."""
    verdict, found = judged(Post(text))
    assert not verdict.judged
    assert found == Why(Tone.UNCLEAR, missing="unjudged")


def test_words_are_shown_as_they_are_written() -> None:
    towards, _ = told("Vụ việc\nTỬ  Vong, rất đẹpppp", Pull(1, 1, "tử vong"), Pull(0.5, 1, "đẹp"))
    assert towards.words == ("TỬ Vong", "đẹpppp")


def test_a_word_that_is_not_in_the_post_is_not_shown() -> None:
    """It came from the page behind a link, or was typed in disguise."""
    towards, _ = told("Một bài ngắn", Pull(2, 1, "tử vong"), Pull(1, 1, "ngắ"), Pull(1, 1, "bài"))
    assert towards.words == ("bài",)


def test_numbers_and_marks_are_no_words() -> None:
    """A number could be somebody's."""
    towards, _ = told("gọi 0912345678 ,", Pull(2, 1, "0phone"), Pull(2, 1, "9n"), Pull(2, 1, ","))
    assert towards == Told()


def test_at_most_five_each_way_the_strongest_first() -> None:
    text = "mot hai ba bon nam sau bay"
    pulls = [Pull(0.2 + n / 10, 1, word) for n, word in enumerate(text.split())]
    towards, against = told(text, *pulls, *(Pull(-p.weight, 1, p.words + "x") for p in pulls))
    assert towards.words == ("bay", "sau", "nam", "bon", "ba")
    assert against == Told()


def test_a_phrase_takes_the_place_of_its_parts() -> None:
    text = "người bị thương nặng"
    towards, _ = told(
        text, Pull(3, 1, "bị"), Pull(2, 1, "bị thương"), Pull(1.5, 1, "thương nặng"),
        Pull(1, 1, "thương"),
    )  # fmt: skip
    assert towards.words == ("bị thương",)


def test_no_word_speaks_for_both_sides() -> None:
    towards, against = told("nhà cái mời", Pull(2, 1, "nhà cái"), Pull(-1, 1, "cái"))
    assert (towards.words, against.words) == (("nhà cái",), ())


def test_one_words_terms_are_weighed_together() -> None:
    """As a gram it speaks for the tone, as a cue against it: the sum counts."""
    towards, against = told("an toàn", Pull(0.5, 1, "an toàn"), Pull(-0.9, 1, "an toàn"))
    assert (towards.words, against.words) == ((), ("an toàn",))


def test_a_sign_that_is_hardly_there_explains_nothing() -> None:
    towards, _ = told("bài", Pull(1, 0.05, sign="capitals"), Pull(1, 0.9, sign="exclaims"))
    assert towards.signs == ("exclaims",)


@settings(max_examples=80, deadline=None)
@given(st.one_of(plain, anything), st.sampled_from([Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE]))
def test_every_word_shown_stands_in_the_post(text: str, tone: Tone) -> None:
    found = why(lead_of(load_default(), text, tone), Post(text))
    seen = " ".join(straighten(clean(text)).replace("_", " ").split())
    for side in (found.towards, found.against):
        assert len(side.words) + len(side.signs) <= SHOWN
        assert all(word in seen for word in side.words)


def test_the_tone_that_was_given_is_explained() -> None:
    verdict, found = judged(Post("Cháy lớn tại xưởng gỗ, 3 người tử vong"))
    assert found.tone is verdict.tone is Tone.NEGATIVE
    assert "tử vong" in found.towards.words
    assert found.alone
    assert not found.renewed


def test_of_an_unclear_post_the_likeliest_tone_is_explained() -> None:
    verdict, found = judged(Post("ừ"))
    assert found.tone is max(verdict.tone_p, key=lambda tone: verdict.tone_p[tone])


def test_words_behind_a_link_are_not_shown() -> None:
    post = Post("Xem tin này nhé mọi người", behind="Cháy lớn, 3 người tử vong")
    _, found = judged(post)
    shown = {*found.towards.words, *found.against.words}
    assert shown
    assert not shown & {"tử vong", "Cháy", "cháy"}


def test_a_restricted_post_is_not_explained_in_words() -> None:
    post = Post("LƯU HÀNH NỘI BỘ\nCông văn về việc cháy lớn, 3 người tử vong\nKính gửi các phòng")
    verdict, found = judged(post)
    assert not verdict.keep_text
    assert found == Why(verdict.tone, missing="kept_back")


def test_a_purged_or_wordless_post_says_so() -> None:
    verdict, _ = judged(Post("Cháy lớn tại xưởng gỗ, 3 người tử vong"))
    assert words_judge().why(Post(), verdict).missing == "gone"
    assert words_judge().why(Post(media=("photo",)), verdict).missing == "wordless"


def test_a_secret_is_never_explained() -> None:
    _, found = judged(Post("UBND TỈNH VÍ DỤ\nSố: 00/BC-VD\nMẬT\nBÁO CÁO\nCháy lớn, 3 tử vong"))
    assert (found.towards, found.against, found.missing) == (Told(), Told(), "kept_back")


def test_a_model_that_was_trained_since_is_admitted() -> None:
    """Its two readers are one model: their names differ in the first word."""
    post = Post("Cháy lớn tại xưởng gỗ, 3 người tử vong")
    judge, (verdict, _) = words_judge(), judged(post)
    trained = verdict.model.partition("-")[2]
    assert judge.why(post, replace(verdict, model="words-2020-01-01-abc")).renewed
    assert not judge.why(post, replace(verdict, model=f"blend-{trained}")).renewed


def test_words_that_lean_elsewhere_are_admitted() -> None:
    """The second reader reads the whole sentence."""
    assert not why(lead(Pull(-1, 1, "tốt")), Post("tốt")).alone

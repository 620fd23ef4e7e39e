"""Pop-ups, errors, menus and the command line's words."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import notices, render, terminal
from messages.reply import Reply
from models.errors import BrokenRules, UserError
from models.verdict import Tone
from tests.messages.hostile import balances, strings
from tests.messages.samples import BALANCED, ERRORS
from tests.messages.strict import read, units


@given(
    kind=st.sampled_from(get_args(notices.Kind)),
    balance=st.none() | balances,
    tone=st.none() | st.sampled_from(Tone),
)
def test_a_pop_up_is_one_short_plain_line(kind, balance, tone) -> None:  # type: ignore[no-untyped-def]
    text = render.pressed(kind, balance=balance, tone=tone)
    assert 0 < units(text) <= 200
    assert "\n" not in text
    assert not re.search(r"[<>&]", text)


def test_a_share_tells_the_balance_that_it_made() -> None:
    assert "3 tin tiêu cực trong 28 bài" in render.pressed("shared", balance=BALANCED)


def test_a_relabelled_post_tells_its_new_tone() -> None:
    assert "thành tích cực" in render.pressed("relabelled", tone=Tone.POSITIVE)


@pytest.mark.parametrize(
    "key", [key for key, facts in ERRORS.items() if facts and key != "generic"]
)
def test_an_error_tells_its_facts_escaped(key: str) -> None:
    hostile = dict.fromkeys(ERRORS[key], "<b>x & y")
    if key in {"expired"}:
        hostile = {}
    seen = read(render.error(UserError(key, **hostile)).text)
    assert not hostile or "<b>x & y" in seen


def test_an_error_s_own_sentence_is_used_not_the_general_one() -> None:
    general = read(render.error(UserError("zzz")).text)[:25]
    for key, facts in ERRORS.items():
        if key != "generic":
            assert not read(render.error(UserError(key, **facts)).text).startswith(general), key


def test_an_unknown_error_still_tells_what_it_knows() -> None:
    seen = read(render.error(UserError("sao_hoa", where="tầng 3")).text)
    assert "sao_hoa" in seen
    assert "tầng 3" in seen


def test_an_error_with_fewer_facts_than_its_sentence_is_told_generally() -> None:
    assert "broken_rules" in read(render.error(BrokenRules("broken_rules", file="a.toml")).text)


@pytest.mark.parametrize("scope", get_args(notices.Scope))
def test_menu_entries_are_what_a_messenger_takes(scope: notices.Scope) -> None:
    menu = render.commands(scope)
    assert len({command for command, _ in menu}) == len(menu)
    for command, text in menu:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
        assert 3 <= len(text) <= 256


def test_only_administrators_are_shown_what_only_they_may_change() -> None:
    names = {scope: {c for c, _ in render.commands(scope)} for scope in get_args(notices.Scope)}
    assert {"caidat", "nhactuan"} <= names["admin"]
    assert not {"caidat", "nhactuan"} & (names["group"] | names["private"])
    assert all(
        {"trogiup", "stats", "quyenriengtu", "xoadulieu"} <= found for found in names.values()
    )


def test_the_sandbox_says_that_it_is_one_and_how_to_go_live() -> None:
    banner = terminal.say("sandbox_banner", address="http://127.0.0.1:8081")
    assert "CHẾ ĐỘ THỬ" in banner
    assert "http://127.0.0.1:8081" in banner
    assert "CANTIN_TELEGRAM_TOKEN" in banner


def test_an_unknown_finding_is_still_printed_with_its_facts() -> None:
    assert "dieu_la" in terminal.say("dieu_la", where="đây")
    assert "where=đây" in terminal.say("dieu_la", where="đây")
    assert "telegram_unreachable" in terminal.say("telegram_unreachable")


@given(text=strings)
def test_a_terminal_is_never_sent_control_characters(text: str) -> None:
    printed = terminal.say("unit_added", id=1, name=text, code="MA")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed)


def test_terminal_words_are_plain() -> None:
    assert terminal.say("unit_added", id=1, name="A & <B>", code="x") == (
        "Đã thêm đơn vị số 1: A & <B> (mã x)."
    )
    assert terminal.plain(Reply("<b>A</b> &amp; B")) == "A & B"
    assert "<" not in terminal.complain(UserError("unknown_unit", unit=3))


def test_a_unit_at_the_top_is_under_no_other() -> None:
    top = terminal.say("unit_line", id=1, name="Sở Ví Dụ", code="MA", parent=None)
    assert top == "1. Sở Ví Dụ (mã MA)"
    below = terminal.say("unit_line", id=2, name="Phường Ví Dụ", code="MB", parent=1)
    assert below == "2. Phường Ví Dụ (mã MB, thuộc đơn vị số 1)"

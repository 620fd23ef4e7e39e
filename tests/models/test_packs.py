"""Rule packs: what ships, what an administrator may change, how a broken pack is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checks import CHECKS
from models.errors import BrokenRules, UserError
from models.packfile import SHIPPED, load_packs
from models.packs import Pack, Rule, coverage_table
from models.verdict import Level

PACK = """id = "noi_quy"
title = "Nội quy của đơn vị"
cite = "QĐ 12/QĐ-VD"
number = "12/QĐ-VD"
issuer = "Phường Ví Dụ"
date = 2026-01-05

[[rules]]
id = "noi_quy.nguon"
says = "Chỉ đưa tin có nguồn."
check = "known_source"
level = "do_not_share"
reason = "Đơn vị yêu cầu có nguồn"
advice = "Tìm bài gốc."
"""


def rules(packs: tuple[Pack, ...]) -> dict[str, Rule]:
    return {rule.id: rule for pack in packs for rule in pack.rules}


def written(folder: Path, text: str, name: str = "noi_quy.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def broken(folder: Path, text: str) -> dict[str, str | int]:
    with pytest.raises(BrokenRules) as caught:
        load_packs(extra=written(folder, text))
    assert caught.value.key == "broken_rules"
    return caught.value.facts


def refused_at(folder: Path) -> int:
    """The line for which a folder is refused; 1 where it is not."""
    try:
        load_packs(folder)
    except BrokenRules as error:
        return int(error.facts["line"])
    return 1


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_every_shipped_pack_loads_but_the_press_letter_is_off() -> None:
    assert [pack.id for pack in load_packs()] == [name for name in SHIPPED if name != "cv3270"]
    assert "cv3270" in {pack.id for pack in load_packs(on=frozenset({"cv3270"}))}


def test_a_pack_switched_on_that_does_not_exist_is_named() -> None:
    with pytest.raises(UserError) as caught:
        load_packs(on=frozenset({"qd999"}))
    assert (caught.value.key, caught.value.facts) == ("unknown_pack", {"pack": "qd999"})


def test_the_code_of_2021_was_replaced_by_that_of_2026() -> None:
    pack = next(pack for pack in load_packs() if pack.id == "qd874")
    assert (pack.version, pack.until, pack.replaced_by) == (
        "qd874@2021-06-17",
        date(2026, 3, 5),
        "qd423",
    )


def test_all_clauses_of_article_4_and_both_of_article_5_are_there() -> None:
    ids = rules(load_packs()).keys()
    assert ids >= {f"qd874.4.{clause}" for clause in range(1, 9)} | {"qd874.5.1", "qd874.5.2"}


def test_only_clauses_1_to_3_and_8_of_article_4_may_be_out_of_a_posts_reach() -> None:
    table = coverage_table(pack for pack in load_packs() if pack.id == "qd874")
    assert {row.rule for row in table if row.how == "not_shown"} == {
        "qd874.4.1",
        "qd874.4.2",
        "qd874.4.3",
    }
    assert {row.rule for row in table if row.how == "people"} == {"qd874.5.1", "qd874.5.2"}


@pytest.mark.parametrize(
    ("rule", "cite"),
    [
        ("qd874.4.4", "khoản 4 Điều 4 QĐ 874/QĐ-BTTTT"),
        ("qd874.4.8", "Điều 4 QĐ 874/QĐ-BTTTT"),
        ("qd874.5.1", "Điều 5 QĐ 874/QĐ-BTTTT"),
        ("qd874.3.law", "QĐ 874/QĐ-BTTTT"),
        ("qd423.source", "QĐ 423/QĐ-BVHTTDL"),
        ("secrets.mark", "khoản 2 Điều 5 Luật 117/2025/QH15"),
        ("secrets.circulation", "NĐ 30/2020/NĐ-CP"),
        ("personal_data.id", "Luật 91/2025/QH15"),
    ],
)
def test_a_citation_goes_as_far_down_as_its_numbering_is_confirmed(rule: str, cite: str) -> None:
    assert rules(load_packs())[rule].cite == cite


def test_the_successor_is_cited_without_articles() -> None:
    assert all(
        not rule.article for pack in load_packs() if pack.id == "qd423" for rule in pack.rules
    )


def test_rule_ids_fit_a_button_and_are_unique() -> None:
    every = [rule.id for pack in load_packs(on=frozenset({"cv3270"})) for rule in pack.rules]
    assert len(every) == len(set(every))
    assert all(len(one) <= 20 and one.isascii() and "|" not in one for one in every)


def test_every_check_is_used_by_a_rule() -> None:
    used = {rule.check for rule in rules(load_packs(on=frozenset({"cv3270"}))).values()}
    assert used == CHECKS.keys()


def test_an_administrator_adds_a_pack(tmp_path: Path) -> None:
    packs = load_packs(extra=written(tmp_path, PACK))
    rule = rules(packs)["noi_quy.nguon"]
    assert (rule.level, rule.cite) == (Level.DO_NOT_SHARE, "QĐ 12/QĐ-VD")
    assert packs[-1].version == "noi_quy@2026-01-05"


def test_an_administrator_replaces_a_pack_by_its_id(tmp_path: Path) -> None:
    text = PACK.replace('"noi_quy"', '"cv664"')
    packs = load_packs(extra=written(tmp_path, text))
    assert "cv664.ceiling" not in rules(packs)
    assert [pack.id for pack in packs].count("cv664") == 1


def test_no_pack_may_let_state_secrets_through(tmp_path: Path) -> None:
    facts = broken(tmp_path, PACK.replace('"noi_quy"', '"secrets"'))
    assert "secret_mark" in str(facts["reason"])


def test_a_folder_of_ones_own_stands_alone(tmp_path: Path) -> None:
    assert [pack.id for pack in load_packs(written(tmp_path, PACK))] == ["noi_quy"]


@pytest.mark.parametrize(
    ("right", "wrong", "at", "reason"),
    [
        ('check = "known_source"', 'check = "knwon_source"', "check =", "knwon_source"),
        ('level = "do_not_share"', 'level = "cấm"', "level =", "do_not_share"),
        ('level = "do_not_share"', 'level = "share"', "level =", "do_not_share"),
        ('reason = "Đơn vị yêu cầu có nguồn"\n', "", 'id = "noi_quy.nguon"', "reason"),
        ('id = "noi_quy.nguon"\n', "", "[[rules]]", "id"),
        ('id = "noi_quy.nguon"', 'id = "nội quy"', 'id = "nội', "20"),
        ('advice = "Tìm', 'advise = "Tìm', "advise =", "advise"),
        ("date = 2026-01-05", 'date = "5/1/2026"', "date =", "date"),
        ('title = "Nội quy của đơn vị"\n', "", "id =", "title"),
        ('says = "Chỉ đưa tin có nguồn."', "says = 7", "says =", "says"),
        ('issuer = "Phường Ví Dụ"', 'issuer = "Phường Ví Dụ', "issuer =", "TOML"),
        ("[[rules]]", "[[rules]", "[[rules]", "TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_reason(
    tmp_path: Path, right: str, wrong: str, at: str, reason: str
) -> None:
    text = PACK.replace(right, wrong)
    facts = broken(tmp_path, text)
    assert (facts["file"], facts["line"]) == ("noi_quy.toml", line_of(text, at))
    assert reason in str(facts["reason"])


def test_a_mistake_in_a_second_rule_is_found_there(tmp_path: Path) -> None:
    second = PACK.partition("[[rules]]")[2].replace("noi_quy.nguon", "noi_quy.hai")
    text = PACK + "\n[[rules]]" + second.replace('check = "known_source"', 'check = "x"')
    assert broken(tmp_path, text)["line"] == line_of(text, 'check = "x"')


def test_two_rules_with_one_id_are_refused(tmp_path: Path) -> None:
    text = PACK + "\n[[rules]]" + PACK.partition("[[rules]]")[2]
    assert broken(tmp_path, text)["line"] == text[: text.rindex('id = "noi')].count("\n") + 1


def test_a_pack_without_rules_is_refused(tmp_path: Path) -> None:
    assert "rules" in str(broken(tmp_path, PACK.partition("[[rules]]")[0])["reason"])


def test_a_question_for_people_needs_its_words(tmp_path: Path) -> None:
    text = PACK.replace('check = "known_source"', 'check = "ask_people"')
    assert "question" in str(broken(tmp_path, text)["reason"])


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "noi_quy.toml").write_bytes(PACK.encode("utf-8")[:40] + b"\n\xff\xfe")
    with pytest.raises(BrokenRules) as caught:
        load_packs(extra=tmp_path)
    assert caught.value.facts["line"] == 3


@given(st.integers(0, len(PACK)), st.integers(0, 40))
def test_a_torn_file_is_read_or_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, start: int, size: int
) -> None:
    folder = written(tmp_path_factory.mktemp("p"), PACK[:start] + PACK[start + size :])
    assert 1 <= refused_at(folder) <= PACK.count("\n") + 1

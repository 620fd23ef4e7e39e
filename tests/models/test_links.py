"""Links in plain text: addresses are found, words glued by full stops are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.links import links_in
from tests.fakes.vietnamese import anything, plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Xem https://vnexpress.net/a-1.html nhé", ["https://vnexpress.net/a-1.html"]),
        ("http://x.vn", ["http://x.vn"]),
        ("HTTPS://VNEXPRESS.NET/A", ["HTTPS://VNEXPRESS.NET/A"]),
        ("Theo vnexpress.net, hôm nay", ["https://vnexpress.net"]),
        ("Vnexpress.net đưa tin", ["https://Vnexpress.net"]),
        ("VNEXPRESS.NET", ["https://VNEXPRESS.NET"]),
        ("báo tuoitre.vn/tin?id=5#a.", ["https://tuoitre.vn/tin?id=5#a"]),
        ("chinhphu.gov.vn:8443/x", ["https://chinhphu.gov.vn:8443/x"]),
        ("(dantri.com.vn)", ["https://dantri.com.vn"]),
        ("-dantri.com.vn", ["https://dantri.com.vn"]),
        ("Nguồn:dantri.com.vn", ["https://dantri.com.vn"]),
        ("...dantri.com.vn", ["https://dantri.com.vn"]),
        ("bit.ly/3xYz", ["https://bit.ly/3xYz"]),
        ("t.me/kenh_vi_du", ["https://t.me/kenh_vi_du"]),
        ("zalo.me/g/abc", ["https://zalo.me/g/abc"]),
        ("www.abc.top", ["https://www.abc.top"]),
        ("vietcombank-vn.top", ["https://vietcombank-vn.top"]),
        ("vcb24h.ga", ["https://vcb24h.ga"]),
        ("dichvucong.me", ["https://dichvucong.me"]),
        ("U23.vn", ["https://U23.vn"]),
        ("vnехpress.net", ["https://vnехpress.net"]),
        ("vn\u200bexpress.net", ["https://vnexpress.net"]),
        ("\u200bhttps://x.vn/\u2060a", ["https://x.vn/a"]),
    ],
)
def test_an_address_is_found(text: str, found: list[str]) -> None:
    """With its scheme, or as a bare host; also one with look-alike or invisible letters."""
    assert links_in(text) == tuple(found)


@pytest.mark.parametrize(
    "text",
    [
        "TP.HCM", "Tp.HCM", "TP.HN", "ThS.BS Lan", "PGS.TS.BS", "GS.TS", "v.v.", "v.v.v", "Q.1",
        "3.500.000đ", "1.2.3", "20.11.2026", "8.30", "T7.CN", "t7.cn", "5.ml", "500.ml",
        "tối nay.me đi làm", "anh em.co ai biết không", "den ga.ga nao", "uống 1.ly", "di.ly",
        "số.tk 123", "xong.Top 10 tin", "hết.Me gọi", "Hay.Vip quá", "Bộ GD.ĐT", "UBND.",
        "lan@hue.gov.vn", "lien.he@hue.gov.vn", "lien.he.info@hue.gov.vn", "nv.pro.an@x.vn",
        "a.com@x.vn", "mailto:x@y.vn", "@kenh.vn", "tệp.docx", "bao_cao.pdf", "tin.jpg",
        "https://", "http://...", "https:// vnexpress", "...", ".vn", "vn", "com.", "gov",
    ],
)  # fmt: skip
def test_what_is_no_address_is_left_alone(text: str) -> None:
    """Abbreviations, numbers, dates, e-mail addresses, files, words without a blank between."""
    assert links_in(text) == ()


@pytest.mark.parametrize("mark", [*".,;:!?)]}…*_»”’\"'>", "...", "!!!", ").", '".', "。"])
def test_closing_punctuation_is_no_part_of_an_address(mark: str) -> None:
    assert links_in(f"Xem (https://x.vn/a{mark} rồi") == ("https://x.vn/a",)
    assert links_in(f"Xem (x.vn/a{mark}") == ("https://x.vn/a",)
    assert links_in(f"Xem x.vn{mark}") == ("https://x.vn",)


def test_a_bracket_opened_in_the_address_belongs_to_it() -> None:
    address = "https://vi.wikipedia.org/wiki/Huế_(thành_phố)"
    assert links_in(f"({address}).") == (address,)


@pytest.mark.parametrize("glue", [",", ";", "|", "và", ")", "", "\n", "->"])
def test_an_address_glued_to_another_hides_behind_none(glue: str) -> None:
    """A trap written right behind a paper's address would pass as a part of it."""
    found = links_in(f"https://vnexpress.net/a{glue}https://bay.top/x")
    assert found[-1] == "https://bay.top/x"
    assert len(found) == 2


def test_an_address_inside_a_parameter_stays_there() -> None:
    address = "https://facebook.com/sharer?u=https://vnexpress.net/a"
    assert links_in(address) == (address,)


def test_an_address_glued_to_a_word_is_found() -> None:
    assert links_in("xem tạihttps://bay.top/x") == ("https://bay.top/x",)


def test_addresses_stand_in_order_without_repeats() -> None:
    text = "b.vn a.vn https://c.vn b.vn https://a.vn"
    assert links_in(text) == ("https://b.vn", "https://a.vn", "https://c.vn")


@given(plain)
def test_vietnamese_words_alone_have_no_links(text: str) -> None:
    assert links_in(text) == ()


@given(anything, anything)
def test_an_address_between_blanks_is_found_whatever_stands_around(before: str, after: str) -> None:
    assert "https://vi-du.vn/tin/1" in links_in(f"{before}\nhttps://vi-du.vn/tin/1\n{after}")
    assert "https://vi-du.gov.vn" in links_in(f"{before}\nvi-du.gov.vn\n{after}")


@given(anything | st.text(st.sampled_from("ahtps:/.vncom@-_1 \n"), max_size=60))
def test_what_is_found_is_absolute_bounded_and_once(text: str) -> None:
    found = links_in(text)
    assert len(set(found)) == len(found)
    for link in found:
        assert link.lower().startswith(("http://", "https://"))
        assert len(link.partition("://")[2]) > 0
        assert not any(letter.isspace() for letter in link)
        assert len(link) <= 2048 + len("https://")


@pytest.mark.parametrize("piece", ["a", "a-", "a--", "a.", "com.", "com.x@", "https://", "1.", "-"])
def test_twenty_thousand_hostile_letters_are_read(piece: str) -> None:
    """Without a search that grows with their square; a stuck one shows as a hung test."""
    links_in(piece * (20_000 // len(piece)))

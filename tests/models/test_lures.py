"""Brands beside words that lure, or misspelt with a letter twice, are caught; their own are not."""

import random
from pathlib import Path

import pytest

from models.sources import load_sources

SOURCES = load_sources()
HERE = Path(__file__).parent
BRANDS = (
    "shopee lazada tiki zalo momo zalopay vnpay ghtk ghn viettel vnpt mobifone vinaphone bhxh csgt "
    "viettelpost vietcombank bidv agribank vcb acb vib tpbank sacombank evn vneid vssid dichvucong "
    "etax jtexpress tiktok sendo napas viettelmoney"
)
WORDS = "vn tuyendung cskh hotro xacthuc nhanqua uudai trian dangnhap capnhat hoantien tracuu"
ENDINGS = ("com", "net", "org", "info", "top", "vip", "cc", "site", "online", "me", "asia", "id.vn")


def _hosts(name: str) -> list[str]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [host for line in lines if not line.startswith("#") for host in line.split()]


TRAPS, HONEST = _hosts("trap_hosts.txt"), _hosts("brand_hosts.txt")


def _imitated(host: str) -> str | None:
    return SOURCES.look([f"https://{host}/"], None).lookalike_of


def test_there_are_enough_of_both() -> None:
    assert len(set(TRAPS)) >= 160
    assert len(set(HONEST)) >= 220


@pytest.mark.parametrize("host", TRAPS)
def test_a_brand_beside_a_lure_is_an_imitation(host: str) -> None:
    assert _imitated(host)


@pytest.mark.parametrize("host", HONEST)
def test_a_brand_s_own_hosts_and_like_names_are_none(host: str) -> None:
    assert _imitated(host) is None


@pytest.mark.parametrize(
    ("host", "real"),
    [
        ("shopee-tuyendung.com", "shopee.vn"),
        ("tuyendungshopee.com", "shopee.vn"),
        ("shoppee-vn.com", "shopee.vn"),
        ("zalo-vn.com", "zalo.me"),
        ("ghtk-vn.com", "ghtk.vn"),
        ("vneiid.com", "vneid.gov.vn"),
        ("momo-nhanqua.id.vn", "momo.vn"),
    ],
)
def test_the_brand_is_told(host: str, real: str) -> None:
    assert _imitated(host) == real


def test_at_least_98_of_100_made_of_brand_and_lure_are_caught() -> None:
    """Every brand with every word: before and behind it, with a hyphen and without, and more."""
    rng = random.Random(20261128)
    made = [
        f"{form}.{rng.choice(ENDINGS)}"
        for brand in BRANDS.split()
        for word in WORDS.split()
        for form in (
            f"{brand}-{word}",
            f"{word}-{brand}",
            f"{brand}{word}",
            f"{word}{brand}",
            f"{brand}-{word}-vn",
            f"{brand}-{word}24h",
        )
    ]
    missed = [host for host in made if _imitated(host) is None]
    assert len(made) >= 2_000
    assert len(missed) <= len(made) * 0.02, missed


def test_under_vn_a_reseller_s_name_is_no_imitation() -> None:
    """There an owner is known by name; not so under the endings that anybody has for the asking."""
    assert _imitated("tuyendung-viettel.vn") is None
    assert _imitated("tuyendung-viettel.id.vn") == "viettel.vn"

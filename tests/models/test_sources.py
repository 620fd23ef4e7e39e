"""Tiers by host, trust by channel, page and site, and of several links the weakest."""

from pathlib import Path

import pytest

from models.errors import BrokenRules
from models.post import Origin
from models.sources import Sources, load_sources
from models.verdict import Tier

PLAIN = load_sources()
TRUSTED = """
[[channel]]
name = "Kênh của phường Ví Dụ"
id = "-1001000000001"
username = "@phuongvidu"

[[page]]
name = "Trang của phường Ví Dụ"
url = "https://www.facebook.com/PhuongViDu"

[[page]]
name = "Truyền hình Ví Dụ"
url = "https://youtube.com/@truyenhinhvidu"

[[site]]
name = "Trang nội bộ Ví Dụ"
host = "vidu-noibo.edu.vn"
"""


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    path = tmp_path_factory.mktemp("trust") / "trusted.toml"
    path.write_text(TRUSTED, "utf-8")
    return load_sources(path)


@pytest.mark.parametrize(
    ("link", "tier", "host"),
    [
        ("https://chinhphu.vn/tin", Tier.T1, "chinhphu.vn"),
        ("https://xaydungchinhsach.chinhphu.vn/a", Tier.T1, "xaydungchinhsach.chinhphu.vn"),
        ("https://bocongan.gov.vn/", Tier.T1, "bocongan.gov.vn"),
        ("https://xa-bat-ky.thainguyen.gov.vn/a", Tier.T1, "xa-bat-ky.thainguyen.gov.vn"),
        ("https://quochoi.vn", Tier.T1, "quochoi.vn"),
        ("https://vnexpress.net/abc.html", Tier.T2, "vnexpress.net"),
        ("vnexpress.net/abc.html", Tier.T2, "vnexpress.net"),
        ("//vnexpress.net/abc.html", Tier.T2, "vnexpress.net"),
        ("HTTPS://VNEXPRESS.NET/", Tier.T2, "vnexpress.net"),
        ("https://vnexpress.net./abc", Tier.T2, "vnexpress.net"),
        ("https://vnexpress.net:443/abc", Tier.T2, "vnexpress.net"),
        ("https://v%6eexpress.net/abc", Tier.T2, "vnexpress.net"),
        ("https://vnexpress\u200b.net/abc", Tier.T2, "vnexpress.net"),
        ("https://ｖｎｅｘｐｒｅｓｓ.net/abc", Tier.T2, "vnexpress.net"),
        ("https://thethao.tuoitre.vn/a", Tier.T2, "thethao.tuoitre.vn"),
        ("https://baothainguyen.vn/a", Tier.T2, "baothainguyen.vn"),
        ("https://voh.com.vn/", Tier.T2, "voh.com.vn"),
        ("https://soha.vn/a", Tier.T3, "soha.vn"),
        ("https://m.kenh14.vn/a", Tier.T3, "m.kenh14.vn"),
        ("https://facebook.com/abc", Tier.T4, "facebook.com"),
        ("https://bit.ly/abc", Tier.T4, "bit.ly"),
        ("https://trang-la.vn/abc", Tier.T4, "trang-la.vn"),
        ("https://evil.vn/vnexpress.net", Tier.T4, "evil.vn"),
        ("https://evil.vn?u=vnexpress.net", Tier.T4, "evil.vn"),
        ("https://evil.vn#vnexpress.net", Tier.T4, "evil.vn"),
        ("https://evil.vn\\@vnexpress.net/", Tier.T4, "evil.vn"),
        ("https://notvnexpress.vn/", Tier.T4, "notvnexpress.vn"),
    ],
)
def test_the_tier_goes_by_the_host_truly_called(link: str, tier: Tier, host: str) -> None:
    found = PLAIN.look([link], None)
    assert (found.tier, found.host) == (tier, host)


@pytest.mark.parametrize(
    "link", ["mailto:a@vnexpress.net", "tel:113", "https://", "", "   ", "://"]
)
def test_what_leads_to_no_page_is_no_source(link: str) -> None:
    found = PLAIN.look([link], None)
    assert (found.tier, found.host) == (Tier.T4, None)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fvnexpress.net%2Fa&h=AT", "vnexpress.net"),
        ("https://www.google.com/url?q=https://tuoitre.vn/a", "tuoitre.vn"),
    ],
)
def test_a_redirect_page_counts_as_what_it_leads_to(link: str, host: str) -> None:
    assert PLAIN.look([link], None).host == host


def test_of_several_links_the_weakest_counts() -> None:
    strong = ["https://chinhphu.vn/a", "https://vnexpress.net/a"]
    assert PLAIN.look(strong, None).tier is Tier.T2
    assert PLAIN.look([*strong, "https://soha.vn/a"], None).tier is Tier.T3
    assert PLAIN.look([*strong, "https://trang-la.vn", "https://soha.vn"], None).tier is Tier.T4
    trap = PLAIN.look(["https://trang-la.vn", "https://vnexpresss.net", *strong], None)
    assert trap.lookalike_of == "vnexpress.net"


def test_a_link_to_the_press_is_the_source_whoever_passed_it_on() -> None:
    stranger = Origin("user", id="5", name="Người lạ")
    assert PLAIN.look(["https://vnexpress.net/a"], stranger).reliable


@pytest.mark.parametrize(
    "link",
    [
        "https://sonoivu.vidu.gov.vn/nha-cai-uy-tin-2026",
        "https://xa.vidu.gov.vn/?q=casino-online",
        "https://tai-xiu.vidu.gov.vn/",
        "https://xa.vidu.gov.vn/vay-tien-nhanh.html",
    ],
)
def test_betting_and_loans_overrule_a_state_page(link: str) -> None:
    found = PLAIN.look([link], None)
    assert found.tier is Tier.T4
    assert found.suspicion
    assert not found.reliable


@pytest.mark.parametrize(
    "link",
    [
        "https://bocongan.gov.vn/triet-pha-duong-day-ca-do-bong-da",
        "https://bocongan.gov.vn/canh-bao-lua-dao-vay-tien-qua-mang",
        "https://vidu.gov.vn/chinh-sach-cho-vay-ho-ngheo",
        "https://vidu.gov.vn/tin/ban-can-su",
    ],
)
def test_a_state_report_about_betting_and_loans_stays(link: str) -> None:
    assert PLAIN.look([link], None).tier is Tier.T1


def test_trust_goes_by_id_or_username_never_by_title(trusting: Sources) -> None:
    name = "Kênh của phường Ví Dụ"
    assert trusting.look([], Origin("channel", id="-1001000000001")).trusted_as == name
    assert trusting.look([], Origin("channel", id="7", username="PhuongViDu")).trusted_as == name
    assert (
        trusting.look([], Origin("channel", id="7", username="khac", name=name)).trusted_as is None
    )
    assert trusting.look([], Origin("hidden", name=name)).trusted_as is None
    assert trusting.look([], Origin("hidden", username="phuongvidu", name=name)).trusted_as is None


@pytest.mark.parametrize(
    ("link", "trusted"),
    [
        ("https://facebook.com/phuongvidu/posts/1", True),
        ("https://m.facebook.com/PhuongViDu?ref=1", True),
        ("https://fb.com/phuongvidu", True),
        ("https://www.youtube.com/@TruyenHinhViDu/videos", True),
        ("https://t.me/phuongvidu/12", True),
        ("https://t.me/s/phuongvidu", True),
        ("https://t.me/c/1000000001/12", True),
        ("https://vidu-noibo.edu.vn/tin", True),
        ("https://tin.vidu-noibo.edu.vn/tin", True),
        ("https://facebook.com/phuongvidu2", False),
        ("https://facebook.com/nguoila/phuongvidu", False),
        ("https://facebook.com/", False),
        ("https://facebook.com.la.vn/phuongvidu", False),
        ("https://youtube.com/@khac", False),
        ("https://t.me/khac/phuongvidu", False),
        ("https://xvidu-noibo.edu.vn/", False),
    ],
)
def test_pages_and_sites_of_the_owner(trusting: Sources, link: str, trusted: bool) -> None:
    found = trusting.look([link], None)
    assert (found.trusted_as is not None) is trusted
    assert found.reliable is trusted


def test_a_trusted_channel_does_not_vouch_for_a_strange_link(trusting: Sources) -> None:
    channel = Origin("channel", id="-1001000000001")
    assert not trusting.look(["https://trang-la.vn/a"], channel).reliable
    assert trusting.look([], channel).reliable


def test_an_imitation_of_a_trusted_page_is_not_trusted(trusting: Sources) -> None:
    found = trusting.look(["https://facebook.com@trang-la.vn/phuongvidu"], None)
    assert found.trusted_as is None
    assert not found.reliable


def test_aggregators_and_shorteners_are_told_apart() -> None:
    assert PLAIN.is_aggregator("soha.vn")
    assert PLAIN.is_aggregator("m.soha.vn")
    assert not PLAIN.is_aggregator("vnexpress.net")
    assert PLAIN.is_shortener("bit.ly")
    assert not PLAIN.is_shortener("facebook.com")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[channel]]\nname = \n", 2),
        ('\n[[kenh]]\nname = "A"\n', 2),
        ('[[channel]]\nname = "A"\nusername = "a"\n\n[[channel]]\nusername = "b"\n', 5),
        ('[[page]]\nname = "A"\n', 1),
        ('[[page]]\nname = "A"\nurl = "https://facebook.com"\n', 1),
        ('\n\n[[site]]\nname = "A"\nhost = "facebook.com"\n', 3),
        ('[[site]]\nname = "A"\nhost = "vn"\n', 1),
        ('[[site]]\nname = "A"\nhots = "a.vn"\n', 1),
    ],
)
def test_a_mistake_in_the_owners_file_is_named_by_line(
    tmp_path: Path, text: str, line: int
) -> None:
    path = tmp_path / "trusted.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BrokenRules) as caught:
        load_sources(path)
    assert caught.value.key == "broken_rules"
    assert caught.value.facts["file"] == "trusted.toml"
    assert caught.value.facts["line"] == line
    assert caught.value.facts["reason"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trusted.toml"
    path.write_bytes(b"\xff\xfe\x00[")
    with pytest.raises(BrokenRules):
        load_sources(path)

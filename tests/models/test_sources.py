"""Where a post comes from: tiers on label boundaries, the weakest link, trust by id and host."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BrokenRules
from models.post import Origin
from models.sources import Sources, load_sources
from models.verdict import Source, Tier

SOURCES = load_sources()

TRUSTED = """
[[channel]]
name = "Kênh của tỉnh"
id = "-1001234567890"
username = "@KenhTinhViDu"

[[channel]]
name = "Kênh của sở"
username = "https://t.me/SoViDu"

[[page]]
name = "Trang của xã"
url = "https://www.facebook.com/XaViDu"

[[page]]
name = "Trang theo số"
url = "https://facebook.com/profile.php?id=100011112222"

[[site]]
name = "Trang của đài"
host = "daividu.vn"
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    path = tmp_path_factory.mktemp("own") / "trusted.toml"
    path.write_text(TRUSTED, encoding="utf-8")
    return load_sources(path)


def look(*links: str) -> Source:
    return SOURCES.look(links, None)


@pytest.mark.parametrize(
    ("link", "tier"),
    [
        ("https://chinhphu.vn/tin", Tier.T1),
        ("https://thainguyen.gov.vn/", Tier.T1),
        ("http://dichvucong.thainguyen.gov.vn:8080/x", Tier.T1),
        ("https://CONGAN.THAINGUYEN.GOV.VN./x", Tier.T1),
        ("https://gov.vn/", Tier.T1),
        ("https://nhandan.vn/tin", Tier.T2),
        ("https://Amp.VnExpress.net/tin", Tier.T2),
        ("https://giadinh.suckhoedoisong.vn/", Tier.T2),
        ("vnexpress.net/tin", Tier.T2),
        ("https://%76nexpress.net/", Tier.T2),
        ("https://vnexpress。net/", Tier.T2),
        ("https:\\\\vnexpress.net\\tin", Tier.T2),
        ("https://www.vidu.gov.vnđể", Tier.T1),
        ("https://vidu.gov.vn.comhoặc", Tier.T4),
        ("https://evil.xyz@vnexpress.net/", Tier.T2),
        ("https://kenh14.vn/", Tier.T3),
        ("https://baomoi.com/x.html", Tier.T3),
        ("https://facebook.com/nhandan", Tier.T4),
        ("https://bit.ly/abc", Tier.T4),
        ("https://notvnexpress.net/", Tier.T4),
        ("https://vnexpress.net.vn/", Tier.T4),
        ("https://thainguyengov.vn/", Tier.T4),
        ("https://evil.com?x=.gov.vn", Tier.T4),
        ("https://evil.com#@chinhphu.vn", Tier.T4),
        ("https://evil.com/chinhphu.vn", Tier.T4),
        ("https://evil.com\\@chinhphu.vn", Tier.T4),
        ("https://evil.com%2F.gov.vn/", Tier.T4),
        ("https://evil.com%40.gov.vn/", Tier.T4),
        ("javascript:alert('chinhphu.vn')", Tier.T4),
    ],
)
def test_a_host_has_its_tier_on_label_boundaries(link: str, tier: Tier) -> None:
    assert look(link).tier is tier


def test_mail_and_telephone_links_are_no_source() -> None:
    assert look("mailto:a@evil.xyz", "tel:113", "https://nhandan.vn/").tier is Tier.T2
    assert look("mailto:a@nhandan.vn") == Source(Tier.T4)


def test_of_several_links_the_weakest_counts() -> None:
    weakest_first = [
        "https://vnexpress.net.evil.top/",
        "http://10.0.0.1/",
        "https://facebook.com/a",
        "https://kenh14.vn/",
        "https://nhandan.vn/",
        "https://chinhphu.vn/",
    ]
    for at in range(len(weakest_first)):
        assert look(*reversed(weakest_first[at:])) == look(weakest_first[at])


def test_a_press_link_is_the_source_whoever_passed_it_on() -> None:
    stranger = Origin("hidden", name="Ai đó")
    assert SOURCES.look(["https://nhandan.vn/x"], stranger).reliable


def test_what_facebook_and_google_wrap_is_unwrapped() -> None:
    inner = "https%3A%2F%2Fvnexpress.net%2Ftin"
    assert look(f"https://l.facebook.com/l.php?u={inner}&h=1").host == "vnexpress.net"
    assert look(f"https://www.google.com/url?q={inner}").host == "vnexpress.net"
    assert look("https://l.facebook.com/l.php?u=https://evil.xyz").host == "evil.xyz"
    assert look(f"https://evil.com/l.php?u={inner}").host == "evil.com"


@pytest.mark.parametrize(
    ("path", "advertises"),
    [
        ("nha-cai-uy-tin-w88", True),
        ("tai-xiu-online.html", True),
        ("?p=vay-nhanh-5-phut", True),
        ("tin-tuc/canh-bao-nha-cai-ca-cuoc-lua-dao", False),
        ("triet-pha-duong-day-ca-do-bong-da", False),
        ("cho-vay-giai-quyet-viec-lam", False),
        ("ho-tro-nha-cai-tao-cho-ho-ngheo", False),
        ("mo-hinh-nuoi-va-ban-ca-giong", False),
        ("tin-tuc/bet-benh-kieu-moi", False),
    ],
)
def test_advertising_on_a_state_page_takes_its_tier(path: str, advertises: bool) -> None:
    """A report about betting and the state's own loans are no advertising."""
    found = look(f"https://phongbenh.vidu.gov.vn/{path}")
    assert (found.tier is Tier.T4) == advertises
    assert found.reliable != advertises


def test_aggregators_and_shorteners_are_told_by_host() -> None:
    assert SOURCES.is_aggregator("kenh14.vn")
    assert SOURCES.is_aggregator("M.KENH14.VN")
    assert not SOURCES.is_aggregator("notkenh14.vn")
    assert not SOURCES.is_aggregator("nhandan.vn")
    assert SOURCES.is_shortener("bit.ly")
    assert not SOURCES.is_shortener("habit.ly")


def test_a_title_that_anybody_can_copy_earns_no_trust(own: Sources) -> None:
    for kind in ("hidden", "channel", "user"):
        found = own.look([], Origin(kind, id="-1009", username="abc", name="Kênh của tỉnh"))  # type: ignore[arg-type]
        assert not found.reliable
        assert found.tier is Tier.T4


def test_a_channel_is_trusted_by_id_or_username(own: Sources) -> None:
    by_id = own.look([], Origin("channel", id="-1001234567890", name="Tên mới"))
    by_name = own.look([], Origin("channel", username="kenhtinhvidu"))
    assert by_id.trusted_as == by_name.trusted_as == "Kênh của tỉnh"
    assert by_id.reliable
    assert own.look([], Origin("channel", id="-1007", username="sovidu")).reliable
    assert own.look(["https://t.me/s/SoViDu/12"], None).reliable
    assert own.look(["https://t.me/c/1234567890/5"], None).reliable
    assert own.look(["tg://resolve?domain=sovidu&post=1"], None).reliable
    assert not own.look(["https://t.me/SoViDu1/12"], None).reliable


def test_a_username_taken_over_by_another_channel_is_not_trusted(own: Sources) -> None:
    taken = Origin("channel", id="-1009999999999", username="KenhTinhViDu")
    assert not own.look([], taken).reliable


def test_a_trusted_channel_lends_no_trust_to_a_strange_link(own: Sources) -> None:
    trusted = Origin("channel", id="-1001234567890")
    assert not own.look(["https://vneid-capnhat.top/a.apk"], trusted).reliable
    assert own.look(["https://nhandan.vn/x"], trusted).reliable


@pytest.mark.parametrize(
    ("link", "trusted"),
    [
        ("https://facebook.com/XaViDu", True),
        ("https://m.facebook.com/xavidu/posts/123?x=1", True),
        ("https://fb.com/XaViDu/", True),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Ffacebook.com%2Fxavidu", True),
        ("https://www.facebook.com/permalink.php?story_fbid=1&id=100011112222", True),
        ("https://facebook.com/XaViDu2", False),
        ("https://facebook.com/XaViDu/../kexau", False),
        ("https://facebook.com/%2e%2e/kexau/XaViDu", False),
        ("https://facebook.com/", False),
        ("https://evil.com/facebook.com/XaViDu", False),
        ("https://facebook.com.evil.top/XaViDu", False),
        ("https://daividu.vn/tin", True),
        ("https://tin.daividu.vn/tin", True),
        ("https://xdaividu.vn/tin", False),
        ("https://daividu.vn@evil.xyz/tin", False),
    ],
)
def test_pages_and_sites_are_trusted_by_address(own: Sources, link: str, trusted: bool) -> None:
    assert own.look([link], None).reliable == trusted


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[channel]]\nname = "A"\nid = "1"\n\n[[site]]\nname = "B"\n', 5),
        ('\n[[channel]]\nid = "1"\n', 2),
        ('[[channel]]\nname = "A"\n', 1),
        ('[[chanel]]\nname = "A"\nid = "1"\n', 1),
        ('[[site]]\nname = "A"\nhost = "b.vn"\n[[site]]\nname = "A"\nhost = "facebook.com"\n', 4),
        ('[[site]]\nname = "A"\nhost = "bit.ly"\n', 1),
        ('[[site]]\nname = "A"\nhost = "com.vn"\n', 1),
        ('[[site]]\nname = "A"\nhost = "gov.vn"\n', 1),
        ('[[site]]\nname = "A"\nhost = "vidu"\n', 1),
        ('[[page]]\nname = "A"\nurl = "facebook.com"\n', 1),
        ('[[page]]\nname = "A"\nurl = "facebook.com/a"\nweight = 3\n', 1),
        ("channel = [1, 2]\n", 1),
        ('site = "a.vn"\n', 1),
        ('[[site]]\nname = "A"\nhost = b.vn\n', 3),
        ('[[site]]\nname = "A"\nhost = "b.vn\n', 3),
    ],
)
def test_a_broken_trust_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "trusted.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenRules) as caught:
        load_sources(path)
    assert caught.value.key == "broken_rules"
    assert caught.value.facts["file"] == "trusted.toml"
    assert caught.value.facts["line"] == line
    assert caught.value.facts["reason"]


def test_a_trust_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trusted.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenRules):
        load_sources(path)


def test_an_empty_trust_file_trusts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "trusted.toml"
    path.write_text("", encoding="utf-8")
    assert not load_sources(path).look(["https://daividu.vn"], None).reliable


# No letters of which words of betting are made: such a name below a state host is doubted.
LABEL = st.text(alphabet="abdghintuv0159-", min_size=1, max_size=12)


@given(LABEL, st.sampled_from(["chinhphu.vn", "nhandan.vn", "x.gov.vn", "vnexpress.net"]))
def test_only_the_end_of_a_host_counts(label: str, host: str) -> None:
    """Below a listed host is the listed host; the same letters elsewhere are a stranger's."""
    assert look(f"https://{label}.{host}/").reliable
    for strange in (f"{host}.{label}.com", f"{label}.com/{host}", f"{label}.com?{host}"):
        assert look(f"https://{strange}").tier is Tier.T4


@given(
    st.lists(st.sampled_from(["https://nhandan.vn/a", "https://a.gov.vn", "kenh14.vn"]), max_size=5)
)
def test_a_stranger_among_the_links_is_never_hidden(links: list[str]) -> None:
    """However many good links stand around it."""
    assert not look(*links, "https://trang-la.example.com/x").reliable

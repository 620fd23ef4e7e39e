"""Pages are read within bounds; a bad server gets a reason, never the bot."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from yarl import URL

from bot.reading.addresses import Address, is_forbidden
from bot.reading.extracting import extract
from bot.reading.fetch import Fetcher
from bot.reading.pages import KEPT_FOR, ClosedPages, WebPages
from models.reading import PageFailed
from tests.bot.reading.hostile import Hostile, hostile, self_signed

NAMES = dict.fromkeys(("bao.example", "other.example", "sho.rt"), "127.0.0.1")


# Names that lead inside; an honest one among two addresses does not help.
INSIDE = {
    "inside.example": "10.0.0.1",
    "link-local.example": "169.254.169.254",
    "mapped.example": "::ffff:192.168.1.1",
    "half.example": "93.184.216.34 10.0.0.1",
}


def but_for_loopback(address: Address) -> bool:
    """The real rule, except that the test's own server may be asked."""
    return address != ip_address("127.0.0.1") and is_forbidden(address)


class Names:
    """A name server whose answers can change from one question to the next."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = {name: [address] for name, address in NAMES.items()}
        self.answers |= {name: [address] for name, address in INSIDE.items()}

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answers = self.answers.get(host)
        if answers is None:
            raise OSError(-2, "Name or service not known")
        return (answers.pop(0) if len(answers) > 1 else answers[0]).split()


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 10, 13, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Office:
    """The reader with a test's name server, clock and rules."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, proxy: URL | None = None, seconds: float = 30.0
    ) -> None:
        self.names, self.clock = Names(), Clock()
        allowed = {"bao.example", "rebind.example", "gone.example", "localhost", *INSIDE}
        allowed.add("metadata.google.internal")

        def may(host: str) -> bool:
            return host in allowed or host[:1].isdigit() or ":" in host

        fetcher = Fetcher(
            lambda host: may(host) or host == "sho.rt",
            lookup=self.names,
            forbidden=but_for_loopback,
            proxy=lambda _: proxy,
            tls=tls,
        )
        self.pages = WebPages(may, lambda host: host == "sho.rt", self.clock, fetcher, seconds)

    async def reason(self, url: str) -> str:
        with pytest.raises(PageFailed) as failed:
            await self.pages.read(url)
        return failed.value.reason


@pytest.fixture
async def site() -> AsyncIterator[Hostile]:
    async with hostile() as server:
        yield server


async def test_a_page_gives_title_description_day_words_and_its_own_address(site: Hostile) -> None:
    page = await Office().pages.read(site.at("/article") + "#binh-luan")
    assert page is not None
    assert page.title.startswith("Bão số 5 vào Biển Đông")
    assert page.description == "Tâm bão cách Hoàng Sa 300 km, sức gió cấp 10."
    assert page.date == date(2026, 10, 12)
    assert page.canonical == "https://bao.example/bao-so-5.html"
    assert "kêu gọi tàu thuyền vào nơi trú tránh an toàn" in page.text
    assert "Trang chủ" not in page.text
    assert (page.host, page.note) == ("bao.example", "")


async def test_a_packed_page_and_a_plain_text_are_read(site: Hostile) -> None:
    office = Office()
    packed, plain = (
        await office.pages.read(site.at("/gzip")),
        await office.pages.read(site.at("/plain")),
    )
    assert packed is not None
    assert plain is not None
    assert "trú tránh" in packed.text
    assert plain.text == "Thông báo lịch cắt điện"


@pytest.mark.parametrize("path", ["/says-latin", "/says-nothing", "/says-nonsense"])
async def test_a_wrong_charset_does_no_harm(site: Hostile, path: str) -> None:
    """The words are Vietnamese where the bytes are; a wrong header is not believed against them."""
    page = await Office().pages.read(site.at(path))
    assert page is not None
    assert "Biển Đông" in page.title


async def test_a_page_of_no_letters_is_a_page_all_the_same(site: Hostile) -> None:
    assert await Office().pages.read(site.at("/no-letters")) is not None


async def test_the_trial_asks_nobody_and_says_so() -> None:
    """A page that would be read is told not to be; others are none of its business."""
    pages = ClosedPages(lambda host: host == "bao.example", lambda host: host == "sho.rt")
    for link in ("https://bao.example/tin", "https://sho.rt/x"):
        with pytest.raises(PageFailed, match="trial"):
            await pages.read(link)
    assert await pages.read("https://other.example/tin") is None
    assert await pages.read("h ttp") is None


async def test_an_empty_page_is_a_page_with_nothing_in_it(site: Hostile) -> None:
    page = await Office().pages.read(site.at("/empty"))
    assert page is not None
    assert (page.title, page.text, page.date) == ("", "", None)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/loop", "redirects"),
        ("/hops/6", "redirects"),
        ("/endless", "too_big"),
        ("/big", "too_big"),
        ("/bomb", "too_big"),
        ("/broken-gzip", "unreadable"),
        ("/brotli", "not_text"),
        ("/pdf", "not_text"),
        ("/untyped", "not_text"),
        ("/nothing-here", "http_404"),
        ("/to/?http://10.0.0.1/", "refused_address"),
        ("/to/?http://169.254.169.254/latest/meta-data", "refused_address"),
        ("/to/?http://[::1]:8080/", "refused_address"),
        ("/to/?http://2130706433/", "refused_address"),
        ("/to/?http://[::ffff:10.0.0.1]/", "refused_address"),
        ("/to/?http://[::ffff:169.254.169.254]/", "refused_address"),
        ("/to/?http://[64:ff9b::a00:1]/", "refused_address"),
        ("/to/?http://[fe80::1]/", "refused_address"),
        ("/to/?http://metadata.google.internal/", "refused_address"),
        ("/to/?http://localhost/", "refused_address"),
        ("/to/?http://0177.0.0.1/", "refused_address"),
        ("/to/?http://link-local.example/", "refused_address"),
        ("/to/?http://mapped.example/", "refused_address"),
        ("/to/?http://half.example/", "refused_address"),
        ("/to/?http://inside.example/", "refused_address"),
        ("/to/?http://bao.example:22/", "refused_address"),
        ("/to/?http://user:secret@bao.example/", "refused_address"),
        ("/to/?http://gone.example/", "unreachable"),
        ("/to/?http://[broken/", "unreachable"),
    ],
)
async def test_a_bad_server_gets_a_reason(site: Hostile, path: str, reason: str) -> None:
    url = path if "?" not in path else path.partition("?")[0]
    query = path.partition("?")[2]
    link = str(URL(site.at(url)).with_query(None)) + (f"?{query}" if query else "")
    assert await Office().reason(link) == reason


@pytest.mark.parametrize("path", ["/drip", "/silent"])
async def test_a_slow_server_is_left_when_the_time_is_over(site: Hostile, path: str) -> None:
    assert await Office(seconds=0.3).reason(site.at(path)) == "timeout"


async def test_five_hops_are_followed(site: Hostile) -> None:
    page = await Office().pages.read(site.at("/hops/5"))
    assert page is not None
    assert page.title


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "", "//", "h ttp"])
async def test_what_has_no_host_is_never_asked(link: str) -> None:
    assert await Office().pages.read(link) is None


async def test_only_the_web_is_asked() -> None:
    assert await Office().reason("ftp://bao.example/") == "refused_address"
    for link in ("http://a:b@bao.example/", "http://a@bao.example/", "http://:b@bao.example/"):
        assert await Office().reason(link) == "refused_address"


async def test_a_host_outside_the_owners_setting_is_never_asked(site: Hostile) -> None:
    office = Office()
    assert await office.pages.read(site.at("/article", host="other.example")) is None
    assert (site.asked, office.names.asked) == ([], [])


async def test_a_redirect_out_of_the_setting_tells_where_it_leads_and_stops(site: Hostile) -> None:
    link = site.at("/to/") + "?" + site.at("/article", host="other.example")
    page = await Office().pages.read(link)
    assert page is not None
    assert (page.host, page.note, page.text) == ("other.example", "target_only", "")
    assert page.canonical.endswith("/article")
    assert site.paths == ["/to/"]


async def test_a_shortener_is_followed_to_a_page_that_may_be_read(site: Hostile) -> None:
    page = await Office().pages.read(site.at("/to/", host="sho.rt") + "?" + site.at("/article"))
    assert page is not None
    assert (page.host, page.note) == ("bao.example", "")


async def test_a_page_of_the_shortener_itself_is_not_taken_for_news(site: Hostile) -> None:
    page = await Office().pages.read(site.at("/article", host="sho.rt"))
    assert page is not None
    assert (page.note, page.text) == ("target_only", "")


async def test_a_name_that_turns_to_a_private_address_between_hops_is_refused(
    site: Hostile,
) -> None:
    """DNS rebinding: each hop's name is asked once, and that one answer is checked and called."""
    office = Office()
    office.names.answers["rebind.example"] = ["127.0.0.1", "192.168.0.1"]
    first = (
        site.at("/to/", host="rebind.example") + "?" + site.at("/article", host="rebind.example")
    )
    assert await office.reason(first) == "refused_address"
    assert (site.paths, office.names.asked) == (["/to/"], ["rebind.example"] * 2)


async def test_no_cookie_is_kept_and_the_reader_names_itself(site: Hostile) -> None:
    await Office().pages.read(site.at("/cookie"))
    assert "Cookie" not in site.asked[1].headers
    assert site.asked[1].headers["User-Agent"].startswith("CanTin/")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with hostile(self_signed(tmp_path)) as site:
        assert await Office().reason(site.at("/article")) == "certificate"
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        page = await Office(tls=trusting).pages.read(site.at("/article"))
    assert page is not None
    assert page.title


async def test_a_page_is_asked_once_within_the_time_it_is_kept(site: Hostile) -> None:
    office = Office()
    first = await office.pages.read(site.at("/article"))
    assert await office.pages.read(site.at("/article") + "#top") == first
    assert len(site.asked) == 1
    office.clock.now += KEPT_FOR + timedelta(seconds=1)
    await office.pages.read(site.at("/article"))
    assert len(site.asked) == 2


async def test_a_failure_is_kept_too_but_shortly(site: Hostile) -> None:
    office = Office()
    for _ in range(2):
        assert await office.reason(site.at("/nothing-here")) == "http_404"
    assert len(site.asked) == 1
    office.clock.now += timedelta(minutes=3)
    await office.reason(site.at("/nothing-here"))
    assert len(site.asked) == 2


async def test_behind_a_proxy_the_proxy_resolves_and_inside_numbers_are_still_refused() -> None:
    """The hostile server plays the proxy: it is asked with the page's whole address."""
    async with hostile() as proxy:
        office = Office(proxy=proxy.url.with_host("localhost"))
        page = await office.pages.read("http://bao.example/article")
        assert page is not None
        assert page.title
        assert (office.names.asked, proxy.asked[0].raw_path) == ([], "http://bao.example/article")
        for inside in ("http://10.0.0.1/", "http://0x0a000001/", "http://[fd00::1]/"):
            assert await office.reason(inside) == "refused_address"
        assert len(proxy.asked) == 1


async def test_two_readers_of_hanging_pages_hold_up_no_third(site: Hostile) -> None:
    office = Office(seconds=1.5)
    async with asyncio.TaskGroup() as group:
        slow = [group.create_task(office.reason(site.at("/silent") + f"?{n}")) for n in range(3)]
        page = await office.pages.read(site.at("/plain"))
        assert not any(task.done() for task in slow)
    assert page is not None


@pytest.mark.parametrize(
    ("mark", "day"),
    [
        ('<span class="date">Thứ hai, 12/10/2026, 08:00 (GMT+7)</span>', date(2026, 10, 12)),
        ('<p class="publish-date">Thứ Hai ngày 12 tháng 10 năm 2026</p>', date(2026, 10, 12)),
        ('<span class="post-time">08:00 11-10-2026</span>', date(2026, 10, 11)),
        ('<span class="date">Lịch họp: 12/10/2027</span>', None),
        ('<time datetime="2026-03-04T10:00:00+07:00">x</time>', date(2026, 3, 4)),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":'
         '"2025-02-03T01:02:03+07:00"}</script>', date(2025, 2, 3)),
        ("<p>Ngày 01/02/2020, một vụ việc tương tự đã xảy ra tại địa phương này.</p>", None),
    ],
)  # fmt: skip
def test_the_day_is_the_one_marked_not_one_spoken_of(mark: str, day: date | None) -> None:
    body = f"<h1>Tin</h1>{mark}<p>{'Nội dung tin. ' * 40}</p>"
    page = f"<html><head><title>Tin</title></head><body>{body}</body></html>".encode()
    found = extract(page, "https://bao.example/tin.html", "text/html", "utf-8", "2026-10-14")
    assert (date.fromisoformat(found["date"]) if found["date"] else None) == day

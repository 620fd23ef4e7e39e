"""A page behind a link is read before its post is judged, where it may be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from bot.reading.fetch import Fetcher
from bot.reading.pages import WebPages
from bot.settings import Settings
from bot.wiring import make_closed_pages, make_pages
from tests.bot.office import MAI, Office, office
from tests.bot.reading.hostile import Hostile, hostile
from tests.bot.reading.test_pages import but_for_loopback
from tests.handlers.posts import written

PRESS, SHORT = "baochinhphu.vn", "bit.ly"
SOON = datetime(2026, 10, 13, 8, tzinfo=UTC)
LATE = datetime(2028, 3, 1, 8, tzinfo=UTC)
TEXT = "Bão số 5 vào Biển Đông, đề nghị tàu thuyền tìm nơi trú tránh an toàn."


async def here(_host: str) -> list[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def reading(data: Path, start: datetime) -> AsyncIterator[tuple[Office, Hostile]]:
    """An office whose press site and shortener are one server on this machine."""
    hosts = {PRESS, SHORT}
    fetcher = Fetcher(
        lambda host: host in hosts, lookup=here, forbidden=but_for_loopback, proxy=lambda _: None
    )
    pages = WebPages(
        lambda host: host == PRESS, lambda host: host == SHORT, lambda: start, fetcher, seconds=30
    )
    async with hostile() as site, office(data, start=start, pages=pages) as place:
        yield place, site


async def advice(place: Office, text: str, link: str, chat: int = MAI) -> str:
    sent = await place.person().forwards(chat, origin="hidden", text=text, link=link)
    await place.quiet()
    return written(await place.person().answer_in(chat, sent))


async def test_the_day_on_the_page_shows_that_news_is_old(tmp_path: Path) -> None:
    """The post itself says no day."""
    async with reading(tmp_path / "soon", SOON) as (place, site):
        assert not (await advice(place, TEXT, site.at("/article", PRESS))).startswith("🟠")
    async with reading(tmp_path / "late", LATE) as (place, site):
        answer = await advice(place, TEXT, site.at("/article", PRESS))
        assert answer.startswith("🟠 CẦN KIỂM CHỨNG")
        assert "1 năm" in answer


async def test_a_shortened_link_is_judged_by_where_it_leads(tmp_path: Path) -> None:
    """To a newspaper it is a source; to a stranger's host it is none, and that one is not asked."""
    async with reading(tmp_path, SOON) as (place, site):
        short = site.at("/to/a", SHORT) + "?" + site.at("/article", PRESS)
        assert (await advice(place, TEXT, short))[0] in "✅🟡"
        strange = site.at("/to/b", SHORT) + "?" + site.at("/article", "vneid-gov.top")
        assert (await advice(place, TEXT, strange)).startswith("🔴")
        assert [request.path for request in site.asked] == ["/to/a", "/article", "/to/b"]


async def test_a_page_that_could_not_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    async with reading(tmp_path, SOON) as (place, site):
        for chat in (MAI, place.group):
            answer = await advice(place, TEXT, site.at("/missing", PRESS), chat)
            line = "Chưa mở được trang sau đường dẫn (trang không còn); nhận định dựa trên bài"
            assert line in answer
            assert answer[0] in "✅🟡"


async def test_words_of_the_page_are_kept_with_the_post_and_never_shown(tmp_path: Path) -> None:
    """Only in a group; they are judged again when another part of the post arrives."""
    async with reading(tmp_path, SOON) as (place, site):
        answer = await advice(place, TEXT, site.at("/article", PRESS), place.group)
        assert "sơ tán người dân" not in answer
        group = await place.kept_group()
        number = str(place.last()["message_id"])
        review = await place.parts.desk.store.reviews.by_answer(group.id, number)
        assert review is not None
        [part] = review.parts.values()
        assert "sơ tán người dân" in part.behind
        assert part.published == SOON.date().replace(day=12)


async def test_a_marked_post_asks_for_no_page(tmp_path: Path) -> None:
    async with reading(tmp_path, SOON) as (place, site):
        answer = await advice(place, "UBND TỈNH VÍ DỤ\nMẬT\nBÁO CÁO", site.at("/article", PRESS))
        assert answer.startswith("⛔")
        assert site.asked == []


def test_only_state_and_press_hosts_and_shorteners_may_be_asked(tmp_path: Path) -> None:
    chosen = Settings(_env_file=None, data=tmp_path, read_links="trusted")
    pages = make_pages(chosen, lambda: SOON)
    assert isinstance(pages, WebPages)
    asked = ("baochinhphu.vn", "hue.gov.vn", "vnexpress.net", "bit.ly")
    assert [host for host in asked if not pages.may_ask(host)] == []
    closed = ("facebook.com", "vneid-gov.top", "vi-du.com", "127.0.0.1", "localhost")
    assert [host for host in closed if pages.may_ask(host)] == []


def test_the_owners_trusted_sites_are_read_too(tmp_path: Path) -> None:
    """A trusted page on a host where anybody writes does not open that host."""
    own = '[[site]]\nname = "Đài"\nhost = "daividu.vn"\n'
    own += '[[page]]\nname = "Trang"\nurl = "https://www.facebook.com/XaViDu"\n'
    (tmp_path / "trusted.toml").write_text(own, "utf-8")
    pages = make_pages(Settings(_env_file=None, data=tmp_path), lambda: SOON)
    assert isinstance(pages, WebPages)
    assert pages.may_ask("daividu.vn")
    assert pages.may_ask("tin.daividu.vn")
    assert not pages.may_ask("facebook.com")


async def test_in_the_trial_no_page_is_asked_and_the_answer_says_so(tmp_path: Path) -> None:
    closed = make_closed_pages(Settings(_env_file=None, data=tmp_path))
    async with hostile() as site, office(tmp_path, pages=closed) as place:
        answer = await advice(place, TEXT, site.at("/article", PRESS))
        assert "Chưa mở được trang sau đường dẫn (chế độ thử không nối ra mạng)" in answer
        assert site.asked == []


async def test_a_link_that_facebook_wrapped_is_read_where_it_leads(tmp_path: Path) -> None:
    """Facebook itself is not asked; the page's day shows that the news is old."""
    async with reading(tmp_path, LATE) as (place, site):
        inner = quote(site.at("/article", PRESS), safe="")
        answer = await advice(place, TEXT, f"https://l.facebook.com/l.php?u={inner}&h=1")
        assert "1 năm" in answer
        assert site.paths == ["/article"]


def test_off_reads_no_page(tmp_path: Path) -> None:
    chosen = Settings(_env_file=None, data=tmp_path, read_links="off")
    assert make_pages(chosen, lambda: SOON) is None

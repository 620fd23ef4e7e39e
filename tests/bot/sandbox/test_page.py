"""The chat page in a real browser: forward, press, edit, pictures; phone width and dark mode."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.demo import CULTURE, demo
from bot.sandbox.server import JoinCode, Sandbox
from tests.bot.conftest import Api
from tests.bot.people import until
from tests.bot.sandbox.page_bot import PageBot

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHOTS = Path(__file__).parents[3] / "build" / "screenshots"
QUIET = [
    f"--{flag}"
    for flag in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
EVIL = '<img src=x onerror="document.title=1"> <b>không phải chữ đậm</b>'

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="no Chromium here (Debian: apt install chromium)"
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demonstration, with a bot at work in it and a join code to offer."""
    made = demo(Sandbox())
    made.join_codes = [JoinCode("Sở Ví Dụ", "THU-2026")]
    url = await made.start()
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
        work = tasks.create_task(PageBot(Api(url, made.token, http)).run())
        yield made
        work.cancel()
    await made.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with async_playwright() as play:
        opened = await play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        await opened.close()


async def opened(
    browser: Browser, sandbox: Sandbox, *, width: int = 1100, dark: bool = False
) -> Page:
    """The page, with every console error failing the test that looks at ``page.problems``."""
    page = await browser.new_page(
        viewport={"width": width, "height": 780}, color_scheme="dark" if dark else "light"
    )
    page.on(
        "console",
        lambda m: sandbox.examples.append({"console": m.text}) if m.type == "error" else None,
    )
    await page.goto(sandbox.url)
    await expect(page.locator("#title")).not_to_be_empty()
    return page


async def forwarded(page: Page, example: str, group: str = "Phòng Văn hoá") -> None:
    """Forward one of the examples in a group."""
    await page.locator("#chats button", has_text=group).click()
    await page.get_by_role("button", name="Chuyển tiếp bài…").click()
    await page.locator("#example").select_option(label=example)
    await page.locator("#sendForward").click()


async def shot(page: Page, name: str) -> None:
    """Keep a picture of the page as a build output."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")


async def test_a_forwarded_post_is_answered_and_pressed(browser: Browser, sandbox: Sandbox) -> None:
    """The post shows its origin; the answer's entities are rendered; a press edits it."""
    page = await opened(browser, sandbox)
    await expect(page.locator(".banner")).to_contain_text("CHẾ ĐỘ THỬ")
    await forwarded(page, "Tin đồn “nghe nói”")
    log = page.locator("#log")
    await expect(log.locator(".origin")).to_have_text("↪ Chuyển tiếp từ Bạn Của Bạn (giấu tên)")
    await expect(log.locator("b")).to_have_text("🟠 CẦN KIỂM CHỨNG")
    fold = log.get_by_role("button", name="Xem thêm")
    await expect(log.locator(".fold")).to_have_count(1)
    await shot(page, "conversation")
    await fold.click()
    await expect(log.locator(".fold")).to_have_count(0)
    await log.get_by_role("button", name="Nhận định chưa đúng").click()
    await expect(page.locator("#alertText")).to_have_text("Cảm ơn, đã ghi nhận ý kiến.")
    await page.get_by_role("button", name="Đã rõ").click()
    await log.get_by_role("button", name="Đã chia sẻ").click()
    await expect(page.locator("#toast")).to_have_text("Đã ghi một lượt chia sẻ.")
    await expect(log).to_contain_text("Nhóm đã chia sẻ bài này.")
    await expect(log).to_contain_text("đã sửa")
    await expect(log.get_by_role("button", name="Hoàn tác")).to_be_visible()


async def test_text_is_never_markup(browser: Browser, sandbox: Sandbox) -> None:
    """What a person types, and what the bot quotes of it, stays text."""
    page = await opened(browser, sandbox)
    await page.locator("#text").fill(EVIL)
    await page.keyboard.press("Enter")
    await expect(page.locator("article.mine .text")).to_have_text(EVIL)
    await expect(page.locator("#log article")).to_have_count(2)
    assert await page.locator("#log img").count() == 0
    assert await page.title() == "Cân Tin – chế độ thử"


async def test_own_messages_are_edited_and_deleted(browser: Browser, sandbox: Sandbox) -> None:
    """An edit is marked and shown; a deletion takes the message away."""
    page = await opened(browser, sandbox)
    await page.locator("#text").fill("bản cũ")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    mine = page.locator("article.mine")
    await mine.get_by_role("button", name="Sửa tin này").click()
    await page.locator("#editText").fill("bản mới")
    await page.get_by_role("button", name="Lưu").click()
    await expect(mine.locator(".text")).to_have_text("bản mới")
    await expect(mine).to_contain_text("đã sửa")
    await mine.get_by_role("button", name="Xoá tin này").click()
    await expect(mine).to_have_count(0)


async def test_pictures_albums_and_joining(browser: Browser, sandbox: Sandbox) -> None:
    """An album is several pictures; the join code is typed with one press, by who may."""
    page = await opened(browser, sandbox)
    await page.get_by_role("button", name="Ảnh…").click()
    await page.locator("#pictureKind").select_option("3")
    await page.locator("#caption").fill("Ba ảnh hiện trường")
    await page.get_by_role("button", name="Gửi ảnh").click()
    pictures = page.locator("article.mine img")
    await expect(pictures).to_have_count(3)
    shown = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
    await page.wait_for_function(shown)
    await page.locator("#chats button", has_text="phường").click()
    await expect(page.locator("#join")).to_contain_text("Hãy chọn một quản trị nhóm")
    await page.locator("#who").select_option(label="Khoa Trần Giả Định")
    await page.get_by_role("button", name="/start THU-2026").click()
    await expect(page.locator("article.mine .text")).to_have_text("/start@can_tin_thu_bot THU-2026")
    await expect(page.locator("#join")).to_be_hidden()


async def test_the_monday_button_moves_the_clock(browser: Browser, sandbox: Sandbox) -> None:
    """To 08:00 in Vietnam, and whoever asked to be told is told."""
    told: list[datetime] = []

    async def on_jump(now: datetime) -> None:
        told.append(now)

    sandbox.on_jump = on_jump
    page = await opened(browser, sandbox)
    await page.get_by_role("button", name="Sang thứ Hai tới").click()
    await expect(page.locator("#clock")).to_contain_text("Thứ Hai")
    await expect(page.locator("#clock")).to_contain_text("08:00")
    await until(sandbox, lambda: bool(told), "the jump")
    assert (told[0].weekday(), told[0].hour) == (0, 1)


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [("phone", 360, False), ("phone-dark", 360, True), ("dark", 1100, True)],
)
async def test_it_is_legible_on_a_phone_and_in_the_dark(
    browser: Browser, sandbox: Sandbox, name: str, width: int, dark: bool
) -> None:
    """Nothing is wider than the screen; buttons are large enough; text stands out."""
    page = await opened(browser, sandbox, width=width, dark=dark)
    await forwarded(page, "Tin tốt, nguồn nhà nước")
    await expect(page.locator("#log .keys button").first).to_be_visible()
    await shot(page, name)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.getElementById('log').clientHeight") >= 250
    heights = await page.evaluate(
        "[...document.querySelectorAll('.keys button')].map(b => b.offsetHeight)"
    )
    assert min(heights) >= 44
    assert (
        await page.evaluate(CONTRAST, [".bubble .text", ".bubble .meta", ".keys button", ".banner"])
        >= 4.5
    )
    await page.get_by_role("button", name="Chuyển tiếp bài…").click()
    await shot(page, f"{name}-forward")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


CONTRAST = """(names) => {
  const rgb = (c) => c.match(/[0-9.]+/g).map(Number);
  const light = (c) => { const [r, g, b] = rgb(c).map((v) => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (n) => { for (; n; n = n.parentElement) {
    const c = getComputedStyle(n).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255,255,255)'; };
  return Math.min(...names.map((s) => { const n = document.querySelector(s);
    const [a, b] = [light(getComputedStyle(n).color), light(ground(n))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); }));
}"""


async def test_nothing_is_fetched_from_elsewhere(browser: Browser, sandbox: Sandbox) -> None:
    """Every request goes to the sandbox, and the console stays clean."""
    page = await opened(browser, sandbox)
    seen: list[str] = []
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(error.message))
    page.on("request", lambda request: seen.append(request.url))
    await page.reload()
    await forwarded(page, "Cảnh báo lũ")
    await expect(page.locator("#log .keys button").first).to_be_visible()
    assert seen
    assert all(url.startswith((sandbox.url, "data:")) for url in seen)
    assert not problems
    assert sandbox.world.chats[CULTURE].messages


async def test_another_sites_page_cannot_act(sandbox: Sandbox) -> None:
    """A foreign Origin or Host is turned away, and so is a form post."""
    async with aiohttp.ClientSession() as http:
        url = f"{sandbox.url}/sandbox/jump"
        async with http.post(url, json={}, headers={"Origin": "http://evil.example"}) as answer:
            assert answer.status == 403
        async with http.post(url, json={}, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        async with http.post(url, data={"a": "b"}) as answer:
            assert answer.status == 415

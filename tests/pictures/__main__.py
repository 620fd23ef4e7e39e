"""Open the trial, hold a short conversation, photograph the page and the chart."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from bot.sandbox.demo import CULTURE
from tests.bot.office import Office, office
from tests.bot.sandbox.test_page import CHROMIUM, QUIET

HERE = Path(__file__).parent
PHONE = {"width": 420, "height": 900}

SHARED = (
    (
        "Trạm y tế xã đưa vào sử dụng phòng khám mới từ tháng 12",
        "https://baothainguyen.vn/tram-y-te",
    ),
    ("Hướng dẫn tra cứu phạt nguội trên cổng dịch vụ công", "https://dichvucong.gov.vn/tra-cuu"),
    ("Học sinh miền núi giành giải nhất cuộc thi sáng tạo", "https://nhandan.vn/sang-tao"),
    ("Mưa lớn gây ngập nhiều tuyến đường, hai nhà bị tốc mái", "https://vov.vn/mua-lon"),
    ("Khai mạc tuần lễ trà, giới thiệu 40 sản phẩm của hợp tác xã", "https://baothainguyen.vn/tra"),
    ("Lịch tiêm vắc-xin cho trẻ trong tháng tới", "https://moh.gov.vn/lich-tiem"),
    ("Khánh thành cầu dân sinh nối hai xóm sau mùa lũ", "https://vtv.vn/cau-dan-sinh"),
    ("Thư viện tỉnh mở cửa cả cuối tuần cho bạn đọc nhỏ tuổi", "https://baothainguyen.vn/thu-vien"),
)
RUMOUR = (
    "Nghe nói tuần sau cả tỉnh cắt nước ba ngày, ai biết chia sẻ gấp cho mọi người trữ nước nhé!!!"
)


async def converse(place: Office) -> None:
    person = place.person()
    for text, link in SHARED:
        await person.forwards(place.group, text=text, link=link)
        await place.quiet()
        await person.presses(place.last(), "Đã chia sẻ")
        await place.quiet()
    await person.says(place.group, "/stats")
    await place.quiet()
    photo = place.last()["photo"][-1]["file_id"]
    (HERE / "stats.png").write_bytes(place.sandbox.world.files[photo].data)
    await person.forwards(place.group, text=RUMOUR, origin={"kind": "hidden", "name": "Một người"})
    await place.quiet()


async def photograph(address: str) -> None:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page(viewport=PHONE, device_scale_factor=2)
        await page.goto(address)
        await page.get_by_text("Phòng Văn hoá").first.click()
        await page.wait_for_timeout(800)
        await page.screenshot(path=HERE / "conversation.png")
        await browser.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with office(Path(folder)) as place:
            assert place.group == CULTURE
            await converse(place)
            await photograph(place.sandbox.url)


asyncio.run(main())

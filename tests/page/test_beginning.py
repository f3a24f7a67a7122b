"""The page before anybody is there, and the tour: that it says what is so, and covers nothing it speaks of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi import Sandbox
from bot.demo.lifecycle import PAGE, running
from tests.support.nightly import sampled

pytestmark = pytest.mark.asyncio(loop_scope="session")
BEGIN = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
COVERED = """() => { const card = document.querySelector(".tour").getBoundingClientRect();
  return [...document.querySelectorAll(".toured, .chat.toured .log, .chat.toured .composer")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().bottom > card.top + 1
      && one.getBoundingClientRect().top < card.bottom).map(one => one.className) }"""


async def test_a_page_that_is_early_says_so_and_goes_on_by_itself(browser: Any) -> None:
    trouble: list[str] = []
    async with Sandbox(page_folder=PAGE) as server:
        page = await browser.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        await page.goto(server.url)
        await page.get_by_role("status").get_by_text("Bot sedang disiapkan").wait_for()
        assert "terputus" not in await page.locator("footer").inner_text()
        server.add_bot("1:A", "B", "Peduli HAM")
        server.person("Siti", label="Kontak Sudinkes")
        await page.locator(".chat.active").wait_for()
        assert not await page.get_by_text("Bot sedang disiapkan").is_visible()
        await page.close()
    assert trouble == []


@pytest.mark.parametrize("height", sampled([640, 844], 2))
async def test_the_tour_on_a_phone_covers_nothing(
    browser: Any, tmp_path: Path, height: int
) -> None:
    async with running(tmp_path / "demo.db", start=BEGIN) as demo:
        size = {"width": 390, "height": height}
        page = await browser.new_page(viewport=size, has_touch=True, is_mobile=True)
        await page.goto(demo.url)
        await page.locator(".tour").wait_for()
        for _ in range(6):
            await page.get_by_role("button", name="Lanjut", exact=True).tap()
            assert await page.evaluate(COVERED) == []
        await page.get_by_role("button", name="Selesai", exact=True).last.tap()
        assert await page.evaluate("getComputedStyle(document.body).paddingBottom") == "0px"
        await page.close()


@pytest.mark.campaign
async def test_the_tour_asks_for_no_button_that_is_not_there(browser: Any, tmp_path: Path) -> None:
    async with running(tmp_path / "demo.db", start=BEGIN, state="finished") as demo:
        page = await browser.new_page()
        await page.goto(demo.url)
        await page.locator(".tour").wait_for()
        for _ in range(5):
            await page.get_by_role("button", name="Lanjut", exact=True).click()
        there = await page.locator(".jumps").inner_text()
        text = await page.locator(".told-text").inner_text()
        assert ("Ke pengingat berikutnya" in there) == ("ke pengingat berikutnya" in text)
        assert "Tengah musim" in text
        await page.close()

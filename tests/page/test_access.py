"""The page for everybody: names of controls, widths without scrolling sideways, light and dark, order of focus."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.lifecycle import PAGE
from tests.page.conftest import playing
from tests.support.nightly import sampled

pytestmark = pytest.mark.asyncio(loop_scope="session")
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, textarea, [role=log], [role=listbox], dialog, aside, nav, section")]
  .filter(one => one.checkVisibility())
  .filter(one => !(one.ariaLabel || one.labels?.length || one.getAttribute("aria-labelledby") || one.innerText?.trim() || one.title))
  .map(one => one.outerHTML.slice(0, 120))"""
TWICE = """() => { const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at) }"""
DANGLING = """() => [...document.querySelectorAll("[aria-controls], [aria-labelledby], [aria-describedby]")]
  .flatMap(one => ["aria-controls", "aria-labelledby", "aria-describedby"].map(name => one.getAttribute(name)))
  .filter(id => id && !document.getElementById(id))"""
SMALL = """() => [...document.querySelectorAll("button, select, textarea, .text a, a.file")].filter(one => one.checkVisibility() && !one.matches(".leap"))
  .filter(one => { const box = one.getBoundingClientRect(), least = innerWidth < 900 ? 44 : 24;
    return (box.height < least || box.width < least) && (least === 44 || !one.closest(".text")) })
  .map(one => one.outerHTML.slice(0, 120))"""
WIDE = "document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth"
CUT = """() => [...document.querySelectorAll(".chat:not([hidden]) > *, .top > *, .stage > *")].filter(one => one.checkVisibility())
  .filter(one => { const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 })
  .map(one => one.className)"""


async def sound(page: Any) -> None:
    """Check that what is on the page has names, whole references, room for a finger, and fits."""
    for question in (NAMELESS, TWICE, DANGLING, SMALL, CUT):
        assert await page.evaluate(question) == []
    assert not await page.evaluate(WIDE)


@pytest.mark.parametrize("width", sampled([360, 768, 1024, 1440], 2))
async def test_every_control_has_a_name_and_nothing_is_cut_off(
    browser: Any, tmp_path: Any, width: int
) -> None:
    async with playing(browser, tmp_path, width=width, with_group=True) as play:
        await play.asked_first()
        await sound(play.page)
        await play.contact.get_by_label("Menu percakapan").click()
        await sound(play.page)
        await play.page.keyboard.press("Escape")
        shown = await play.page.locator(".chat:visible").count()
        assert shown == {360: 1, 768: 2, 1024: 3, 1440: 4}[width]
        if await play.page.get_by_role("button", name="Grup").count():
            await play.page.get_by_role("button", name="Grup").click()
        await play.group.get_by_label("Tulis pesan").fill("/status")
        await play.group.get_by_role("option", name="/status").wait_for()
        await sound(play.page)


async def test_the_switch_turns_light_to_dark_and_is_remembered(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path, color_scheme="light") as play:
        ground = "getComputedStyle(document.body).backgroundColor"
        light = await play.page.evaluate(ground)
        await play.page.get_by_role("button", name="Tampilan").click()
        dark = await play.page.evaluate(ground)
        assert dark != light
        await play.page.reload()
        await play.page.locator(".chat.active .landing").wait_for()
        assert await play.page.evaluate(ground) == dark
        await play.page.emulate_media(color_scheme="dark")
        await play.page.get_by_role("button", name="Tampilan: gelap").click()
        assert await play.page.evaluate(ground) == light


async def test_what_is_new_is_read_out_and_what_is_old_is_not(browser: Any, tmp_path: Any) -> None:
    async with playing(browser, tmp_path, reduced_motion="reduce") as play:
        await play.start(play.contact)
        log = play.contact.get_by_role("log", name="Percakapan Kontak Sudinkes")
        await play.page.wait_for_function(
            "log => log.ariaLive === 'polite'", arg=await log.element_handle()
        )
        assert await play.page.evaluate("document.getAnimations().length") == 0
        await play.contact.get_by_label("Tampilkan percakapan milik").select_option(
            label="Kontak Sudinsos"
        )
        await play.contact.get_by_text("Undangan untuk Kontak Sudinsos sudah siap").wait_for()


async def test_a_long_chat_is_two_stops_and_the_arrows_walk_in_it(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        for _ in range(4):
            await play.say(play.contact, "/bantuan")
            await play.page.wait_for_timeout(150)
        stops = (
            "log => [...log.querySelectorAll('button, a')].filter(one => one.tabIndex === 0).length"
        )
        log = play.contact.get_by_role("log")
        assert await log.locator("button").count() > 8
        assert await log.evaluate(stops) == 1
        await log.focus()
        focused = "document.activeElement.outerHTML.slice(0, 200)"
        await play.page.keyboard.press("Tab")
        first = await play.page.evaluate(focused)
        await play.page.keyboard.press("ArrowUp")
        second = await play.page.evaluate(focused)
        assert second != first
        assert await log.evaluate(stops) == 1
        await play.page.keyboard.press("Home")
        await play.page.keyboard.press("ArrowUp")  # nothing is before the first
        assert await log.evaluate("log => log.contains(document.activeElement)")
        for _ in range(4):
            await play.page.keyboard.press("Tab")
            if await play.page.evaluate("document.activeElement.matches('textarea')"):
                break
        assert await play.page.evaluate("document.activeElement.matches('textarea')")


async def test_the_first_stop_of_the_page_leads_to_writing(browser: Any, tmp_path: Any) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.contact)
        await play.contact.get_by_label("Tampilkan percakapan milik").focus()
        await play.page.evaluate("document.activeElement.blur()")
        await play.page.reload()
        await play.contact.get_by_text("Selamat datang").wait_for()
        await play.page.keyboard.press("Tab")
        assert await play.page.evaluate("document.activeElement.innerText") == "Ke kotak tulis"
        await play.page.keyboard.press("Enter")
        await play.page.keyboard.type("halo")
        assert await play.contact.get_by_label("Tulis pesan").input_value() == "halo"


async def test_messages_and_days_have_names_for_whoever_listens(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await play.say(play.contact, "12")
        await play.sees(play.contact, "kelahiran hidup")
        names = await play.contact.get_by_role("article").evaluate_all(
            "all => all.map(one => one.ariaLabel)"
        )
        assert {"Peduli HAM, 09.00", "Anda, 09.00"} >= set(names)
        assert "Peduli HAM, 09.00" in names
        day = play.contact.get_by_role("heading", name="Jumat, 10 Maret 2017", level=3)
        await day.wait_for()
        await play.contact.get_by_role("heading", name="Kontak Sudinkes", level=2).wait_for()


async def test_news_elsewhere_is_said_once_with_its_name_and_only_where_there_is_any(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.contact)
        news = play.page.locator(".elsewhere")
        assert not await news.is_visible()
        other = next(one for one in play.people if one.account.label == "Kontak Sudinsos")
        other.open_link(other.account.start_link or "")
        await news.get_by_text("Pesan baru di tempat lain: Kontak Sudinsos").wait_for()
        assert await play.page.get_by_text("Pesan baru di tempat lain").count() == 1
        await news.click()
        await play.page.locator(".chat.active", has_text="Selamat datang").wait_for()
        await news.wait_for(state="hidden")


async def test_the_whole_page_is_light() -> None:
    """No build step shrinks it, so it has to be small as it lies there."""
    files = [one for one in PAGE.iterdir() if one.is_file()]
    assert sum(one.stat().st_size for one in files) < 100 * 1024
    assert max(one.read_text(encoding="utf-8").count("\n") for one in files) < 400

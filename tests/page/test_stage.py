"""The stage above the chats, on the whole demo: its clock, the bot's death, the season, the trace, the tour."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.lifecycle import Demo, running
from tests.page.conftest import PAGE_PATIENCE
from tests.page.test_access import sound
from tests.page.test_page import CONTRAST
from tests.support.nightly import sampled

# A bot beside the test would share the loop of the page, which a busy machine does not bear.
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.process]
READ = (".now", ".chip", ".chip[aria-pressed=true]", ".title", ".lives", ".top .sample", ".tool", ".when", ".line", ".kind",
        ".only", ".count", ".told-text", ".skip", ".tour .start")  # fmt: skip
BEGIN = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """Run one demo in mid-season for the module."""
    async with running(tmp_path_factory.mktemp("demo") / "demo.db", start=BEGIN) as played:
        yield played


@contextlib.asynccontextmanager
async def opened(
    browser: Any, demo: Demo, *, toured: bool = True, **context: Any
) -> AsyncIterator[Any]:
    """Open the page; check at the end that it reports no trouble of its own."""
    trouble: list[str] = []
    page = await browser.new_page(**{"viewport": {"width": 1440, "height": 900}, **context})
    page.set_default_timeout(PAGE_PATIENCE)
    page.on("console", lambda entry: trouble.append(entry.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    if toured:
        await page.add_init_script("localStorage.setItem('tour-seen', 'yes')")
    await page.goto(demo.url)
    await page.locator(".stage .lives", has_text="Bot berjalan").wait_for()
    yield page
    await page.close()
    assert trouble == []


def chat(page: Any, name: str) -> Any:
    return page.get_by_role("region", name=name)


async def say(there: Any, text: str) -> None:
    field = there.get_by_role("combobox", name="Tulis pesan")
    await field.fill(text)
    await field.press("Enter")


async def test_the_clock_leaps_to_the_reminder_and_the_office_hears_of_it(
    browser: Any, demo: Demo
) -> None:
    async with opened(browser, demo) as page:
        siti = chat(page, "Percakapan Kontak Sudinkes")
        assert await page.locator(".now").inner_text() == "Rabu, 25 Nov 2026 10.00 WIB"
        assert await page.get_by_text("Data contoh — seluruh angka rekaan").first.is_visible()
        await page.get_by_role("button", name="Ke pengingat berikutnya").click()
        await page.locator(".now", has_text="09.00 WIB").wait_for()
        await siti.locator(".bubble", has_text="🔔").last.wait_for()
        assert await siti.locator(".day").last.inner_text() == "Hari ini"
        before = await page.locator(".now .date").inner_text()
        await page.get_by_role("button", name="+ 1 hari").click()
        await page.locator(".now .date").filter(has_not_text=before).wait_for()
        await siti.locator(".day", has_text="Kemarin").wait_for()


async def test_the_bot_is_killed_and_what_was_written_meanwhile_is_answered(
    browser: Any, demo: Demo
) -> None:
    async with opened(browser, demo) as page:
        siti = chat(page, "Percakapan Kontak Sudinkes")
        await page.get_by_role("button", name="Di balik layar").click()
        await page.get_by_role("button", name="Matikan bot").click()
        await page.locator(".lives", has_text="Bot mati").wait_for()
        assert await page.get_by_role("button", name="Matikan di tengah kalimat").is_disabled()
        await say(siti, "/ringkasan")
        own = siti.locator(".own", has_text="/ringkasan").last
        await own.locator(".ticks[title=Terkirim]").wait_for()
        await page.get_by_role("button", name="Nyalakan").click()
        await siti.locator(".bubble", has_text="Ringkasan Suku Dinas Kesehatan").last.wait_for()
        await own.locator(".ticks.read").wait_for()
        step = page.locator(".step", has_text="Siti Aminah mengirim /ringkasan").last
        await step.get_by_text(
            "Ringkasan Suku Dinas"
        ).wait_for()  # with its update, though days lay between
        assert await page.locator(".trail").get_attribute("aria-live") == "polite"
        await page.get_by_label("Tutup").click()
        assert await page.locator(".trail").get_attribute("aria-live") == "off"


async def test_a_crash_in_mid_sentence_loses_nothing(browser: Any, demo: Demo) -> None:
    async with opened(browser, demo) as page:
        hana = chat(page, "Percakapan Bagian Hukum")
        await page.get_by_role("button", name="Matikan di tengah kalimat").click()
        await page.locator(".told", has_text="akan mati saat menjawab").wait_for()
        await say(hana, "/status")
        await page.get_by_role("button", name="Di balik layar").click()  # says it for good
        await page.locator(".trace", has_text="Bot mati di tengah kalimat").wait_for()
        await page.locator(".trace .close").click()
        await page.locator(".lives", has_text="Bot berjalan").wait_for()
        await hana.locator(".own", has_text="/status").last.locator(".ticks.read").wait_for()


async def test_a_bad_signal_is_switched_and_shown_to_whoever_looks_on(
    browser: Any, demo: Demo
) -> None:
    async with opened(browser, demo) as page, opened(browser, demo) as other:
        for wanted in ("true", "false"):
            await page.get_by_role("button", name="Ganda").click()
            await other.locator(f"[name=double][aria-pressed={wanted}]").wait_for()


async def test_the_season_is_changed_only_after_a_yes(browser: Any, demo: Demo) -> None:
    async with opened(browser, demo) as page:
        seasons = page.get_by_label("Keadaan data contoh")
        await seasons.select_option(label="Awal musim")
        await page.get_by_role("button", name="Batal").click()
        assert await seasons.input_value() == "mid"
        await seasons.select_option(label="Awal musim")
        await page.get_by_role("button", name="Ganti", exact=True).click()
        await page.locator(".told", has_text="Siap dimainkan: Awal musim").wait_for()
        siti = chat(page, "Percakapan Kontak Sudinkes")
        await siti.get_by_role("button", name="Mulai").click()
        await siti.get_by_text("Selamat datang").wait_for()
        assert not await page.get_by_text("sambungan terputus").count()


async def test_the_tour_is_walked_by_keyboard_once_and_comes_back_when_asked(
    browser: Any, demo: Demo
) -> None:
    async with opened(browser, demo, toured=False) as page:
        card = page.get_by_role("dialog", name="Selamat datang")
        await card.wait_for()
        assert await page.evaluate("document.activeElement.textContent") == "Lanjut"
        for card_no in range(1, 7):
            await page.get_by_text(f"{card_no} dari 7").wait_for()
            await page.keyboard.press("Enter" if card_no % 2 else "ArrowRight")
        await page.get_by_role("dialog", name="Tidak ada yang hilang").wait_for()
        await page.keyboard.press("ArrowLeft")
        await page.get_by_role("dialog", name="Memajukan waktu").wait_for()
        await page.keyboard.press("Escape")
        focused = "document.activeElement.ariaLabel"
        assert await page.evaluate(focused) == "Tur singkat"
        await page.reload()
        await page.locator(".stage .lives", has_text="Bot berjalan").wait_for()
        assert not await page.locator(".tour").is_visible()
        await page.get_by_role("button", name="Tur singkat").press("Enter")
        await card.wait_for()


async def test_on_a_phone_the_stage_folds_away(browser: Any, demo: Demo) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = await browser.new_page(**phone)
    await page.add_init_script("localStorage.setItem('tour-seen', 'yes')")
    await page.goto(demo.url)
    fold = page.get_by_role("button", name="Panggung demo")
    await fold.wait_for()
    assert not await page.locator(".stage").is_visible()
    await fold.tap()
    assert await page.get_by_role("button", name="+ 1 hari").is_visible()
    assert await page.get_by_label("Keadaan data contoh").is_visible()
    await sound(page)
    await fold.tap()
    await page.get_by_role("button", name="Di balik layar").tap()
    await sound(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Tur singkat").tap()
    for _ in range(6):
        await sound(page)
        await page.locator(".tour .start").tap()
    await page.close()


@pytest.mark.parametrize("scheme", sampled(["dark", "light"], 2))
async def test_the_stage_and_the_trace_can_be_read(browser: Any, demo: Demo, scheme: str) -> None:
    size = {"width": 1100, "height": 800}
    async with opened(browser, demo, color_scheme=scheme, viewport=size) as page:
        await page.get_by_role("button", name="Di balik layar").click()
        await page.locator(".step").first.wait_for()
        await page.get_by_role("button", name="Lambat", exact=True).click()
        await page.locator(".chip[aria-pressed=true]").wait_for()
        await page.get_by_role("button", name="Tur singkat").click()
        for selector in READ:
            assert await page.evaluate(CONTRAST, selector) >= 4.5, selector
        await sound(page)
        await page.get_by_role("button", name="Lambat", exact=True).click()
        await page.locator(".chip[aria-pressed=true]").wait_for(state="detached")


async def test_what_was_played_is_saved_and_played_again(
    browser: Any, demo: Demo, tmp_path: Any
) -> None:
    async with opened(browser, demo, accept_downloads=True) as page:
        await page.get_by_label("Keadaan data contoh").select_option(label="Tengah musim")
        if await page.get_by_role("dialog", name="Mulai dari").count():
            await page.get_by_role("button", name="Ganti", exact=True).click()
            await page.locator(".told", has_text="Siap dimainkan").wait_for()
        siti = chat(page, "Percakapan Kontak Sudinkes")
        await say(siti, "/ringkasan")
        await siti.locator(".bubble", has_text="Ringkasan Suku Dinas Kesehatan").last.wait_for()
        await page.get_by_role("button", name="Latihan").click()
        async with page.expect_download() as saved:
            await page.get_by_role("menuitem", name="Simpan latihan").click()
        path = tmp_path / "latihan.yaml"
        await (await saved.value).save_as(path)
        assert "/ringkasan" in path.read_text(encoding="utf-8")
        await page.get_by_role("button", name="Latihan").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("menuitem", name="Putar ulang").click()
        await (await chooser.value).set_files(path)
        await page.get_by_role("dialog", name="Putar ulang berhasil").wait_for()
        await page.get_by_role("button", name="OK").click()
        broken = tmp_path / "rusak.yaml"
        broken.write_text("bukan: latihan", encoding="utf-8")
        await page.get_by_role("button", name="Latihan").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("menuitem", name="Putar ulang").click()
        await (await chooser.value).set_files(broken)
        await page.locator(".told, dialog", has_text="rusak").first.wait_for()

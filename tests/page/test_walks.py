"""Whole walks at the web chat: a right from the first figure to its review, and a coordination group."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page.conftest import Play, playing
from tests.page.test_page import PIXEL, answered

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def proved(play: Play) -> None:
    """Send a paper for the answer that was saved last."""
    await play.contact.locator(".key", has_text="Data dukung").last.click()
    await play.sees(play.contact, "Kirim foto atau berkasnya")
    await play.contact.get_by_label("Lampirkan berkas").click()
    async with play.page.expect_file_chooser() as chooser:
        await play.contact.get_by_role("menuitem", name="Foto").click()
    paper = {"name": "laporan.png", "mimeType": "image/png", "buffer": PIXEL}
    await (await chooser.value).set_files([paper])
    await play.sees(play.contact, "Diterima · R-")
    await play.tap(play.contact, "Selesai")


async def returned(play: Play) -> None:
    """Let Bagian Hukum open the card and send it back with a sentence."""
    await play.start(play.hukum)
    await play.say(play.hukum, "/verifikasi")
    await play.tap(play.hukum, "Sudin")
    await play.sees(play.hukum, "84 per 100.000")
    await play.tap(play.hukum, "Kembalikan")
    await play.tap(play.hukum, "Beda dengan data dukung")
    await play.sees(play.hukum, "Tulis satu kalimat")
    await play.say(play.hukum, "Laporan menyebut 13 kematian, bukan 12.")


async def test_a_right_is_answered_proved_sent_returned_and_mended(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await answered(play, "12 dari 14.250", "70 dari 14.250")
        await proved(play)
        await play.say(play.contact, "/kategori")
        await play.tap(play.contact, "Hidup · 2/2")
        await play.tap(play.contact, "Periksa dan kirim")
        await play.tap(play.contact, "Kirim 2 jawaban")
        await play.sees(play.contact, "sudah dikirim ke Bagian Hukum")
        await returned(play)
        await play.sees(play.contact, "bukan 12")
        await play.tap(play.contact, "Ubah angka")
        await play.say(play.contact, "13 dari 14.250")
        await play.contact.locator(".key.success", has_text="Simpan").last.click()
        await play.tap(play.contact, "Kirim kembali")
        await play.sees(play.contact, "Dikirim kembali ke Bagian Hukum")
        await play.sees(play.contact, "91 per 100.000")
        await play.say(play.hukum, "/verifikasi")
        await play.tap(play.hukum, "Sudin")
        await play.sees(play.hukum, "91 per 100.000")


async def test_a_group_has_names_a_pinned_board_and_follows_an_answer(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path, with_group=True) as play:
        await play.start(play.hukum)
        await play.say(play.group, "/papan jakpus")
        await play.group.locator(".pinned", has_text="📌").wait_for()
        board = play.group.locator(".message", has_text="📌").first
        before = await board.inner_text()
        await play.group.get_by_label("Menulis sebagai").select_option(index=0)
        await play.say(play.group, "Sudinkes segera mengisi.")
        own = play.group.locator(".own", has_text="segera mengisi")
        await own.wait_for()
        await play.group.get_by_label("Menulis sebagai").select_option(index=1)
        await own.wait_for(state="detached")
        message = play.group.locator(".message", has_text="segera mengisi")
        assert await message.locator(".by").inner_text() == "Kontak Sudinkes"
        await play.asked_first()
        await answered(play, "12 dari 14.250")
        play.stage.clock.advance(minutes=30)
        await play.app.boards.tick()
        await board.locator(".meta", has_text="diedit").wait_for()
        assert await board.inner_text() != before
        await play.group.locator(".log").evaluate("log => { log.scrollTop = log.scrollHeight }")
        await play.group.locator(".pinned").click()
        await play.group.locator(".spotlit", has_text="📌").wait_for()


async def test_inline_is_chosen_by_keyboard_and_by_tap_and_sent_via_the_bot(
    browser: Any, tmp_path: Any
) -> None:
    async with playing(browser, tmp_path, with_group=True) as play:
        await play.start(play.kanwil)
        field = play.kanwil.get_by_role("combobox", name="Tulis pesan")
        await field.press_sequentially("@Ped")
        await play.kanwil.get_by_role("option", name="@PeduliHamBot").click()
        await play.kanwil.get_by_role("option", name="Jakarta Pusat").wait_for()
        await field.press_sequentially("jakpus")
        await play.kanwil.get_by_role("option", name="Jakarta Pusat").wait_for()
        await field.press("Escape")
        assert not await play.kanwil.locator(".suggest").is_visible()
        await field.press_sequentially(" ")
        await play.kanwil.get_by_role("option", name="Jakarta Pusat").wait_for()
        chosen = await field.get_attribute("aria-activedescendant")
        assert await play.page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
        await field.press("Enter")
        await play.kanwil.locator(".via", has_text="via @PeduliHamBot").wait_for()
        assert await field.input_value() == ""
        await play.group.get_by_label("Menulis sebagai").select_option(label="Kanwil (Kanwil)")
        await play.group.get_by_role("combobox", name="Tulis pesan").fill("@PeduliHamBot jakpus")
        await play.group.get_by_role("option", name="Jakarta Pusat").click()
        await play.group.locator(".own .via").wait_for()


async def test_commands_are_offered_while_typing(browser: Any, tmp_path: Any) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.kanwil)
        field = play.kanwil.get_by_role("combobox", name="Tulis pesan")
        await field.press_sequentially("/sta")
        await play.kanwil.get_by_role("option", name="/status").wait_for()
        await field.press("ArrowDown")
        await field.press("Enter")
        await play.sees(play.kanwil, "0 dari 21 isian")


async def test_an_alert_waits_for_its_ok(browser: Any, tmp_path: Any) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await play.start(play.kanwil)
        await play.say(play.kanwil, "/ingatkan")
        await play.sees(play.kanwil, "Pratinjau pengingat")
        budi = play.people[2]
        message = budi.last
        send = next(one for row in message.rows for one in row if "Kirim" in one["text"])
        await play.tap(play.kanwil, "Kirim ke 1 orang")
        await play.sees(play.contact, "sudah mengisi 0 dari 3")
        budi.tap(data=send["callback_data"], message_id=message.id)
        alert = play.page.get_by_role("dialog", name="Peduli HAM")
        await alert.get_by_text("sudah").wait_for()
        await play.page.keyboard.press("Enter")
        await alert.wait_for(state="detached")

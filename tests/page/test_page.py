"""People at the web chat: clicks and keys in a real browser, the real bot behind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Play, playing

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "00000500017a5eab3f0000000049454e44ae426082"
)
READ = (".bubble .text", ".own .text", ".meta", ".own .meta", ".day", ".key", ".key.primary", ".key.success", ".sub",
        ".start", ".hint", ".pick", ".face", "footer", "textarea")  # fmt: skip
CONTRAST = """selector => {
  const node = [...document.querySelectorAll(selector)].findLast(one => one.offsetParent);
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  let ground = node;
  while (numbers(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const [a, b] = [getComputedStyle(node).color, getComputedStyle(ground).backgroundColor]
    .map(one => light(numbers(one))).sort((x, y) => y - x);
  return (a + .05) / (b + .05);
}"""


async def answered(play: Play, *says: str) -> None:
    for text in says:
        await play.say(play.contact, text)
        await play.contact.locator(".key.success", has_text="Simpan").last.wait_for()
        await play.tap(play.contact, "Simpan")
        await play.contact.locator(".key.success", has_text="Simpan").wait_for(state="detached")


async def test_a_contact_answers_to_the_end_and_an_old_button_says_so(
    browser: Any, tmp_path: Path
) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await answered(play, "12 dari 14.250")
        await play.sees(play.contact, "Tersimpan · R-")
        saved = play.contact.locator(".message", has_text="Tersimpan · R-").first
        assert "diedit" in await saved.locator(".meta").inner_text()
        siti = play.people[0]
        first = next(one for one in siti.replies if "jumlah kematian ibu" in one.text)
        await play.stage.server.until(lambda: not first.rows)  # its moment is over
        siti.tap(data="un.2.1.1", message_id=first.id)
        await play.contact.locator(".toast", has_text="tidak berlaku").wait_for()
        assert await play.contact.locator("[aria-busy]").count() == 0
        await answered(play, "70 dari 14.250", "900 dari 60.000")
        await play.sees(play.contact, "Terima kasih")
        assert await play.contact.locator(".day").all_inner_texts() == ["Jumat, 10 Maret 2017"]
        assert play.people[0].account.start_link not in await play.contact.inner_text()


async def test_kanwil_sees_the_state_and_reminds(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await play.start(play.kanwil)
        await play.kanwil.locator(".command", has_text="/status").last.click()
        await play.sees(play.kanwil, "0 dari 21 isian")
        await play.kanwil.get_by_label("Daftar perintah").click()
        await play.kanwil.get_by_role("menuitem", name="/ingatkan").click()
        await play.sees(play.kanwil, "Pratinjau pengingat")
        await play.tap(play.kanwil, "Kirim ke 1 orang")
        await play.sees(play.contact, "sudah mengisi 0 dari 3")
        await play.sees(play.kanwil, "terkirim 1")
        assert not await play.hukum.locator(".bubble").count()


async def test_an_own_message_is_edited_in_place(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await play.say(play.contact, "12")
        await play.sees(play.contact, "kelahiran hidup")
        await play.say(play.contact, "14.250")
        await play.sees(play.contact, "84 per 100.000")
        await play.contact.locator(".own").nth(1).dblclick()
        assert await play.contact.get_by_label("Tulis pesan").input_value() == "12"
        await play.say(play.contact, "13")
        await play.sees(play.contact, "91 per 100.000")
        own = play.contact.locator(".own .bubble")
        assert [await own.nth(1).inner_text(), await own.count()] == ["Anda:\n13\ndiedit 09.00", 3]


async def test_a_phone_shows_one_chat_and_marks_the_others(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path, width=390, has_touch=True, is_mobile=True) as play:
        await play.asked_first()
        await play.page.get_by_role("button", name="Kanwil").tap()
        await play.start(play.kanwil)
        assert not await play.contact.is_visible()
        await play.say(play.kanwil, "/ingatkan")
        await play.kanwil.locator(".key", has_text="Kirim ke 1 orang").tap()
        await play.page.locator(".tabs .unread").wait_for()
        await play.sees(play.kanwil, "Hasil pengingat")  # else that is what stays unread
        sizes = "[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]"
        assert set(await play.page.evaluate(sizes)) == {390}
        await play.page.get_by_role("button", name="ada pesan baru").tap()
        await play.sees(play.contact, "sudah mengisi 0 dari 3")
        await play.page.locator(".tabs .unread").wait_for(state="detached")


async def test_the_keyboard_alone_is_enough(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:

        async def go_to(wanted: Any) -> None:
            for _ in range(40):
                await play.page.keyboard.press("Tab")
                if await wanted.evaluate("one => one === document.activeElement"):
                    return
            raise AssertionError("not reachable")

        await go_to(play.contact.locator(".landing .start"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert await play.page.evaluate(outline) == "solid"
        await play.page.keyboard.press("Enter")
        await play.sees(play.contact, "Selamat datang")
        await play.page.keyboard.press("Shift+Tab")
        await go_to(play.contact.get_by_label("Tulis pesan"))
        await play.page.keyboard.type("satu")
        await play.page.keyboard.press("Shift+Enter")
        await play.page.keyboard.type("/lanjut")
        await play.page.keyboard.press("Enter")
        await play.contact.locator(".own", has_text="satu\n/lanjut").wait_for()
        await play.page.keyboard.press("ArrowUp")
        await play.contact.get_by_text("Mengubah pesan").wait_for()
        await play.page.keyboard.press("Escape")
        assert await play.contact.get_by_label("Tulis pesan").input_value() == ""


async def test_both_modes_can_be_read(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.asked_first()
        await play.say(play.contact, "12 dari 14.250")
        await play.contact.locator(".key.success").wait_for()
        grounds = {}
        for scheme in ("light", "dark"):
            await play.page.emulate_media(color_scheme=scheme)
            for selector in READ:
                assert await play.page.evaluate(CONTRAST, selector) >= 4.5, (scheme, selector)
            ground = await play.page.evaluate("getComputedStyle(document.body).backgroundColor")
            grounds[scheme] = [int(one) for one in re.findall(r"\d+", ground)]
        assert max(grounds["dark"]) < 40
        assert min(grounds["light"]) > 220


async def test_text_is_drawn_from_entities_only(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.contact)
        await play.say(play.contact, "<img src=x onerror=alert(1)> 😀 /bantuan")
        await play.sees(play.contact, "<img src=x onerror=alert(1)> 😀 /bantuan")
        assert await play.contact.locator(".own .command").last.inner_text() == "/bantuan"
        assert not await play.contact.locator("img").count()
        html = await play.page.evaluate("""async () => {
          const { write } = await import("/page/text.js");
          const box = document.createElement("div");
          const spans = [["bold", 3, 9], ["italic", 6, 9], ["code", 20, 4], ["bot_command", 20, 3]];
          write(box, "😀 tebal miring lagi kode", spans.map(([type, offset, length]) => ({ type, offset, length })));
          return box.innerHTML;
        }""")
        assert html == ("😀 <strong>teb<em>al mir</em></strong><em>ing</em> lagi<code> kod</code>e")


async def test_a_link_in_a_message_opens_inside_the_page(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.kanwil)
        await play.say(play.kanwil, "/undang sudinsos")
        await play.kanwil.locator("a", has_text="t.me/PeduliHamBot").click()
        await play.page.get_by_label("Nama").fill("Dewi Lestari")
        await play.page.keyboard.press("Enter")
        await play.contact.get_by_text("Undangan untuk Dewi Lestari sudah siap").wait_for()
        await play.start(play.contact)
        await play.sees(play.contact, "Suku Dinas Sosial")


async def test_files_go_up_as_an_album_and_come_down(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path) as play:
        await play.start(play.contact)
        for kind, names in {"Foto": ["a.png", "b.png"], "Dokumen": ["laporan.pdf"]}.items():
            await play.contact.get_by_label("Lampirkan berkas").click()
            async with play.page.expect_file_chooser() as chooser:
                await play.contact.get_by_role("menuitem", name=kind).click()
            files = [{"name": n, "mimeType": "image/png", "buffer": PIXEL} for n in names]
            await (await chooser.value).set_files(files)
            # what the bot says to them is drawn as well: a menu that is open by then would be closed
            await play.contact.locator(".album .photo").nth(1).wait_for()
            await play.server.idle()
        async with play.page.expect_download() as download:
            await play.contact.locator(".file", has_text="laporan.pdf").click()
        path = await (await download.value).path()
        assert path.read_bytes() == PIXEL


async def test_after_a_lost_connection_nothing_is_missing(browser: Any, tmp_path: Path) -> None:
    async with playing(browser, tmp_path, expected="net::ERR") as play:
        await play.start(play.contact)
        assert len(play.server.news) == 1
        play.server.news.pop().put_nowait(
            {"kind": object()}
        )  # cannot be written: the stream breaks
        play.people[0].send("ditulis saat terputus")
        await play.page.get_by_text("sambungan terputus").wait_for()
        await play.sees(play.contact, "ditulis saat terputus")
        assert not await play.page.get_by_text("sambungan terputus").count()

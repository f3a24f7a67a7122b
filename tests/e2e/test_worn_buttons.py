"""Buttons of an answer leave the chat when it is sent: seen on the phone, over HTTP."""

from __future__ import annotations

from bot.demo.botapi import SimulatedPerson
from bot.telegram.worn import OF_ANSWERS
from flows.model.buttons import read
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_evidence import pdf
from tests.support import PATIENCE


def of_answers(person: SimulatedPerson) -> list[str]:
    """Return what hangs in a chat that an office does to one answer."""
    held = [
        str(cell.get("callback_data", "")) for one in person.replies for cell in person.buttons(one)
    ]
    return [one for one in held if (pressed := read(one)) and pressed.verb in OF_ANSWERS]


async def gone(person: SimulatedPerson) -> None:
    """Wait until none of them is left; that is done when nothing else is."""
    await person.server.until(lambda: not of_answers(person), PATIENCE, "no button of an answer")


async def test_what_was_sent_has_no_buttons_left(stage: Stage) -> None:
    async with stage.running():
        hana = await stage.joined("coordinator", "Hana")
        eko = await stage.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
        for step in ("/lanjut", "2", "!✅ Simpan"):
            await act(eko, step)
        assert of_answers(eko)
        for step in ("/kategori", "!📤 Periksa dan kirim"):
            await act(eko, step)
        eko.tap("📤 Kirim 1 jawaban")
        await gone(eko)
        for step in (
            "/verifikasi", "!Suban Kesbangpol · 1", "!↩️ Kembalikan", "!Belum sah", "Belum ditandatangani.",
        ):  # fmt: skip
            await act(hana, step)
        await eko.wait_for("dikembalikan")
        assert of_answers(eko), "the news brings new ones"
        eko.file("document", pdf("ditandatangani"), "laporan.pdf")
        await eko.wait_for("Diterima")
        await act(eko, "!📤 Kirim kembali")
        await gone(eko)

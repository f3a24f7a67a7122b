"""Over HTTP, with a clock that is moved: signed reminders, the letter, a promised figure, a later deadline."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from docx import Document

from bot.demo.botapi import SimulatedPerson
from tests.e2e.conftest import Stage
from tests.e2e.player import act

SIGNED = "Hana Putri, Bagian Hukum Jakarta Pusat"


def at(day: int, hour: int = 2, month: int = 3) -> datetime:
    return datetime(2017, month, day, hour, tzinfo=UTC)


def document(stage: Stage, person: SimulatedPerson) -> tuple[str, str]:
    """Return the name and the text of the newest document in a chat."""
    sent = [one.body["document"] for one in person.replies if "document" in one.body][-1]
    content = stage.server.bot.files[str(sent["file_id"])].content
    text = "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)
    return str(sent["file_name"]), text


async def test_reminders_are_signed_and_the_third_brings_a_letter(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti & <Aminah>")
        hana = await stage.joined("coordinator", "Hana Putri")
        for count, day in enumerate((10, 13), start=1):
            stage.clock.now = at(day, 3)
            await act(hana, "/ingatkan sudinkes")
            assert SIGNED in hana.text
            hana.tap("📨 Kirim ke 1 orang")
            await siti.wait_for(lambda message, n=count: reminded(siti) == n)  # type: ignore[misc]
            await hana.wait_for("terkirim 1")
        stage.clock.now = at(14, 12)  # an evening: it waits for the morning, and for a restart
        await act(hana, "/ingatkan sudinkes")
        hana.tap("🕗 Jadwalkan untuk 1 orang")
        await hana.wait_for("menunggu jam kerja")
        hana.tap("⏸ Hentikan")
        await hana.wait_for("dihentikan")
    async with stage.running():
        hana.tap("▶️ Lanjutkan")
        await stage.server.idle()
    stage.clock.now = at(15)
    async with stage.running():
        await siti.wait_for(lambda _: reminded(siti) == 3)
        assert all(SIGNED in text for text in reminders(siti))
        await act(hana, "/telepon")
        hana.tap("📄 Surat Sudinkes")
        await hana.wait_for("Surat untuk Kepala Suku Dinas Kesehatan")
        await stage.server.idle()
    name, text = document(stage, hana)
    assert name == "Surat-Sudinkes.docx"
    assert "Yth. Kepala Suku Dinas Kesehatan\ndi Jakarta Pusat" in text
    assert "3 kali pengingat melalui Telegram kepada Siti & <Aminah>, namun data" in text


def reminders(person: SimulatedPerson) -> list[str]:
    texts = [str(one.body.get("text", "")) for one in person.replies]
    return [text for text in texts if text.startswith("🔔")]


def reminded(person: SimulatedPerson) -> int:
    return len(reminders(person))


async def test_a_promised_figure_is_asked_for_and_filled_in(stage: Stage) -> None:
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/lanjut")
        await act(siti, "!Belum ada data")
        await act(siti, "Laporan tersedia 17 Maret.")  # a Friday
        for day, hour in ((17, 2), (18, 3), (20, 1)):
            stage.clock.now = at(day, hour)
            await app.reminders.tick()
            await stage.server.idle()
            assert "Sudah ada angkanya?" not in "".join(reminders(siti))
        stage.clock.now = at(20)
        await app.reminders.tick()
        await siti.wait_for("tersedia 17 Maret 2017. Sudah ada angkanya?")
        await act(siti, "!▶️ Isi angkanya")
        await act(siti, "12 dari 14.250")
        await act(siti, "!✅ Simpan")
        await siti.wait_for("Tersimpan")


async def test_a_later_deadline_is_asked_for_and_granted_with_one_button(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        hana = await stage.joined("coordinator", "Hana Putri")
        budi = await stage.joined("kanwil", "Budi")
        await act(hana, "/perpanjang sudinkes")
        assert "Senin, 17 April 2017" in [one["text"] for one in hana.buttons()]
        await act(hana, "!Senin, 17 April 2017")
        before = len(siti.replies)
        await act(hana, "Menunggu laporan provinsi.")
        await budi.wait_for("Permintaan perpanjangan")
        assert len(siti.replies) == before
        budi.tap("✅ Perpanjang sampai 17 April 2017")
        await siti.wait_for("diperpanjang sampai Senin, 17 April 2017")
        await hana.wait_for("menyetujui perpanjangan")
        await stage.server.idle()
        texts = [str(one.body.get("text", "")) for one in budi.replies]
        assert not [text for text in texts if "Permintaan perpanjangan" in text], (
            "it is answered there"
        )

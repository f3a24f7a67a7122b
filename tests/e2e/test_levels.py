"""A submission over real HTTP with all levels on: back and forth, a return and a resend, a restart in between."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.botapi import SimulatedPerson
from bot.roster import SetupResult, apply_roster, bundled
from bot.roster.plan import StaffPlan
from bot.storage import record
from flows.contact import criteria_walk
from flows.model.buttons import Verb, data
from flows.model.roles import SWITCHED
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office, phone, still
from tests.e2e.test_shell import keep_season_alive
from tests.support import START, dump, made, make_database
from tests.support.beside import AttentiveSandbox

SEATS = (
    StaffPlan("Sekretaris Kota", "secretary", "31.71"),
    StaffPlan("Biro Hukum", "bureau"),
    StaffPlan("Wali Kota", "reader", "31.71"),
    StaffPlan("Ditjen HAM", "reader"),
)
SHORT = "Suban Kesbangpol"


def with_levels(connection: sqlite3.Connection) -> SetupResult:
    """Jakarta Pusat as it ships, with every level switched on."""
    roster = bundled("jakarta-pusat")
    period = replace(roster.period, levels=tuple(map(str, SWITCHED)))
    roster = replace(roster, period=period, staff=(*roster.staff, *SEATS))
    return apply_roster(connection, roster, now=START, bot_username="PeduliHamBot")


@pytest.fixture
def levels(server: AttentiveSandbox, tmp_path: Path) -> Stage:
    path = make_database(tmp_path / "levels.db", with_levels)
    return Stage(server, path, server.held, setup=made(with_levels)[1])  # type: ignore[attr-defined]


async def taps(person: SimulatedPerson, *buttons: str) -> None:
    """Press buttons one after the other; some answers change a message, and none comes."""
    for button in buttons:
        message, pressed = phone(person).find(button)
        person.tap(data=pressed, message_id=message.id)
        await still(person)


async def approves(hana: SimulatedPerson) -> None:
    """Bagian Hukum opens its queue and lets all of it pass, one by one."""
    await act(hana, "/verifikasi")
    await taps(hana, f"{SHORT} · 1")
    await taps(hana, "👍 Setujui")


async def forwards(joko: SimulatedPerson, lina: SimulatedPerson) -> None:
    await act(joko, "/pengajuan")
    await taps(joko, "🖋 Setujui semua", "Ya, setujui")
    await act(lina, "/pengajuan")
    await taps(lina, "📨 Teruskan ke Kanwil", "Ya, teruskan")


async def test_a_submission_goes_up_comes_back_and_goes_up_again(levels: Stage) -> None:
    stage = levels
    async with stage.running():
        eko = await office(stage, SHORT)
        hana = await stage.joined("coordinator", "Hana")
        joko = await stage.joined("secretary", "Joko")
        lina = await stage.joined("bureau", "Lina")
        budi = await stage.joined("kanwil", "Budi")
        wati = await stage.joined("Ditjen HAM", "Wati")
        await taps(eko, "📤 Kirim", "📤 Kirim")
        await approves(hana)
        await act(budi, "/verifikasi")
        assert "Tidak ada jawaban yang menunggu Anda" in budi.text
        assert "Menunggu Sekretaris Kota/Daerah: 1 jawaban" in budi.text
        await act(joko, "/pengajuan")
        await taps(joko, "↩️ Kembalikan ke Bagian Hukum")
        await act(joko, "Mohon samakan dengan laporan Polres.")
        await stage.server.idle()
        assert "Mohon samakan dengan laporan Polres." in hana.text
        await approves(hana)
        await forwards(joko, lina)
        await stage.server.idle()
    async with stage.running():  # what waits for whom outlives a restart
        await act(budi, "/verifikasi")
        await taps(budi, f"{SHORT} · 1")
        await taps(budi, "↩️ Kembalikan", "Periode keliru")
        await act(budi, "Data tahun lain.")
        await eko.wait_for("dikembalikan Kanwil")
        await taps(eko, "✏️ Ubah angka")
        await act(eko, "3")
        await taps(eko, "✅ Simpan")
        await taps(eko, "📤 Kirim kembali")
        await act(budi, "/verifikasi")
        assert "Tidak ada jawaban yang menunggu Anda" in budi.text
        await act(budi, "/terlambat")
        assert "Menunggu Sekretaris Kota/Daerah: 1 jawaban" in budi.text
        await forwards(joko, lina)
        await act(budi, "/verifikasi")
        await taps(budi, f"{SHORT} · 1")
        await taps(budi, "✅ Verifikasi")
        await act(wati, "/status")
        assert "1 diverifikasi" in wati.text
        assert not any("Ingatkan" in one for one in wati.last.labels)
        before = dump(stage.database, "record")
        seat = next(row[1] for row in dump(stage.database, "seats") if row[3] == "reader")
        for verb in (
            Verb.JUDGE,
            Verb.SUBMISSION_ON,
            Verb.REMIND,
            Verb.SEASON_CLOSE,
            criteria_walk.COMMENT,
        ):
            wati.tap(data=data(verb, int(str(seat)), 1, 1, 1, "y"), message_id=wati.last.id)
        await stage.server.idle()
        assert dump(stage.database, "record") == before
    with closing(sqlite3.connect(stage.database)) as connection:
        assert record.verify(connection).broken is None
        moved = connection.execute(
            "SELECT json_extract(body, '$.role'), json_extract(body, '$.action') FROM record"
            " WHERE kind = 'move' ORDER BY id"
        ).fetchall()
    assert moved == [
        ("contact", "submit"), ("coordinator", "approve"), ("secretary", "send_back"),
        ("coordinator", "approve"), ("secretary", "endorse"), ("bureau", "forward"), ("kanwil", "return"),
        ("contact", "answer"), ("secretary", "endorse"), ("bureau", "forward"), ("kanwil", "verify"),
    ]  # fmt: skip
    assert dump(stage.database, "failed_updates") == []


async def test_what_waits_is_told_quietly_to_the_one_whose_turn_it_is(levels: Stage) -> None:
    stage = levels
    keep_season_alive(stage)
    async with stage.running() as app:
        eko = await office(stage, SHORT)
        hana = await stage.joined("coordinator", "Hana")
        joko = await stage.joined("secretary", "Joko")
        budi = await stage.joined("kanwil", "Budi")
        await taps(eko, "📤 Kirim", "📤 Kirim")
        await approves(hana)
        mark, count = joko.last.id, len(budi.replies)
        stage.clock.advance(hours=2)
        await app.arrivals.tick()
        await joko.wait_for("disetujui Bagian Hukum", after=mark)
        assert "🗂 Buka pengajuan" in joko.last.labels
        await stage.server.idle()
        assert len(budi.replies) == count, "nothing has come to the Kanwil"

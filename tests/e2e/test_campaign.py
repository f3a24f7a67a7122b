"""A reminder by hand to hundreds of people over HTTP: trouble on the way, stopped half-way, restarted, resumed."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.clock import iso
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.roster import apply_roster
from bot.roster.roster_yaml import read_text
from bot.storage.database import connect, in_transaction
from bot.workers.campaign_worker import REFILL_BELOW, SLICE
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_reminder_season import HEAD
from tests.support import PATIENCE
from tests.support.beside import AttentiveSandbox

PEOPLE = 600


def roster_text() -> str:
    units = [
        f"      {{code: k{n}, name: Kantor {n}, short: K{n}, owes: [15]}}," for n in range(PEOPLE)
    ]
    city = '  - {code: "31.71", kind: kota, name: Kota Uji, zone: WIB, units: ['
    return "\n".join([HEAD, city, *units, "    ]}"])


@pytest.fixture
def crowd(server: AttentiveSandbox, tmp_path: Path) -> Stage:
    """Set up six hundred offices, each with a contact who has joined."""
    clock = server.held  # type: ignore[attr-defined]
    path = tmp_path / "crowd.db"
    connection = connect(path)
    roster = read_text(roster_text(), "roster.yaml", tmp_path)
    setup = in_transaction(
        connection, lambda db: apply_roster(db, roster, now=clock(), bot_username="PeduliHamBot")
    )
    units = [row[0] for row in connection.execute("SELECT id FROM units ORDER BY id")]
    in_transaction(connection, lambda db: seat(db, server, units, iso(clock())))
    connection.close()
    return Stage(server, path, clock, setup=setup)


def seat(db: sqlite3.Connection, server: Sandbox, units: list[int], now: str) -> None:
    for unit in units:
        person = server.person(f"Kontak {unit}", started=True)
        person_id = db.execute(
            "INSERT INTO persons (telegram_id, name, joined_at) VALUES (?, ?, ?)",
            (person.id, person.account.first_name, now),
        ).lastrowid
        db.execute(
            "INSERT INTO seats (person_id, role, unit_id, since) VALUES (?, 'contact', ?, ?)",
            (person_id, unit, now),
        )


def contacts(stage: Stage) -> list[SimulatedPerson]:
    return [one for one in stage.server.people() if one.account.first_name.startswith("Kontak")]


def got(person: SimulatedPerson) -> int:
    return sum(1 for one in person.replies if str(one.body.get("text", "")).startswith("🔔"))


def served(stage: Stage) -> int:
    return sum(map(got, contacts(stage)))


def count(stage: Stage, query: str) -> int:
    connection = sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)
    try:
        result: int = connection.execute(query).fetchone()[0]
        return result
    finally:
        connection.close()


QUEUED = "SELECT count(*) FROM outbox WHERE state = 'queued' AND bulk"


async def until(stage: Stage, wanted: int) -> None:
    """Wait until so many have their reminder."""
    async with asyncio.timeout(PATIENCE):
        while served(stage) < wanted:
            await asyncio.sleep(0.1)


async def test_600_recipients_in_a_bad_network_are_served_once(crowd: Stage) -> None:
    async with crowd.running():
        budi = await crowd.joined("kanwil", "Budi")
        people = contacts(crowd)
        for gone in people[5:8]:
            gone.chat.blocked = True  # only the 403 tells
        await act(budi, "/ingatkan")
        assert "Akan menerima (600)" in budi.text
        crowd.server.fault("refuse", method="sendMessage", retry_after=1, times=4, probability=0.03)
        for kind in ("reset", "drop_before", "bad_gateway"):
            crowd.server.fault(kind, method="sendMessage", times=20, probability=0.03)
        budi.tap("📨 Kirim ke 600 orang")
        await until(crowd, 20)
        most = count(crowd, QUEUED)
        await act(people[590], "/lanjut")
        assert "demonstrasi" in people[590].text
        assert served(crowd) < 500, "it was answered after the crowd"
        result = await budi.wait_for("Hasil pengingat")
        assert "terkirim 597, tak terjangkau 3, gagal 0" in str(result.body["text"])
        await crowd.server.idle()
    assert [got(one) for one in people] == [0 if 5 <= n < 8 else 1 for n in range(PEOPLE)]
    assert most <= SLICE + REFILL_BELOW
    lost = [one for one in budi.replies if str(one.body["text"]).startswith("⚠️ Kontak")]
    assert len(lost) == 3
    sent = "SELECT count(*) FROM reminders WHERE kind = 'manual' AND outcome = 'sent'"
    assert count(crowd, sent) == 597
    assert count(crowd, "SELECT count(*) FROM failed_updates") == 0
    progress = next(one for one in budi.replies if "selesai dikirim" in str(one.body["text"]))
    assert "Terkirim 597 dari 600 · 3 tak terjangkau" in str(progress.body["text"])


@pytest.mark.campaign
async def test_stopped_half_way_restarted_and_resumed(crowd: Stage) -> None:
    people = contacts(crowd)
    crowd.server.fault("delay", method="sendMessage", seconds=0.4, times=None)
    async with crowd.running():
        budi = await crowd.joined("kanwil", "Budi")
        await act(budi, "/ingatkan")
        budi.tap("📨 Kirim ke 600 orang")
        await until(crowd, 60)
    assert served(crowd) < PEOPLE
    async with crowd.running():  # it goes on by itself
        await until(crowd, served(crowd) + 60)
        budi.tap("⏸ Hentikan")
        async with asyncio.timeout(PATIENCE):
            while "dihentikan" not in budi.text or count(crowd, QUEUED):
                await asyncio.sleep(0.1)
        await crowd.server.idle(quiet=0.5)
        stopped = served(crowd)
        assert 120 <= stopped < PEOPLE
        await act(people[0], "/lanjut")
        await act(people[0], "2")
    crowd.server.clear_faults()
    left = next(one for one in people if not got(one))
    async with crowd.running():
        await asyncio.sleep(0.3)
        assert served(crowd) == stopped, "a stop outlives a restart"
        for text in ("/lanjut", "2", "simpan"):
            await act(left, text)
        await left.wait_for("Tinggal satu langkah")
        await act(left, "!📤 Kirim jawaban")
        left.tap("📤 Kirim 1 jawaban")  # done meanwhile: no reminder any more
        await crowd.server.idle()
        budi.tap("▶️ Lanjutkan")
        result = await budi.wait_for("Hasil pengingat")
        await crowd.server.idle()
    assert f"terkirim {PEOPLE - 1}" in str(result.body["text"])
    assert "1 orang dilewati" in str(result.body["text"])
    assert [got(one) for one in people] == [0 if one.id == left.id else 1 for one in people]
    reason = "SELECT count(*) FROM reminders WHERE outcome = 'withheld' AND reason = 'done'"
    assert count(crowd, reason) == 1


async def test_what_is_confirmed_in_the_evening_goes_out_in_the_morning(stage: Stage) -> None:
    stage.clock.advance(hours=9)  # Friday, 18:00
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        budi = await stage.joined("kanwil", "Budi")
        await act(budi, "/ingatkan sudinkes")
        assert "menunggu sampai 13 Maret 2017 pukul 08.00" in budi.text
        budi.tap("🕗 Jadwalkan untuk 1 orang")
        await stage.server.idle(quiet=0.2)
        assert got(siti) == 0
        stage.clock.advance(hours=62, minutes=5)
        app.campaigns.wake.set()
        await budi.wait_for("terkirim 1")
        assert got(siti) == 1


async def test_monday_s_digest(stage: Stage) -> None:
    async with stage.running() as app:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        budi = await stage.joined("kanwil", "Budi")
        await stage.joined("coordinator", "Hana")
        await budi.wait_for("bergabung sebagai Bagian Hukum")
        await app.digests.tick()
        await act(budi, "/ingatkan sudinkes")
        budi.tap("📨 Kirim ke 1 orang")
        await siti.wait_for("🔔")
        stage.clock.advance(minutes=30)
        for text in ("/lanjut", "12 dari 14.250", "simpan"):
            await act(siti, text)
        stage.clock.now = stage.clock.now.replace(day=13, hour=1, minute=0)
        await app.digests.tick()
        await stage.server.idle()
        assert "Ringkasan mingguan" not in budi.text
        for _ in range(3):
            stage.clock.advance(minutes=30)
            await app.digests.tick()
        await budi.wait_for("1 dikirim, dijawab dalam 24 jam")
        await stage.server.idle()
        assert "Jawaban baru sejak pekan lalu: 1" in budi.text
        digests = [one for one in budi.replies if "Ringkasan mingguan" in str(one.body["text"])]
        assert len(digests) == 1
    assert count(stage, "SELECT count(*) FROM staff_due WHERE state = 'done'") == 2

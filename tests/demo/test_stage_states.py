"""The states of the demo: what has happened in each, that it holds, and that it can be made on any day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import running, scene
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.state import Chat
from bot.storage.database import connect
from bot.storage.evidence_files import damaged
from bot.storage.record import verify
from tests.demo.stages import START
from tests.support import dump
from tests.support.staging import PLAY

GROUP = "Koordinasi HAM Jakarta Pusat"


async def played(code: str, folder: Path, now: datetime = START) -> tuple[Sandbox, Path]:
    """Play a state; check that its record and files hold, and that nothing is from the future or on its way."""
    path = folder / f"{code}.db"
    server = await scene.build(code, path, now)
    connection = connect(path)
    assert verify(connection).broken is None
    assert damaged(connection, path.with_name(f"{path.name}-files")) is None
    connection.close()
    dates = [one.body["date"] for chat in server.chats.values() for one in chat.messages.values()]
    assert dates == [] or max(dates) <= now.timestamp()
    assert {row[9] for row in dump(path, "outbox")} <= {"sent"}
    assert not dump(path, "failed_updates")
    return server, path


def who(server: Sandbox, label: str) -> SimulatedPerson:
    return next(one for one in server.people() if one.account.label == label)


def room(server: Sandbox) -> Chat:
    (group,) = server.groups()
    assert group.title == GROUP
    return group


def board(server: Sandbox) -> str:
    chat = room(server)
    (pinned,) = chat.pinned
    return chat.messages[pinned].text


async def test_empty_nobody_has_joined(tmp_path: Path) -> None:
    server, path = await played("empty", tmp_path)
    assert all(not one.chat.started and one.account.start_link for one in server.people())
    assert room(server).messages == {}
    assert len(room(server).members) == 7
    assert not any(row[3] == "answer" for row in dump(path, "record"))


async def test_mid_has_a_bit_of_everything(tmp_path: Path) -> None:
    server, path = await played("mid", tmp_path)
    lines = board(server).split("\n")
    assert "▓▓▓░░ 14 dari 21 isian terisi, 11 dikirim, 5 diverifikasi" in lines
    assert "• Sudinsos — 0 dari 1 · belum bergabung" in lines
    assert "• Sudin Nakertransgi — 0 dari 2" in lines  # the late one
    assert "• Sudin PRKP — 2 dari 2 · ↩️ 1 dikembalikan" in lines
    assert "Batas akhir 4 Desember 2026, 9 hari lagi" in lines
    record = dump(path, "record")
    assert sum(row[3] == "stored" for row in record) >= 9
    siti = who(server, "Kontak Sudinkes")
    assert "belum berstempel" in siti.text
    assert "📎 Ganti data dukung" in siti.last.labels
    joko = [one.text for one in who(server, "Kontak Sudin Nakertransgi").replies]
    assert sum(text.startswith("🔔") for text in joko) == 2  # by plan, and by hand
    assert not who(server, "Kontak Sudinsos").chat.started
    kinds = {one.kind for one in server.bot.files.values()}
    assert kinds == {"document", "photo"}
    papers = [one.content for one in server.bot.files.values() if one.mime == "application/pdf"]
    assert len(papers) >= 8
    assert all(one.startswith(b"%PDF-") for one in papers)


async def test_with_levels_something_waits_at_each_of_them(tmp_path: Path) -> None:
    server, path = await played("levels", tmp_path)
    assert "11 dari 21 isian terisi, 11 dikirim, 1 diverifikasi" in board(server)
    for label, words in (
        ("Sekretaris", "2 jawaban menunggu persetujuan Anda"),
        ("Biro Hukum", "4 jawaban menunggu untuk Anda teruskan ke Kanwil"),
        ("Kanwil", "Menunggu Sekretaris Kota/Daerah: 2"),
        ("Bagian Hukum", "Menunggu Anda: Sudinkes mengirim 3 jawaban"),
        ("Pemantau", "Peran Anda: pemantau provinsi"),
    ):
        assert words in who(server, label).text, label
    moved = [json.loads(row[10]) for row in dump(path, "record") if row[3] == "move"]
    assert {one["role"] for one in moved} >= {"secretary", "bureau"}


@pytest.mark.campaign
@pytest.mark.no_cover  # papers are made of this state in tests of their own
async def test_finished_everything_is_verified(tmp_path: Path) -> None:
    server, path = await played("finished", tmp_path)
    text = board(server)
    assert "21 dari 21 isian terisi, 21 dikirim, 21 diverifikasi" in text
    assert "hasil akhir verifikasi 76,25 · Peduli HAM" in text
    answers = {(row[4], row[5]) for row in dump(path, "record") if row[3] == "answer"}
    assert {number for _, number in answers} == set(range(1, 18))
    budi = who(server, "Kanwil")
    assert "76,25" in budi.text


@pytest.mark.campaign
@pytest.mark.no_cover  # the same lines once more
@pytest.mark.parametrize(
    "now",
    [
        datetime(2028, 2, 29, 1, 31, tzinfo=UTC),  # half past eight, when digests go out
        datetime(2027, 1, 4, 17, 30, tzinfo=UTC),  # half past midnight in Jakarta
        datetime(2027, 3, 14, 11, 30, tzinfo=UTC),  # a Sunday behind a week of holidays
    ],
)
async def test_a_state_can_be_made_on_any_day(tmp_path: Path, now: datetime) -> None:
    server, _ = await played("mid", tmp_path, now)
    assert "14 dari 21 isian" in board(server)


@pytest.mark.no_cover
@pytest.mark.campaign
async def test_a_state_is_the_same_whenever_it_is_made_again(tmp_path: Path) -> None:
    def messages(server: Sandbox) -> list[tuple[int, int, int, str]]:
        return [
            (chat.id, one.id, one.body["date"], one.text)
            for chat in server.chats.values()
            for one in chat.messages.values()
            if not one.text.startswith("/start")
        ]

    first, _ = await played("mid", tmp_path / "1")
    second = await PLAY("mid", tmp_path / "2.db", START)
    assert messages(first) == messages(second)


async def test_a_demo_that_is_kept_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "kept.db"
    async with running(path, state="mid", start=START) as first:
        (group,) = first.server.groups()
    async with running(path, start=START + timedelta(hours=1)) as again:
        assert (await again.stage.view())["state"] == "kept"
        budi = who(again.server, "Kanwil")
        budi.send("/status")
        await budi.wait_for("14 dari 21 isian")
        (same,) = again.server.groups()
        assert same.id == group.id
        await again.stage.set_state("empty")
        assert (await again.stage.view())["state"] == "empty"
    async with running(path, state="empty", start=START) as third:
        assert not any(one.chat.started for one in third.server.people())
    assert path.with_name("kept.db.before").exists()

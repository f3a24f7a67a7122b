"""The unit of work on a real file: what is committed, what is repeated, what is poisoned."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import Dispatcher
from bot.storage import answers, outbox, record
from bot.storage.database import connect, open_database
from bot.storage.outbox import Letter
from bot.storage.roster import read_roster
from bot.telegram.update_guard import received
from flows.model.answer_state import Stored
from flows.model.events import Command, Event, Membership, Returned, Tap, Text
from tests.support import HeldClock, dump, make_database, update

SITI, RINA, BUDI, ANI = 11, 12, 21, 31


@dataclass
class Desk:
    """A dispatcher over a file, and a counter of updates."""

    path: Path
    dispatcher: Dispatcher
    clock: HeldClock
    number: int = 0
    seen: list[object] = field(default_factory=list)

    async def send(self, user: int, event: Event, name: str = "Siti") -> list[Letter]:
        self.number += 1
        one = update(self.number, user, event, name)
        self.seen.append(one)
        return await self.dispatcher.handle([one])

    async def walk(self, user: int, *said: str) -> list[Letter]:
        letters: list[Letter] = []
        for text in said:
            name, _, args = text.lstrip("/").partition(" ")
            event = Command(name, args) if text.startswith("/") else Text(text, self.number)
            letters = await self.send(user, event)
        return letters


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    path = make_database(tmp_path / "p.db")
    clock = HeldClock()
    async with open_database(path) as database:
        dispatcher = Dispatcher(
            database, clock, ZoneInfo("Asia/Jakarta"), "https://t.me/PeduliHamBot"
        )
        yield Desk(path, dispatcher, clock)


def text_of(letters: list[Letter]) -> str:
    return "\n".join(one.payload.get("text", "") for one in letters)


async def test_an_answer_is_stored_with_its_letters_and_its_update(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    rows = dump(desk.path, "record")
    assert [row[3] for row in rows] == ["joined", "answer"]
    assert '"inputs":{' in str(rows[1])
    assert len(dump(desk.path, "handled")) == desk.number
    assert len(dump(desk.path, "outbox")) >= 5
    verdict = await desk.dispatcher.database.read(record.verify)
    assert verdict.broken is None
    assert verdict.entries == 2


async def test_every_update_twice_changes_nothing(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan", "/ringkasan")
    tables = ("record", "outbox", "focus", "handled", "seats", "persons")
    before = dump(desk.path, *tables)
    again = list(reversed(desk.seen)) * 2
    assert await desk.dispatcher.handle(again) == []  # type: ignore[arg-type]
    assert dump(desk.path, *tables) == before


async def test_the_same_update_twice_in_one_batch_counts_once(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    one = update(900, SITI, Text("simpan", 1))
    await desk.dispatcher.handle([one, one])
    assert sum(1 for row in dump(desk.path, "record") if row[3] == "answer") == 1


async def test_a_poisoned_update_rolls_back_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    await desk.walk(ANI, "/start DIK1", "/lanjut")
    real = outbox.sealed
    calls = {"n": 0}

    def broken(letter: Letter) -> Letter:
        if letter.chat_id == SITI and "Tersimpan" in letter.payload.get("text", ""):
            calls["n"] += 1
            raise ValueError("poison")
        return real(letter)

    monkeypatch.setattr(outbox, "sealed", broken)
    batch = [update(901, SITI, Text("simpan", 1)), update(902, ANI, Text("10 dari 100", 2))]
    letters = await desk.dispatcher.handle(batch)
    assert calls["n"] == 1
    assert sum(1 for row in dump(desk.path, "record") if row[3] == "answer") == 0
    failed = dump(desk.path, "failed_updates")
    assert len(failed) == 1
    assert "poison" in str(failed)
    assert "G-1" in text_of(letters)
    assert any(one.chat_id == ANI for one in letters)
    assert {row[1] for row in dump(desk.path, "handled")} >= {901, 902}
    monkeypatch.undo()
    await desk.send(SITI, Text("simpan", 1))
    assert sum(1 for row in dump(desk.path, "record") if row[3] == "answer") == 1


async def test_an_update_that_cannot_be_read_is_kept_and_holds_up_nobody(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    broken = received({"update_id": 90, "message": {"message_id": 1}})
    assert broken is not None
    after = update(91, SITI, Command("lanjut"))
    letters = await desk.dispatcher.handle([broken, after])
    assert "kematian ibu" in text_of(letters)
    kept = dump(desk.path, "failed_updates")
    assert [(row[2], row[4]) for row in kept] == [
        (90, '{"update_id": 90, "message": {"message_id": 1}}')
    ]
    assert "KeyError" in str(kept[0][5])
    assert {row[1] for row in dump(desk.path, "handled")} >= {90, 91}


async def test_each_letter_knows_the_update_that_it_answers(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    letters = await desk.dispatcher.handle([update(95, SITI, Command("lanjut"))])
    assert {one.update_id for one in letters} == {95}
    with closing(sqlite3.connect(desk.path)) as connection:
        kept = connection.execute("SELECT name FROM outbox WHERE update_id = 95").fetchall()
    assert kept == [("answering/ask",)]


async def test_a_poisoned_tap_ends_its_spinner(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.walk(SITI, "/start KES")
    monkeypatch.setattr("bot.dispatch.step", lambda *_: 1 / 0)
    letters = await desk.send(SITI, Tap("n.1", 5, "query"))
    assert [one.method for one in letters] == ["answerCallbackQuery", "sendMessage"]


async def test_an_error_of_the_disk_aborts_the_batch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    before = dump(desk.path, "record", "handled", "outbox")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("bot.storage.apply_changes.record.append", full)
    with pytest.raises(sqlite3.OperationalError):
        await desk.send(SITI, Text("simpan", 1))
    assert dump(desk.path, "record", "handled", "outbox") == before
    monkeypatch.undo()
    await desk.dispatcher.handle([desk.seen[-1]])  # type: ignore[list-item]
    assert sum(1 for row in dump(desk.path, "record") if row[3] == "answer") == 1


@pytest.mark.parametrize(
    "point", ["begun", "changes_written", "letters_written", "update_done", "before_commit"]
)
async def test_a_fault_at_any_point_leaves_nothing_behind(desk: Desk, point: str) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    before = dump(desk.path, "record", "handled", "outbox", "focus")

    def fault(name: str) -> None:
        if name == point:
            raise MemoryError(name)

    desk.dispatcher.fault = fault
    with pytest.raises(MemoryError):
        await desk.send(SITI, Text("simpan", 1))
    assert dump(desk.path, "record", "handled", "outbox", "focus") == before


async def test_staff_see_their_own_province_only(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    assert "Jakarta Pusat" in text_of(await desk.walk(BUDI, "/start KANWIL", "/status"))
    said = text_of(await desk.walk(BUDI, "/status bandung"))
    assert "Tidak ada daerah" in said
    said = text_of(await desk.walk(41, "/start JABAR", "/status"))
    assert "Bandung" in said
    assert "Jakarta" not in said
    said = text_of(await desk.walk(42, "/start HUKUM", "/status"))
    assert "Jakarta Pusat" in said
    assert "Utara" not in text_of(await desk.walk(42, "/status jakarta"))


async def test_a_forged_button_opens_nobody_elses_region(desk: Desk) -> None:
    await desk.walk(41, "/start JABAR")
    await desk.walk(SITI, "/start KES")
    seat = next(row[1] for row in dump(desk.path, "seats") if row[3] == "kanwil")
    for data in (f"d.{seat}.1", f"f.{seat}.1", f"j.{seat}.r1", f"j.{seat}.u1", f"v.{seat}.1"):
        said = text_of(await desk.send(41, Tap(data, 5, "q")))
        assert "Sudinkes" not in said
        assert "Kesehatan" not in said.replace("Dinas Kesehatan", "")
        assert "t.me" not in said


async def test_a_reminder_is_sent_once(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    letters = await desk.walk(BUDI, "/start KANWIL", "/ingatkan jakpus")
    data = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    letters = await desk.send(BUDI, Tap(data, 7, "q1"))
    assert "Terkirim 0 dari 1" in letters[-1].payload["text"]
    letters = await desk.send(BUDI, Tap(data, 7, "q2"))
    assert [one.method for one in letters] == ["answerCallbackQuery"]
    rows = dump(desk.path, "campaign_recipients")
    assert [row[4:] for row in rows] == [("waiting", None, None)]
    assert sum(1 for row in dump(desk.path, "record") if row[3] == "reminded") == 1
    assert (
        (await desk.send(ANI, Tap(data, 7, "q3")))[-1].payload["text"].startswith("Selamat datang")
    )


async def test_an_expired_preview_sends_nothing(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    letters = await desk.walk(BUDI, "/start KANWIL", "/ingatkan")
    data = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    desk.clock.advance(minutes=31)
    letters = await desk.send(BUDI, Tap(data, 7, "q1"))
    assert not any(one.bulk for one in letters)


async def test_links_are_one_time_hashed_and_expire(desk: Desk) -> None:
    letters = await desk.walk(BUDI, "/start KANWIL", "/undang sudindik 2")
    link = next(line for line in text_of(letters).split("\n") if line.startswith("https://"))
    token = link.partition("start=")[2]
    assert token not in str(dump(desk.path, "invitations"))
    assert "Selamat datang" in text_of(await desk.walk(ANI, f"/start {token}"))
    assert "sudah dipakai" in text_of(await desk.walk(RINA, f"/start {token}"))
    assert "Selamat datang kembali" in text_of(await desk.walk(ANI, f"/start {token}"))
    desk.clock.advance(days=31)
    assert "sudah habis" in text_of(await desk.walk(RINA, "/start KES2"))


async def test_bagian_hukum_is_invited_in_chat(desk: Desk) -> None:
    await desk.walk(BUDI, "/start KANWIL")
    for number, asked in enumerate(("bagian hukum jakpus", "bagian hukum jakarta utara")):
        said = text_of(await desk.walk(BUDI, f"/undang {asked}"))
        token = said.partition("start=")[2].split("\n")[0]
        welcome = text_of(await desk.walk(60 + number, f"/start {token}"))
        assert "Selamat datang" in welcome
        assert dump(desk.path, "seats")[-1][3] == "coordinator"
    assert "Utara" not in text_of(await desk.walk(60, "/status jakarta"))
    assert "Jakarta Utara" in text_of(await desk.walk(61, "/status jakarta utara"))


async def test_a_roster_changed_by_another_process_is_seen(desk: Desk) -> None:
    said = text_of(await desk.walk(SITI, "/start KES"))
    assert "Balita kurang gizi" in said
    other = sqlite3.connect(desk.path)
    other.execute(
        "UPDATE assignments SET until = '2017-03-10' WHERE unit_id = 1 AND indicator = 13"
    )
    other.commit()
    other.close()
    assert "dari 2" in text_of(await desk.walk(SITI, "/mulai"))


async def test_blocking_is_noticed_and_ends(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    await desk.send(SITI, Membership(reachable=False))
    assert dump(desk.path, "persons")[0][6] is not None
    await desk.walk(SITI, "halo")
    assert dump(desk.path, "persons")[0][6] is None


async def test_after_an_outage_people_meet_their_live_question(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES", "/lanjut", "12")
    letters = await desk.dispatcher.tell([(desk.seen[-1].speaker, Returned())])  # type: ignore[attr-defined]
    assert "terputus" in text_of(letters)
    assert "kelahiran hidup" in text_of(letters)


async def test_no_period_is_said_kindly(tmp_path: Path) -> None:
    path = make_database(tmp_path / "empty.db", lambda _: None)
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta"))
        letters = await dispatcher.handle([update(1, SITI, Text("halo", 1))])
        assert "belum ada periode" in text_of(letters)


async def test_the_record_refuses_change_and_shows_tampering(desk: Desk) -> None:
    await desk.walk(
        SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan", "5 dari 14.250", "simpan"
    )
    raw = sqlite3.connect(desk.path, isolation_level=None)
    for statement in ("UPDATE record SET body = '{}'", "DELETE FROM record"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    raw.execute("DROP TRIGGER record_keeps")
    raw.execute("DROP TRIGGER record_stays")
    for statement, entry in (
        ("UPDATE record SET body = replace(body, '12', '11') WHERE id = 2", 2),
        ("UPDATE record SET at = '2017-03-11T00:00:00Z' WHERE id = 3", 3),
        ("UPDATE record SET hash = previous WHERE id = 2", 2),
        ("UPDATE record SET revision = 2 WHERE id = 3", 3),
        ("DELETE FROM record WHERE id = 2", 3),
        ("DELETE FROM record WHERE id = 1", 2),
    ):
        raw.execute("BEGIN")
        raw.execute(statement)
        broken = record.verify(raw).broken
        assert broken is not None, statement
        assert broken.entry == entry
        raw.execute("ROLLBACK")
    assert record.verify(raw).broken is None
    raw.close()


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "p.db"
    connect(path).close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_wal_and_journal_are_private_too(desk: Desk) -> None:
    await desk.walk(SITI, "/start KES")
    for one in desk.path.parent.glob("p.db*"):
        assert one.stat().st_mode & 0o077 == 0, one


async def test_flags_are_kept_in_the_chain_and_read_back(desk: Desk) -> None:
    await desk.walk(ANI, "/start DIK1", "/lanjut", "10 dari 1.000", "simpan")
    letters = await desk.walk(SITI, "/start DIK2", "/lanjut", "20 dari 1.000")
    assert "Sudindik 1 juga mengisi" in text_of(letters)
    await desk.walk(SITI, "ya", "simpan")
    (flagged,) = [row for row in dump(desk.path, "record") if '"flags"' in str(row)]
    assert '"same_whole"' in str(flagged)
    assert (await desk.dispatcher.database.read(record.verify)).broken is None

    def stored(connection: sqlite3.Connection) -> Stored:
        roster = read_roster(connection)
        assert roster is not None
        return answers.latest(connection, roster, [3], ZoneInfo("Asia/Jakarta"))[3, 4]

    (flag,) = (await desk.dispatcher.database.read(stored)).flags
    assert (flag.code, flag.where, flag.input) == ("same_whole", "Sudindik 1", "anak_7_12")
    assert (flag.now, flag.then, flag.by) == (Decimal(1000), Decimal(1000), None)

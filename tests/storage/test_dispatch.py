"""The unit of work on a real file: what is committed, what is repeated, what is poisoned."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import MOST_UNMARKED, Dispatcher
from bot.storage import answer_rows, outbox, record
from bot.storage.database import connect, open_database
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import read_roster
from bot.telegram.crowd import MOST
from bot.telegram.intake import BATCH
from bot.telegram.update_guard import received
from flows.model.answer_state import Stored
from flows.model.events import Command, Membership, Returned, Tap, Text
from scoring.replacing import replace
from tests.support import HeldClock, dump, make_database, update
from tests.support.talk import ANI, BUDI, RINA, SITI, Talk, text_of


async def test_an_answer_is_stored_with_its_letters_and_its_update(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    rows = dump(talk.path, "record")
    assert [row[3] for row in rows] == ["joined", "answer"]
    assert '"inputs":{' in str(rows[1])
    assert len(dump(talk.path, "handled")) == talk.number
    assert len(dump(talk.path, "outbox")) >= 5
    verdict = await talk.dispatcher.database.read(record.verify)
    assert verdict.broken is None
    assert verdict.entries == 2


async def test_every_update_twice_changes_nothing(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan", "/ringkasan")
    tables = ("record", "outbox", "focus", "handled", "seats", "persons")
    before = dump(talk.path, *tables)
    again = list(reversed(talk.seen)) * 2
    assert await talk.dispatcher.handle(again) == []
    assert dump(talk.path, *tables) == before


async def test_the_same_update_twice_in_one_batch_counts_once(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    incoming = update(900, SITI, Text("simpan", 1))
    await talk.dispatcher.handle([incoming, incoming])
    assert sum(1 for row in dump(talk.path, "record") if row[3] == "answer") == 1


async def test_a_batch_asks_once_whether_the_roster_has_changed(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut")
    asked: list[str] = []
    database = talk.dispatcher.database
    await database.read(lambda connection: connection.set_trace_callback(asked.append))
    await talk.dispatcher.handle([update(900 + n, SITI, Text("12", n)) for n in range(5)])
    await database.read(lambda connection: connection.set_trace_callback(None))
    assert asked.count("PRAGMA data_version") == 1


async def test_a_poisoned_update_rolls_back_alone(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    await talk.types(ANI, "/start DIK1", "/lanjut")
    real = outbox.with_serialized_payload
    calls = {"n": 0}

    def broken(letter: OutboxMessage) -> OutboxMessage:
        if letter.chat_id == SITI and "Tersimpan" in letter.payload.get("text", ""):
            calls["n"] += 1
            raise ValueError("poison")
        return real(letter)

    monkeypatch.setattr(outbox, "with_serialized_payload", broken)
    batch = [update(901, SITI, Text("simpan", 1)), update(902, ANI, Text("10 dari 100", 2))]
    letters = await talk.dispatcher.handle(batch)
    assert calls["n"] == 1
    assert sum(1 for row in dump(talk.path, "record") if row[3] == "answer") == 0
    failed = dump(talk.path, "failed_updates")
    assert len(failed) == 1
    assert "poison" in str(failed)
    assert "G-1" in text_of(letters)
    assert any(one.chat_id == ANI for one in letters)
    assert {row[1] for row in dump(talk.path, "handled")} >= {901, 902}
    monkeypatch.undo()
    await talk.send(SITI, Text("simpan", 1))
    assert sum(1 for row in dump(talk.path, "record") if row[3] == "answer") == 1


async def test_an_update_that_cannot_be_read_is_kept_and_holds_up_nobody(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    broken = received({"update_id": 90, "message": {"message_id": 1}})
    assert broken is not None
    after = update(91, SITI, Command("lanjut"))
    letters = await talk.dispatcher.handle([broken, after])
    assert "kematian ibu" in text_of(letters)
    kept = dump(talk.path, "failed_updates")
    assert [(row[2], row[4]) for row in kept] == [
        (90, '{"update_id": 90, "message": {"message_id": 1}}')
    ]
    assert "KeyError" in str(kept[0][5])
    assert {row[1] for row in dump(talk.path, "handled")} >= {90, 91}


async def test_each_letter_knows_the_update_that_it_answers(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    letters = await talk.dispatcher.handle([update(95, SITI, Command("lanjut"))])
    assert {one.update_id for one in letters} == {95}
    with closing(sqlite3.connect(talk.path)) as connection:
        kept = connection.execute("SELECT name FROM outbox WHERE update_id = 95").fetchall()
    assert kept == [("answering/ask",)]


async def test_a_poisoned_tap_ends_its_spinner(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk.types(SITI, "/start KES")
    monkeypatch.setattr("bot.dispatch.step", lambda *_: 1 / 0)
    letters = await talk.send(SITI, Tap("n.1", 5, "query"))
    assert [one.method for one in letters] == ["answerCallbackQuery", "sendMessage"]


async def test_an_error_of_the_disk_aborts_the_batch(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    before = dump(talk.path, "record", "handled", "outbox")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("bot.storage.apply_changes.record.append", full)
    with pytest.raises(sqlite3.OperationalError):
        await talk.send(SITI, Text("simpan", 1))
    assert dump(talk.path, "record", "handled", "outbox") == before
    monkeypatch.undo()
    await talk.dispatcher.handle([talk.seen[-1]])
    assert sum(1 for row in dump(talk.path, "record") if row[3] == "answer") == 1


@pytest.mark.parametrize(
    "point", ["begun", "changes_written", "letters_written", "update_done", "before_commit"]
)
async def test_a_fault_at_any_point_leaves_nothing_behind(talk: Talk, point: str) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250")
    before = dump(talk.path, "record", "handled", "outbox", "focus")

    def fault(name: str) -> None:
        if name == point:
            raise MemoryError(name)

    talk.dispatcher.fault = fault
    with pytest.raises(MemoryError):
        await talk.send(SITI, Text("simpan", 1))
    assert dump(talk.path, "record", "handled", "outbox", "focus") == before


async def test_staff_see_their_own_province_only(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    assert "Jakarta Pusat" in text_of(await talk.types(BUDI, "/start KANWIL", "/status"))
    text = text_of(await talk.types(BUDI, "/status bandung"))
    assert "Tidak ada daerah" in text
    text = text_of(await talk.types(41, "/start JABAR", "/status"))
    assert "Bandung" in text
    assert "Jakarta" not in text
    text = text_of(await talk.types(42, "/start HUKUM", "/status"))
    assert "Jakarta Pusat" in text
    assert "Utara" not in text_of(await talk.types(42, "/status jakarta"))


async def test_a_forged_button_opens_nobody_elses_region(talk: Talk) -> None:
    await talk.types(41, "/start JABAR")
    await talk.types(SITI, "/start KES")
    seat = next(row[1] for row in dump(talk.path, "seats") if row[3] == "kanwil")
    for data in (f"d.{seat}.1", f"f.{seat}.1", f"j.{seat}.r1", f"j.{seat}.u1", f"v.{seat}.1"):
        text = text_of(await talk.send(41, Tap(data, 5, "q")))
        assert "Sudinkes" not in text
        assert "Kesehatan" not in text.replace("Dinas Kesehatan", "")
        assert "t.me" not in text


async def test_a_reminder_is_sent_once(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    letters = await talk.types(BUDI, "/start KANWIL", "/ingatkan jakpus")
    data = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    letters = await talk.send(BUDI, Tap(data, 7, "q1"))
    assert "Terkirim 0 dari 1" in letters[-1].payload["text"]
    letters = await talk.send(BUDI, Tap(data, 7, "q2"))
    assert [one.method for one in letters] == ["answerCallbackQuery"]
    rows = dump(talk.path, "campaign_recipients")
    assert [row[4:] for row in rows] == [("waiting", None, None)]
    assert sum(1 for row in dump(talk.path, "record") if row[3] == "reminded") == 1
    assert (
        (await talk.send(ANI, Tap(data, 7, "q3")))[-1].payload["text"].startswith("Selamat datang")
    )


async def test_an_expired_preview_sends_nothing(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    letters = await talk.types(BUDI, "/start KANWIL", "/ingatkan")
    data = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    talk.clock.advance(minutes=31)
    letters = await talk.send(BUDI, Tap(data, 7, "q1"))
    assert not any(one.bulk for one in letters)


async def test_links_are_one_time_hashed_and_expire(talk: Talk) -> None:
    letters = await talk.types(BUDI, "/start KANWIL", "/undang sudindik 2")
    link = next(line for line in text_of(letters).split("\n") if line.startswith("https://"))
    token = link.partition("start=")[2]
    assert token not in str(dump(talk.path, "invitations"))
    assert "Selamat datang" in text_of(await talk.types(ANI, f"/start {token}"))
    assert "sudah dipakai" in text_of(await talk.types(RINA, f"/start {token}"))
    assert "Selamat datang kembali" in text_of(await talk.types(ANI, f"/start {token}"))
    talk.clock.advance(days=31)
    assert "sudah habis" in text_of(await talk.types(RINA, "/start KES2"))


async def test_bagian_hukum_is_invited_in_chat(talk: Talk) -> None:
    await talk.types(BUDI, "/start KANWIL")
    for number, asked in enumerate(("bagian hukum jakpus", "bagian hukum jakarta utara")):
        text = text_of(await talk.types(BUDI, f"/undang {asked}"))
        token = text.partition("start=")[2].split("\n")[0]
        welcome = text_of(await talk.types(60 + number, f"/start {token}"))
        assert "Selamat datang" in welcome
        assert dump(talk.path, "seats")[-1][3] == "coordinator"
    assert "Utara" not in text_of(await talk.types(60, "/status jakarta"))
    assert "Jakarta Utara" in text_of(await talk.types(61, "/status jakarta utara"))


async def test_a_roster_changed_by_another_process_is_seen(talk: Talk) -> None:
    text = text_of(await talk.types(SITI, "/start KES"))
    assert "Balita kurang gizi" in text
    other = sqlite3.connect(talk.path)
    other.execute(
        "UPDATE assignments SET until = '2017-03-10' WHERE unit_id = 1 AND indicator = 13"
    )
    other.commit()
    other.close()
    assert "dari 2" in text_of(await talk.types(SITI, "/mulai"))


async def test_blocking_is_noticed_and_ends(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    await talk.send(SITI, Membership(reachable=False))
    assert dump(talk.path, "persons")[0][6] is not None
    await talk.types(SITI, "halo")
    assert dump(talk.path, "persons")[0][6] is None


async def test_after_an_outage_people_meet_their_live_question(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12")
    letters = await talk.dispatcher.tell([(talk.seen[-1].speaker, Returned())])
    assert "terputus" in text_of(letters)
    assert "kelahiran hidup" in text_of(letters)


async def test_no_period_is_said_kindly(tmp_path: Path) -> None:
    path = make_database(tmp_path / "empty.db", lambda _: None)
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta"))
        letters = await dispatcher.handle([update(1, SITI, Text("halo", 1))])
        assert "belum ada periode" in text_of(letters)


async def test_the_record_refuses_change_and_shows_tampering(talk: Talk) -> None:
    await talk.types(
        SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan", "5 dari 14.250", "simpan"
    )
    raw = sqlite3.connect(talk.path, isolation_level=None)
    for statement in (
        "UPDATE record SET body = '{}'",
        "UPDATE record SET seal = ''",
        "UPDATE record SET seal = '{\"gone\":{}}', hash = previous",
        "DELETE FROM record",
    ):
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


async def test_wal_and_journal_are_private_too(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    for path in talk.path.parent.glob("p.db*"):
        assert path.stat().st_mode & 0o077 == 0, path


async def test_flags_are_kept_in_the_chain_and_read_back(talk: Talk) -> None:
    await talk.types(ANI, "/start DIK1", "/lanjut", "10 dari 1.000", "simpan")
    letters = await talk.types(SITI, "/start DIK2", "/lanjut", "20 dari 1.000")
    assert "Sudindik 1 juga mengisi" in text_of(letters)
    await talk.types(SITI, "ya", "simpan")
    (flagged,) = [row for row in dump(talk.path, "record") if '"flags"' in str(row)]
    assert '"same_whole"' in str(flagged)
    assert (await talk.dispatcher.database.read(record.verify)).broken is None

    def stored(connection: sqlite3.Connection) -> Stored:
        roster = read_roster(connection)
        assert roster is not None
        return answer_rows.latest(connection, roster, [3], ZoneInfo("Asia/Jakarta"))[3, 4]

    (flag,) = (await talk.dispatcher.database.read(stored)).flags
    assert (flag.code, flag.origin, flag.input) == ("same_whole", "Sudindik 1", "anak_7_12")
    assert (flag.current, flag.reference, flag.magnitude) == (Decimal(1000), Decimal(1000), None)


async def test_a_full_batch_of_strangers_who_were_answered_writes_nothing(talk: Talk) -> None:
    crowd = range(1000, 1000 + BATCH)
    first = [update(user, user, Text("halo", 1)) for user in crowd]
    assert len(await talk.dispatcher.handle(first)) == BATCH, "each is answered once"
    before = dump(talk.path, "handled", "outbox", "strangers")
    for start in range(2000, 2000 + MOST_UNMARKED // 2 - BATCH, BATCH):
        batch = [update(start + n, user, Text("halo", 1)) for n, user in enumerate(crowd)]
        assert await talk.dispatcher.handle(batch) == []
        assert await talk.dispatcher.handle(batch) == [], (
            "delivered again, nothing comes of it either"
        )
    assert dump(talk.path, "handled", "outbox", "strangers") == before
    await talk.types(SITI, "/start KES")
    marked = {row[1] for row in dump(talk.path, "handled")}
    assert marked >= set(range(2000, 2000 + MOST_UNMARKED // 2 - BATCH)), (
        "with the next thing that is"
    )
    assert talk.dispatcher.unmarked == []
    for start in range(5000, 5000 + MOST_UNMARKED, BATCH):
        await talk.dispatcher.handle(
            [update(start + n, user, Text("halo", 1)) for n, user in enumerate(crowd)]
        )
    assert talk.dispatcher.unmarked == [], "they do not grow without an end"


async def test_a_seat_in_a_full_batch_is_answered(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    crowd = [update(n, n, Text("halo", 1)) for n in range(1000, 1000 + BATCH - 1)]
    await talk.dispatcher.handle([*crowd, update(5000, 5000, Text("halo", 1))])
    again = [replace(one, update_id=one.update_id + 1000) for one in crowd]
    letters = await talk.dispatcher.handle([*again, update(9000, SITI, Command("ringkasan", ""))])
    assert {one.chat_id for one in letters} == {SITI}
    assert {1999 + BATCH - 1, 9000} <= {row[1] for row in dump(talk.path, "handled")}


async def test_where_the_queue_is_full_only_the_last_batch_has_its_newest_answered(
    talk: Talk,
) -> None:
    talk.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO outbox"
        " (chat_id, method, payload, created_at, stranger) SELECT i, 'sendMessage', '{}', '2017', 1 FROM n",
        MOST,
    )  # fmt: skip
    allowance = talk.dispatcher.allowance
    allowance.left, allowance.at = 0.0, time.monotonic() + 60
    crowd = [update(n, n, Text("halo", 1)) for n in range(1000, 1000 + BATCH)]
    assert await talk.dispatcher.handle(crowd) == []
    allowance.left, allowance.at = 0.0, time.monotonic() + 60
    (letter,) = await talk.dispatcher.handle([update(n + 1000, n, Text("halo", 1)) for n in (7, 8)])
    assert letter.chat_id == 8

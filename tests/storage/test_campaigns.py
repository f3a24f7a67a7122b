"""Reminders by hand as rows, on a real file: turns, stops, what changes meanwhile, upgrades, what they brought."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import holidays
from bot.storage import due, outreach_rows, schema
from bot.storage.database import connect, in_transaction
from bot.storage.due import ReminderLogLine
from bot.storage.migrations import STEPS, migrate
from bot.storage.outbox import OutboxMessage
from bot.workers.campaign_worker import Campaigns
from bot.workers.digests import Digests
from flows.model.events import Membership, Tap
from flows.model.outreach import ReminderEffect
from flows.model.reminder_kinds import reminder_kind
from tests.support import START, dump
from tests.support.talk import JAKARTA, Talk, talking

SITI, ANI, TONO, BUDI, HANA, JABAR = 11, 12, 13, 21, 31, 41


@dataclass
class Office(Talk):
    """A talk, a feeder of reminders by hand, and digests."""

    def __post_init__(self) -> None:
        database, clock = self.dispatcher.database, self.clock
        shared = (database, clock, JAKARTA, holidays.calendar, self.sent.extend)
        self.feeder, self.digests = Campaigns(*shared), Digests(*shared)

    async def start(self, user: int, asked: str) -> list[OutboxMessage]:
        """Preview and confirm."""
        return await self.taps(user, await self.types(user, asked))

    async def fed(self) -> list[int]:
        """The chats that the next look writes to."""
        before = len(self.sent)
        await self.feeder.tick()
        return [one.chat_id for one in self.sent[before:] if one.bulk]

    def answered(self, state: str, *chats: int) -> None:
        """Telegram's answer to the letters of these chats."""
        self.mark([one for one in self.sent if one.chat_id in chats], state)

    def texts(self, chat: int) -> list[str]:
        return [str(one.payload.get("text")) for one in self.sent if one.chat_id == chat]

    def states(self) -> dict[int, tuple[object, object]]:
        return {
            int(str(row[2])): (row[4], row[5]) for row in dump(self.path, "campaign_recipients")
        }


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with talking(tmp_path / "p.db", kind=Office) as talk:
        await talk.joined(KES=SITI, DIK1=ANI, DIK2=TONO, KANWIL=BUDI, HUKUM=HANA, JABAR=JABAR)
        yield talk


async def test_who_changed_since_the_preview_is_skipped_with_the_reason(office: Office) -> None:
    await office.start(BUDI, "/ingatkan jakpus")
    await office.send(ANI, Membership(reachable=False))
    await office.types(TONO, "/jeda 2")
    connection = connect(office.path)
    connection.execute(
        "UPDATE seats SET until = 'x' WHERE person_id = (SELECT id FROM persons WHERE telegram_id = 11)"
    )
    connection.close()
    assert await office.fed() == []
    assert sorted(map(str, office.states().values())) == [
        "('skipped', 'left')", "('skipped', 'paused')", "('skipped', 'unreachable')",
    ]  # fmt: skip
    assert "terkirim 0, tak terjangkau 0, gagal 0" in office.texts(BUDI)[-1]
    assert "3 orang dilewati" in office.texts(BUDI)[-1]
    assert {row[9] for row in dump(office.path, "reminders")} == {"left", "paused", "unreachable"}


async def test_what_the_day_ran_out_on_is_written_anew_on_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.campaign_worker.SHOW_EVERY", 0.0)
    await office.start(BUDI, "/ingatkan sudinkes jakpus")
    assert await office.fed() == [SITI]
    letter = next(one for one in office.sent if one.bulk)
    assert letter.not_after == "2017-03-10T10:00:00Z"
    connection = connect(office.path)
    due.undelivered(connection, {letter.reminder_id or 0: "out_of_hours"})
    connection.close()
    office.answered("dropped", SITI)
    office.answered("sent", BUDI)
    office.clock.advance(hours=9)
    assert await office.fed() == []
    assert "menunggu jam kerja</b>, mulai 13 Maret 2017 pukul 08.00" in office.texts(BUDI)[-1]
    office.clock.advance(days=2, hours=14)
    office.sent.clear()
    assert await office.fed() == [SITI]
    office.answered("sent", SITI)
    await office.fed()
    assert "terkirim 1" in office.texts(BUDI)[-1]
    assert await office.fed() == []
    assert sum("Hasil" in text for text in office.texts(BUDI)) == 1


async def test_only_who_started_it_may_stop_it(office: Office) -> None:
    letters = await office.start(BUDI, "/ingatkan jakpus")
    halt = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    seats = {row[2]: row[1] for row in dump(office.path, "seats")}
    for user, person in ((HANA, 5), (JABAR, 6)):
        stolen = f"ch.{seats[person]}.{halt.split('.')[2]}"
        letters = await office.send(user, Tap(stolen, 7, "q"))
        assert "bukan untuk peran Anda" in letters[0].payload["text"]
    await office.send(BUDI, Tap(halt, 7, "q"))
    assert await office.fed() == []
    assert dump(office.path, "campaigns")[0][9] == "stopped"
    await office.send(BUDI, Tap(halt.replace("ch", "cr"), 7, "q"))
    assert sorted(await office.fed()) == [SITI, ANI, TONO]
    kinds = [row[3] for row in dump(office.path, "record")]
    assert kinds[-3:] == ["reminded", "stopped", "resumed"]


async def test_progress_is_shown_at_most_every_few_seconds(office: Office) -> None:
    await office.start(BUDI, "/ingatkan jakpus")
    await office.fed()
    shown = len(office.texts(BUDI))
    office.answered("sent", SITI)
    await office.fed()
    assert len(office.texts(BUDI)) == shown
    office.answered("sent", ANI)
    office.answered("unreachable", TONO)
    await office.fed()
    assert office.texts(BUDI)[-2:] == [
        "🔔 <b>Pengingat selesai dikirim</b>\nTerkirim 2 dari 3 · 1 tak terjangkau",
        "<b>Hasil pengingat</b>: terkirim 2, tak terjangkau 1, gagal 0.\n"
        "Yang tak terjangkau memblokir bot atau menghapus akunnya; lihat /status.",
    ]


async def test_a_lost_contact_is_told_once_to_those_who_see_the_office(office: Office) -> None:
    letters = await office.send(ANI, Membership(reachable=False))
    assert sorted(one.chat_id for one in letters) == [BUDI, HANA]
    assert await office.send(ANI, Membership(reachable=False)) == []
    key = letters[0].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    link = await office.send(letters[0].chat_id, Tap(key, 7, "q"))
    assert "Undangan untuk Suku Dinas Pendidikan I" in link[-1].payload["text"]
    letters = await office.types(ANI, "halo")
    assert sorted(one.chat_id for one in letters if "hubungi lagi" in one.payload["text"]) == [
        BUDI,
        HANA,
    ]
    assert not any("hubungi" in one.payload["text"] for one in await office.types(ANI, "halo"))


async def test_trouble_in_the_telling_does_not_hold_up_the_marks(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("flows.staff.reachability._news", lambda *_: 1 / 0)
    connection = connect(office.path)
    assert in_transaction(connection, lambda db: office.dispatcher.lost(db, ANI)) == []
    monkeypatch.undo()
    assert in_transaction(connection, lambda db: office.dispatcher.lost(db, TONO)) != []
    connection.close()
    assert "could not be told" in caplog.text
    assert [row[6] is None for row in dump(office.path, "persons")] == [
        True,
        False,
        False,
        True,
        True,
        True,
    ]


def reminded(office: Office, unit: int, seat: int, at: datetime, kind: str = "d-7") -> None:
    connection = connect(office.path)
    line = ReminderLogLine(1, unit, seat, reminder_kind(kind), at.date(), "sent")
    in_transaction(connection, lambda db: due.note(db, line, at))
    connection.close()


async def test_the_call_list_forgets_an_office_that_moves(office: Office) -> None:
    for days in (2, 3, 4):
        reminded(office, 1, 1, START + timedelta(days=days))
        reminded(office, 2, 2, START + timedelta(days=days))
    reminded(office, 2, 2, START + timedelta(days=4, minutes=1))  # a second contact, the same day
    office.clock.advance(days=5)
    letters = await office.types(BUDI, "/telepon")
    assert (
        "Sudinkes</b>, Jakarta Pusat: 3 pengingat sejak 12 Maret 2017"
        in letters[-1].payload["text"]
    )
    assert "Sudindik 1" in letters[-1].payload["text"]
    await office.types(SITI, "/lanjut", "12 dari 14.250", "simpan")
    letters = await office.types(BUDI, "/telepon")
    assert "Sudinkes" not in letters[-1].payload["text"]
    assert "Sudindik 1</b>, Jakarta Pusat: 3 pengingat" in letters[-1].payload["text"]
    letters = await office.types(JABAR, "/telepon")
    assert "Tidak ada yang perlu ditelepon" in letters[-1].payload["text"]


async def test_effects_count_an_office_once_and_only_a_day(office: Office) -> None:
    start = START + timedelta(hours=1)
    reminded(office, 1, 1, start)
    reminded(office, 1, 1, start, "manual")
    reminded(office, 2, 2, start)
    office.clock.now = start + timedelta(hours=23)
    await office.types(SITI, "/lanjut", "12 dari 14.250", "simpan")
    reminded(office, 1, 1, start - timedelta(hours=3), "d-14")  # more than a day before the answer
    connection = connect(office.path)
    effects = outreach_rows.effects(connection, 1, [1, 2], START - timedelta(days=1))
    assert set(effects) == {
        ReminderEffect(reminder_kind("d-7"), 2, 1),
        ReminderEffect(reminder_kind("manual"), 1, 1),
        ReminderEffect(reminder_kind("d-14"), 1, 0),
    }
    assert outreach_rows.effects(connection, 1, [2], START + timedelta(hours=2)) == []
    connection.close()


async def test_a_digest_waits_for_a_working_day_and_is_sent_once(office: Office) -> None:
    await office.digests.tick()
    office.clock.now = datetime(2017, 3, 27, 2, tzinfo=UTC)  # Monday; Tuesday is Nyepi
    await office.digests.tick()
    assert [row[6] for row in dump(office.path, "staff_due")] == ["lapsed"] * 3 + ["done"] * 3
    assert sum("Ringkasan mingguan" in text for text in office.texts(HANA)) == 1
    office.clock.now = datetime(2017, 4, 3, 13, tzinfo=UTC)  # the next Monday evening
    await office.digests.tick()
    assert dump(office.path, "staff_due")[-1][5] == "2017-04-04T01:00:00Z"
    await office.send(HANA, Membership(reachable=False))
    office.clock.now = datetime(2017, 4, 4, 1, tzinfo=UTC)
    await office.digests.tick()
    assert sum("Ringkasan mingguan" in text for text in office.texts(BUDI)) == 2
    assert ("lapsed", "unreachable") in [row[6:8] for row in dump(office.path, "staff_due")]


async def test_the_offices_of_a_digest_are_read_before_its_transaction(
    office: Office, offices_read: list[tuple[bool, int]]
) -> None:
    """A few at a time: who taps meanwhile waits for these, and not for a province."""
    await office.digests.tick()
    offices_read.clear()
    office.clock.now = datetime(2017, 3, 27, 2, tzinfo=UTC)
    await office.digests.tick()
    assert sum("Ringkasan mingguan" in text for text in office.texts(BUDI)) == 1
    assert len(offices_read) > 3
    assert all(not is_writing and count <= 2 for is_writing, count in offices_read)


def test_a_campaign_on_its_way_survives_the_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for name, statements in STEPS:
        if statements is schema.CAMPAIGNS:
            break
        for statement in statements:
            assert isinstance(statement, str)
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, '')", (name,))
    run = connection.execute
    run("INSERT INTO provinces VALUES ('31', 'DKI')")
    run("INSERT INTO regions VALUES (1, '31.71', '31', 'kota', 'Pusat', 'WIB')")
    run("INSERT INTO units VALUES (1, 1, 'k', 'Kantor', 'K')")
    run("INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (1, 11, 'Siti', ''),"
        " (2, 12, 'Ani', '')")  # fmt: skip
    run("INSERT INTO seats (id, person_id, role, unit_id, since) VALUES (1, 1, 'contact', 1, ''),"
        " (2, 2, 'contact', 1, '')")  # fmt: skip
    run("INSERT INTO campaigns VALUES (1, 1, 5, '*', '', '', 'then', NULL), (2, 1, 5, '*', '', '', NULL, NULL),"
        " (3, 1, 5, '*', '', '', 'then', 'since')")  # fmt: skip
    run("INSERT INTO outbox (chat_id, method, payload, created_at, campaign_id, state) VALUES"
        " (11, 'sendMessage', '{}', '', 1, 'sent'), (12, 'sendMessage', '{}', '', 1, 'queued'),"
        " (12, 'sendMessage', '{}', '', 3, 'sent')")  # fmt: skip
    assert migrate(connection)
    assert [row[0] for row in run("SELECT state FROM campaigns ORDER BY id")] == [
        "running", "planned", "finished",
    ]  # fmt: skip
    recipients = run(
        "SELECT campaign_id, seat_id, state, letter_id FROM campaign_recipients"
    ).fetchall()
    assert recipients == [(1, 1, "sent", 1), (1, 2, "queued", 2)]
    connection.close()


async def announced(office: Office, words: str = "Rapat pindah ke Aula.") -> list[OutboxMessage]:
    """Let the Kanwil announce something to the contacts of a city."""
    await office.types(BUDI, "/pengumuman jakpus")
    return await office.taps(BUDI, await office.types(BUDI, words))


async def test_an_announcement_can_be_taken_back_before_anybody_has_it(office: Office) -> None:
    letters = await announced(office)
    assert "masih dapat ditarik" in letters[-1].payload["text"]
    halt = letters[-1].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert await office.fed() == []
    await office.send(BUDI, Tap(halt, 7, "q"))
    office.clock.advance(minutes=5)
    assert await office.fed() == []
    await office.send(BUDI, Tap(halt.replace("ch", "cr"), 7, "q"))
    assert sorted(await office.fed()) == [SITI, ANI, TONO]
    assert "Rapat pindah ke Aula.\n<i>" in office.texts(SITI)[-1]
    rows = [row for row in dump(office.path, "record") if row[3] == "announced"]
    assert len(rows) == 1
    assert "Rapat pindah ke Aula." in str(rows[0])
    assert not [row for row in dump(office.path, "reminders") if row[6] == "sent"]


async def test_an_announcement_reaches_who_pauses_reminders_and_nobody_who_left(
    office: Office,
) -> None:
    await office.types(TONO, "/jeda 2")
    await announced(office)
    connection = connect(office.path)
    connection.execute(
        "UPDATE seats SET until = 'x' WHERE person_id = (SELECT id FROM persons WHERE telegram_id = 11)"
    )
    connection.close()
    office.clock.advance(minutes=2)
    assert sorted(await office.fed()) == [ANI, TONO]
    office.answered("sent", ANI, TONO)
    await office.fed()
    assert "Hasil pengumuman</b>: terkirim 2, tak terjangkau 0, gagal 0" in office.texts(BUDI)[-1]
    assert "1 orang dilewati" in office.texts(BUDI)[-1]

"""Desks that are kept between updates are what a fresh reading would give, whatever happened in between."""

from __future__ import annotations

import sqlite3
from zoneinfo import ZoneInfo

import pytest

from bot.clock import iso
from bot.storage import forgetting, record
from bot.storage.database import connect, in_transaction
from bot.storage.load_facts import offices_of
from bot.storage.record import Entry
from bot.storage.roster import Roster, read_roster
from flows.model.events import Upload
from flows.model.facts import Office
from flows.model.record_kinds import EntryKind
from tests.support.talk import BUDI, RINA, SITI, Talk, text_of

JAKARTA, MAKASSAR = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")


def offices(connection: sqlite3.Connection, roster: Roster | None) -> tuple[Office, ...]:
    assert roster is not None
    return offices_of(connection, roster, JAKARTA, list(roster.units.values()))


async def both(talk: Talk) -> tuple[tuple[Office, ...], tuple[Office, ...]]:
    """With the cache of the running bot, and read anew."""
    dispatcher = talk.dispatcher
    kept = await dispatcher.database.read(lambda db: offices(db, dispatcher.roster.get(db)))
    fresh = await dispatcher.database.read(lambda db: offices(db, read_roster(db)))
    return kept, fresh


async def test_after_every_step_the_ledger_says_what_the_record_says(talk: Talk) -> None:
    photo = Upload("photo", "f1", "u1", None, 100, None, 50)
    steps: tuple[tuple[int, str | Upload], ...] = (
        (SITI, "/start KES"), (RINA, "/start HUKUM"), (BUDI, "/start KANWIL"), (SITI, "/lanjut"),
        (SITI, "12 dari 14.250"), (SITI, "simpan"), (SITI, photo), (RINA, "/status"),
        (SITI, "/tanya Apakah benar?"), (SITI, "3 dari 14.250"), (SITI, "simpan"), (RINA, "/verifikasi"),
    )  # fmt: skip
    for user, content in steps:
        if isinstance(content, Upload):
            await talk.send(user, content)
        else:
            await talk.types(user, content)
        kept, fresh = await both(talk)
        assert kept == fresh
    assert any(task.mine for office in kept for task in office.desk.tasks)


async def test_what_has_not_changed_is_not_read_again(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    before, _ = await both(talk)
    again, _ = await both(talk)
    assert all(one.desk is other.desk for one, other in zip(before, again, strict=True))
    await talk.types(SITI, "3 dari 14.250", "simpan")
    after, fresh = await both(talk)
    assert after == fresh
    region = next(o.unit.region_id for o in after for t in o.desk.tasks if t.mine)
    for old, new in zip(before, after, strict=True):
        assert (old.desk is new.desk) == (old.unit.region_id != region)


async def test_a_score_is_counted_anew_once_something_was_answered(talk: Talk) -> None:
    await talk.types(RINA, "/start HUKUM")
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    first = text_of(await talk.types(RINA, "/status"))
    assert text_of(await talk.types(RINA, "/status")) == first
    await talk.types(SITI, "3 dari 14.250", "simpan")
    assert text_of(await talk.types(RINA, "/status")) != first


async def test_what_was_rolled_back_leaves_no_trace(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    roster = talk.dispatcher.roster
    database = talk.dispatcher.database

    def half(connection: sqlite3.Connection) -> None:
        known = roster.get(connection)
        assert known is not None
        before = offices(connection, known)
        stored = next(t.mine for o in before for t in o.desk.tasks if t.mine)
        unit = next(o.unit.id for o in before for t in o.desk.tasks if t.mine)
        details = {"text": "x", "closes": False, "role": "contact", "by": "Siti"}
        record.append(
            connection,
            Entry(
                known.period.id, EntryKind.NOTE, "2017-03-10T02:00:00Z", unit, 1, details=details
            ),
        )
        assert stored
        assert offices(connection, known) != before
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.transaction(half)
    kept, fresh = await both(talk)
    assert kept == fresh


async def test_another_zone_and_an_empty_record(talk: Talk) -> None:
    def read(connection: sqlite3.Connection) -> None:
        known = read_roster(connection)
        assert known is not None
        here = offices(connection, known)
        there = offices_of(connection, known, MAKASSAR, list(known.units.values()))
        assert [one.unit for one in here] == [one.unit for one in there]
        assert known.desk_cache.zone is MAKASSAR

    await talk.dispatcher.database.read(read)
    other = connect(talk.path)
    try:
        in_transaction(other, read)
    finally:
        other.close()


async def test_who_is_forgotten_is_named_on_no_desk_that_was_kept(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    await both(talk)

    def work(connection: sqlite3.Connection) -> None:
        [siti] = forgetting.matching(forgetting.candidates(connection), "Siti")
        forgetting.forget(connection, siti, iso(talk.clock.now))

    await talk.dispatcher.database.transaction(work)
    kept, fresh = await both(talk)
    assert kept == fresh
    assert {task.mine.by for office in kept for task in office.desk.tasks if task.mine} == {
        "orang no. 1"
    }

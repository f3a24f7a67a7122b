"""Several open periods: which one the bot works with on a day, and how it goes over to the next by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import holidays
from bot.dispatch import Dispatcher
from bot.roster import SetupResult, apply_roster
from bot.roster.roster_yaml import read_text
from bot.storage import people, periods, record, season_rows
from bot.storage.database import connect, in_transaction, open_database
from bot.storage.record import Entry
from bot.storage.roster import RosterCache, read_roster
from bot.workers.reminder_worker import Reminders
from flows.model.events import Command, Text
from flows.model.season import CloseSeason, ReopenSeason
from tests.setup.rosters import SMALL
from tests.support import HeldClock, update

JAKARTA, MAKASSAR = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
NEXT_OPENS = date(2018, 2, 1)
BEFORE_MIDNIGHT = datetime(2018, 1, 31, 16, 59, tzinfo=UTC)
"""One minute before the first of February 2018 in Jakarta."""
AFTER_MIDNIGHT = datetime(2018, 1, 31, 17, 0, tzinfo=UTC)


def roster_of(year: int, *, opens: str | None = None, without: str = "") -> str:
    """The small roster for a period of that year."""
    text = SMALL.replace("2017", str(year)).replace("data_year: 2016", f"data_year: {year - 1}")
    if opens:
        text = text.replace(f"opens: {year}-02-01", f"opens: {opens}")
    assert without in text
    return text.replace(without, "")


def set_up(db: sqlite3.Connection, text: str, today: date) -> SetupResult:
    now = datetime(today.year, today.month, today.day, 9, tzinfo=JAKARTA)
    roster = read_text(text, "r.yaml", Path())
    return apply_roster(db, roster, now=now, bot_username="ham_bot")


def code_at_work(db: sqlite3.Connection, today: date) -> str:
    roster = read_roster(db, today=today)
    assert roster is not None
    return roster.period.code


def period_lines(result: SetupResult) -> list[str]:
    return [
        str(one) for pile in (result.created, result.left) for one in pile if one.what == "period"
    ]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "p.db")
    yield connection
    connection.close()


def test_next_year_set_up_early_does_not_hide_the_running_one(db: sqlite3.Connection) -> None:
    set_up(db, roster_of(2017), date(2017, 2, 1))
    result = set_up(db, roster_of(2018), date(2017, 11, 28))
    assert period_lines(result) == [
        "period 2018: permenkumham-25-2013, 2018-02-01 to 2018-03-31",
        "period 2017: the bot works with this one now, and with 2018 from 2018-02-01",
    ]
    assert code_at_work(db, date(2017, 11, 28)) == "2017"
    assert code_at_work(db, date(2018, 1, 31)) == "2017"
    assert code_at_work(db, NEXT_OPENS) == "2018"
    assert code_at_work(db, date(2019, 7, 1)) == "2018"
    owed = db.execute("SELECT period_id, count(*) FROM assignments GROUP BY period_id").fetchall()
    assert owed == [(1, 18), (2, 18)], "the setup reached the period that its file names"


def test_of_two_that_are_coming_the_earlier_one_is_next(db: sqlite3.Connection) -> None:
    set_up(db, roster_of(2019), date(2017, 11, 1))
    result = set_up(db, roster_of(2018), date(2017, 11, 1))
    assert period_lines(result)[1:] == [
        "period 2019: set up as well; the bot works with it from 2019-02-01"
    ]
    for day, code in (
        (date(2017, 11, 1), "2018"), (NEXT_OPENS, "2018"), (date(2019, 1, 31), "2018"),
        (date(2019, 2, 1), "2019"),
    ):  # fmt: skip
        assert code_at_work(db, day) == code
    set_up(db, roster_of(2017), date(2017, 11, 1))
    assert code_at_work(db, date(2017, 11, 1)) == "2017", "one that has opened comes before both"


def test_the_old_one_set_up_again_stays_the_old_one(db: sqlite3.Connection) -> None:
    set_up(db, roster_of(2017), date(2017, 2, 1))
    set_up(db, roster_of(2018), date(2017, 11, 1))
    later = roster_of(2017).replace("help_contact: Bidang HAM", "help_contact: Bidang HAM (baru)")
    assert period_lines(set_up(db, later, date(2017, 12, 1))) == [
        "period 2018: set up as well; the bot works with it from 2018-02-01"
    ]
    assert code_at_work(db, date(2017, 12, 1)) == "2017"
    assert period_lines(set_up(db, later, date(2018, 3, 1))) == [
        "period 2018: newer: the bot works with this one"
    ]
    assert code_at_work(db, date(2018, 3, 1)) == "2018"


def test_a_closed_period_is_never_at_work_and_a_day_for_two_takes_the_newer(
    db: sqlite3.Connection,
) -> None:
    assert periods.at_work(db, NEXT_OPENS) is None
    set_up(db, roster_of(2017), date(2017, 2, 1))
    set_up(db, roster_of(2018, opens="2017-02-01"), date(2017, 2, 1))
    assert code_at_work(db, date(2017, 2, 1)) == "2018"
    db.execute("UPDATE periods SET state = 'closed' WHERE code = '2018'")
    assert code_at_work(db, date(2018, 6, 1)) == "2017"


def test_an_office_that_next_year_does_not_have_keeps_its_link_for_this_one(
    db: sqlite3.Connection,
) -> None:
    office = (
        "      - code: sudinkes\n        name: Suku Dinas Kesehatan\n        short: Sudinkes\n"
        "        aliases: [dinkes]\n        owes: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
    )
    set_up(db, roster_of(2017), date(2017, 2, 1))
    set_up(db, roster_of(2018, without=office), date(2017, 2, 10))
    voided = db.execute("SELECT count(*) FROM invitations WHERE revoked_at IS NOT NULL").fetchone()
    assert voided == (0,)
    set_up(db, roster_of(2017, without=office), date(2017, 2, 11))
    voided = db.execute("SELECT count(*) FROM invitations WHERE revoked_at IS NOT NULL").fetchone()
    assert voided == (1,), "owed by nobody's period any more"


@pytest.mark.parametrize(("zone", "before"), [(JAKARTA, "2017"), (MAKASSAR, "2018")])
def test_the_day_begins_at_midnight_of_the_installation(
    db: sqlite3.Connection, zone: ZoneInfo, before: str
) -> None:
    set_up(db, roster_of(2017), date(2017, 2, 1))
    set_up(db, roster_of(2018), date(2017, 11, 1))
    clock, cache = HeldClock(BEFORE_MIDNIGHT), RosterCache()
    cache.live_by(clock, zone)
    first = cache.get(db)
    assert first is not None
    assert first.period.code == before
    assert cache.get(db) is first, "read once a day"
    clock.now = AFTER_MIDNIGHT
    second = cache.get(db)
    assert second is not None
    assert second.period.code == "2018"


async def test_what_was_typed_before_midnight_is_not_saved_for_the_next_year(
    tmp_path: Path,
) -> None:
    connection = connect(tmp_path / "p.db")
    late = roster_of(2017).replace(
        "verification_deadline: 2017-05-15", "verification_deadline: 2018-05-15"
    )
    result = in_transaction(connection, lambda db: set_up(db, late, date(2017, 2, 1)))
    in_transaction(connection, lambda db: set_up(db, roster_of(2018), date(2017, 11, 1)))
    token = next(one.token for one in result.links if one.office == "Sudinkes")
    connection.execute("UPDATE invitations SET expires_at = '2019-01-01T00:00:00Z'")
    connection.close()
    clock = HeldClock(BEFORE_MIDNIGHT)
    async with open_database(tmp_path / "p.db") as database:
        dispatcher = Dispatcher(database, clock, JAKARTA)

        async def reply(number: int, event: Command | Text) -> str:
            letters = await dispatcher.handle([update(number, 11, event)])
            return "\n".join(one.payload.get("text", "") for one in letters)

        await reply(1, Command("mulai", token))
        assert "selama 2016" in await reply(2, Command("lanjut"))
        await reply(3, Text("12 dari 14.250", 3))
        clock.now = AFTER_MIDNIGHT
        await reply(4, Text("simpan", 4))
        kinds = await database.read(
            lambda db: [row[0] for row in db.execute("SELECT kind FROM record ORDER BY id")]
        )
        assert "answer" not in kinds
        assert "selama 2017" in await reply(5, Command("lanjut"))
        await reply(6, Text("12 dari 14.250", 6))
        await reply(7, Text("simpan", 7))
        stored = await database.read(
            lambda db: db.execute("SELECT period_id FROM record WHERE kind = 'answer'").fetchall()
        )
        assert stored == [(2,)]
        assert (await database.read(lambda db: people.read_focus(db, 11))).turn > 0


def running(db: sqlite3.Connection, ticker: Reminders) -> set[int]:
    """The periods in which offices may have something to do, by the worker."""
    working = ticker.roster.get(db)
    assert working is not None
    return set(ticker._running(db, working, ticker.clock()))


async def test_reminders_of_two_periods_go_on_side_by_side_until_one_is_closed(
    tmp_path: Path,
) -> None:
    connection = connect(tmp_path / "p.db")
    late = roster_of(2017).replace("deadline: 2017-03-31", "deadline: 2018-02-10")
    late = late.replace("verification_deadline: 2017-05-15", "verification_deadline: 2018-05-15")
    in_transaction(connection, lambda db: set_up(db, late, date(2017, 2, 1)))
    in_transaction(connection, lambda db: set_up(db, roster_of(2018), date(2017, 11, 1)))
    connection.close()
    clock = HeldClock(BEFORE_MIDNIGHT)

    def waiting(db: sqlite3.Connection) -> set[int]:
        rows = db.execute("SELECT DISTINCT period_id FROM due WHERE state = 'waiting'")
        return {row[0] for row in rows}

    async with open_database(tmp_path / "p.db") as database:
        ticker = Reminders(database, clock, JAKARTA, holidays.calendar, lambda _: None)
        await ticker.tick()
        assert await database.read(waiting) == {1}
        clock.now = AFTER_MIDNIGHT
        await ticker.tick()
        assert await database.read(waiting) == {1, 2}

        async def ends(change: CloseSeason | ReopenSeason) -> set[int]:
            await database.transaction(
                lambda db: season_rows.write(
                    db, change, 1, "2018-02-01T00:00:00Z",
                    lambda kind, body: record.append(db, Entry(1, kind, "2018-02-01", details=body)),
                )
            )  # fmt: skip
            ticker.roster.forget()
            await ticker.tick()
            return await database.read(waiting)

        assert await ends(CloseSeason("31", {})) == {2}
        # Opened again behind its own last day: what is still to be mended there is reminded of as well.
        clock.now = datetime(2018, 5, 20, 1, tzinfo=UTC)
        assert await database.read(lambda db: running(db, ticker)) == {2}
        await ends(ReopenSeason("31", date(2018, 5, 30), "menyusul"))
        assert await database.read(lambda db: running(db, ticker)) == {1, 2}

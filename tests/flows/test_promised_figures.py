"""A figure that an office promised for a day is asked for on the first working day after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from flows.contact import promises
from flows.model.answer_state import State
from flows.model.facts import Contact, Office, Setting, Stage
from flows.model.outreach import Recent
from flows.model.reminder_kinds import PROMISE, planned
from flows.model.roles import Role
from flows.model.workdays import Calendar
from flows.policy import schedule
from flows.policy.schedule import Due, Lapse, Postpone, Send, Withhold
from flows.staff import reminding
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

WIB = timezone(timedelta(hours=7))
CALENDAR = Calendar(off=frozenset({date(2017, 3, 28)}))  # Nyepi, a Tuesday
MONDAY, WEDNESDAY = date(2017, 3, 27), date(2017, 3, 29)


@pytest.fixture
def world() -> World:
    world = World({"kesehatan": [1, 2, 13]})
    world.link("A", "kesehatan")
    world.link("K", None, Role.COORDINATOR)
    world.link("B", None, Role.KANWIL)
    world.type("Siti", "/start A")
    world.calendar = CALENDAR
    return world


def promise(world: World, indicator: int, words: str) -> None:
    world.do("Siti", f"forges e.1.{indicator}")
    world.press("Siti", "Tidak dapat mengisi…")
    world.press("Siti", "Belum ada data")
    world.type("Siti", words)


def office(world: World) -> Office:
    return world.board().offices[0]


def due(world: World, day: date = WEDNESDAY) -> Due:
    promised = tuple(promises.due(office(world).desk, day, CALENDAR))
    return Due(PROMISE, day, office(world), date(2017, 3, 31), promised=promised)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=WIB)


def asked(world: World, reminder: Due) -> None:
    """The reminder arrives in the contact's chat."""
    setting = Setting(world.now, world.period)
    world.tell("Siti", reminding.scheduled(setting, reminder, reminder.office.contacts[0]))


def test_the_day_after_the_one_that_was_named_is_a_working_day(world: World) -> None:
    promise(world, 13, "Laporan gizi baru tersedia 27 Maret.")
    promise(world, 2, "Menunggu rekap sampai 24 Maret")
    assert promises.days(office(world).desk, CALENDAR) == {WEDNESDAY, MONDAY}
    [task] = promises.due(office(world).desk, WEDNESDAY, CALENDAR)
    assert task.indicator.no == 13


def test_a_reason_without_a_day_promises_nothing(world: World) -> None:
    promise(world, 13, "Laporan belum selesai disusun.")
    assert promises.days(office(world).desk, CALENDAR) == set()


def test_it_asks_for_the_figure_and_opens_the_question(world: World) -> None:
    promise(world, 13, "Laporan gizi baru tersedia 27 Maret.")
    world.now = datetime(2017, 3, 29, 2, 0, tzinfo=UTC)
    reminder = due(world)
    assert schedule.whole(reminder, at(WEDNESDAY), CALENDAR) is None
    assert schedule.decide(reminder, reminder.office.contacts[0], at(WEDNESDAY)) == Send()
    asked(world, reminder)
    text = text_of(world.inboxes["Siti"][-1])
    assert "tersedia 27 Maret 2017. Sudah ada angkanya?" in text
    assert "Juga ditunggu" not in text
    assert "⏸ Jeda pengingat" in text
    world.press("Siti", "▶️ Isi angkanya")
    assert world.focus["Siti"].indicator == 13
    assert world.focus["Siti"].stage == Stage.ASK
    world.type("Siti", "3 dari 990")
    world.type("Siti", "simpan")
    assert schedule.whole(due(world), at(WEDNESDAY), CALENDAR) == Lapse("promise_kept")


def test_another_day_takes_the_place_of_the_first(world: World) -> None:
    promise(world, 13, "Laporan gizi baru tersedia 27 Maret.")
    asked(world, due(world))
    world.press("Siti", "⏳ Belum, tulis tanggal baru")
    assert world.focus["Siti"].stage == Stage.REASON
    world.type("Siti", "Rekap puskesmas terlambat, siap 30 Maret.")
    assert promises.days(office(world).desk, CALENDAR) == {date(2017, 3, 31)}
    assert schedule.whole(due(world), at(WEDNESDAY), CALENDAR) == Lapse("promise_kept")


def test_several_for_one_day_are_one_question(world: World) -> None:
    promise(world, 13, "Tersedia 27 Maret.")
    promise(world, 2, "Tersedia 27 Maret.")
    asked(world, due(world))
    assert text_of(world.inboxes["Siti"][-1]).count("Juga ditunggu") == 1


def test_it_comes_where_the_absence_was_sent_and_not_where_it_was_accepted(world: World) -> None:
    for number in (1, 2, 13):
        promise(world, number, "Tersedia 27 Maret.")
    world.type("Siti", "/ringkasan")
    world.do("Siti", "forges q.1")
    world.press("Siti", "📤 Kirim …")
    assert office(world).desk.is_done
    assert schedule.whole(due(world), at(WEDNESDAY), CALENDAR) is None
    asked(world, due(world))
    world.press("Siti", "⏳ Belum, tulis tanggal baru")
    world.type("Siti", "Siap 30 Maret.")
    assert promises.days(office(world).desk, CALENDAR) == {WEDNESDAY, date(2017, 3, 31)}
    for number in (1, 2, 13):
        world.move(("kesehatan", number), State.VERIFIED, Role.KANWIL)
    assert not promises.due(office(world).desk, WEDNESDAY, CALENDAR)


def test_caps_make_it_wait_and_a_pause_withholds_it(world: World) -> None:
    promise(world, 13, "Tersedia 24 Maret.")
    reminder, seat = due(world, MONDAY), office(world).contacts[0].seat_id
    full = replace(reminder, recent={seat: Recent(today=1, week=1)})
    assert schedule.whole(full, at(MONDAY), CALENDAR) == Postpone(at(WEDNESDAY)), (
        "the 28th is Nyepi"
    )
    week = replace(reminder, recent={seat: Recent(week=3)})
    assert schedule.whole(week, at(MONDAY), CALENDAR) == Postpone(at(WEDNESDAY))
    second = Contact("Ani", 9, 99)
    both = replace(
        full, office=replace(reminder.office, contacts=(*reminder.office.contacts, second))
    )
    assert schedule.whole(both, at(MONDAY), CALENDAR) is None, "the other one can be asked"
    paused = replace(reminder, recent={seat: Recent(paused_until=MONDAY)})
    assert schedule.whole(paused, at(MONDAY), CALENDAR) is None
    assert schedule.decide(paused, reminder.office.contacts[0], at(MONDAY)) == Withhold("paused")
    assert schedule.whole(reminder, at(MONDAY, 18), CALENDAR) == Postpone(at(WEDNESDAY, 8))


def test_a_planned_reminder_is_told_apart_from_the_question(world: World) -> None:
    promise(world, 13, "Tersedia 24 Maret.")
    setting = Setting(world.now, world.period)
    reminder = replace(due(world, MONDAY), kind=planned(-3), promised=())
    assert (
        reminding.scheduled(setting, reminder, reminder.office.contacts[0]).name
        == "reminder/manual"
    )

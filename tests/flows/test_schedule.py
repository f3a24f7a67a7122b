"""When a reminder is planned, held, withheld or lapses; working days and hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from flows.model.facts import Contact, Office, Setting
from flows.model.outreach import Recent
from flows.model.reminder_kinds import NUDGE, reminder_kind
from flows.model.workdays import Calendar
from flows.policy import schedule
from flows.policy.schedule import Due, Lapse, Postpone, Send, Withhold
from flows.staff import reminding
from messages import render
from scoring.replacing import replace
from tests.flows.world import World

WIB = timezone(timedelta(hours=7))
NYEPI = date(2017, 3, 28)
CALENDAR = Calendar(off=frozenset({NYEPI}), working=frozenset({date(2017, 4, 1)}))
DEADLINE = date(2017, 3, 31)  # a Friday


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2017, month, day, hour, minute, tzinfo=WIB)


def office(world: World | None = None) -> Office:
    world = world or World({"kesehatan": [1, 2]})
    unit = world.units["kesehatan"]
    return Office(unit, world.desk(unit), (Contact("Siti", 1, 11),))


def test_days_are_moved_to_working_days() -> None:
    assert schedule.planned(DEADLINE, (-14, -7, -3, -1, 1), CALENDAR) == {
        reminder_kind("d-14"): date(2017, 3, 17),
        reminder_kind("d-7"): date(2017, 3, 24),
        reminder_kind("d-3"): date(2017, 3, 27),  # Nyepi is the 28th
        reminder_kind("d-1"): date(2017, 3, 30),
        reminder_kind("d+1"): date(2017, 4, 1),  # a Saturday that is worked
    }
    monday = date(2017, 4, 3)
    days = schedule.planned(monday, (-3, -2, -1, 1), Calendar())
    assert days == {
        reminder_kind("d-1"): date(2017, 3, 31),
        reminder_kind("d+1"): date(2017, 4, 4),
    }


@pytest.mark.parametrize("text", ["d-14", "d+0", "d+1", "nudge", "promise", "manual"])
def test_a_kind_is_stored_and_read_again(text: str) -> None:
    assert str(reminder_kind(text)) == text
    assert reminder_kind(text).is_before_deadline == (text == "d-14")


@pytest.mark.parametrize("text", ["", "d", "d14", "d-", "Nudge"])
def test_what_is_no_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        reminder_kind(text)


def test_working_hours() -> None:
    assert CALENDAR.slot(at(27, 9)) == at(27, 9)
    assert CALENDAR.slot(at(27, 7, 59)) == at(27, 8)
    assert CALENDAR.slot(at(27, 17)) == at(29, 8), "the 28th is Nyepi"
    assert CALENDAR.slot(at(25, 10)) == at(27, 8)
    assert schedule.nudge_day(date(2017, 3, 24), CALENDAR) == date(2017, 3, 27)


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        ({}, at(27, 9), None),
        ({"superseded": True}, at(27, 9), Lapse("superseded")),
        ({}, at(3, 9, month=4), Lapse("deadline_passed")),
        ({"kind": reminder_kind("d+1")}, at(3, 9, month=4), None),
        ({}, at(27, 18), Postpone(at(29, 8))),
        ({"recent": {11: Recent(answering_since=at(27, 8, 50))}}, at(27, 9), Postpone(at(27, 9, 20))),
        ({"recent": {11: Recent(answering_since=at(27, 8, 10))}}, at(27, 9), None),
        ({"recent": {11: Recent(answering_since=at(27, 16, 50))}}, at(27, 16, 55), Postpone(at(29, 8))),
    ],
)  # fmt: skip
def test_the_office_as_a_whole(change: dict[str, object], now: datetime, expected: object) -> None:
    due = replace(Due(reminder_kind("d-3"), date(2017, 3, 27), office(), DEADLINE), **change)  # type: ignore[arg-type]
    assert schedule.whole(due, now, CALENDAR) == expected


def test_an_office_that_is_done_or_empty_gets_nothing() -> None:
    due = Due(reminder_kind("d-3"), date(2017, 3, 27), office(), DEADLINE)
    nobody = replace(due, office=replace(due.office, contacts=()))
    assert schedule.whole(nobody, at(27, 9), CALENDAR) == Withhold("not_joined")
    done = replace(due, office=replace(due.office, desk=replace(due.office.desk, tasks=())))
    assert schedule.whole(done, at(27, 3), CALENDAR) == Withhold("done"), "not even later"


@pytest.mark.parametrize(
    ("known", "reachable", "expected"),
    [
        (Recent(), True, Send()),
        (Recent(), False, Withhold("unreachable")),
        (Recent(paused_until=date(2017, 3, 27)), True, Withhold("paused")),
        (Recent(paused_until=date(2017, 3, 26)), True, Send()),
        (Recent(today=1, week=1), True, Withhold("cap_day")),
        (Recent(week=3), True, Withhold("cap_week")),
        (Recent(week=2), True, Send()),
    ],
)
def test_one_contact(known: Recent, reachable: bool, expected: object) -> None:
    contact = Contact("Siti", 1, 11, reachable)
    due = Due(reminder_kind("d-3"), date(2017, 3, 27), office(), DEADLINE, recent={11: known})
    assert schedule.decide(due, contact, at(27, 9)) == expected


def test_a_nudge_names_the_question_that_was_left() -> None:
    world = World({"kesehatan": [1, 2]})
    reminder = Due(
        NUDGE, date(2017, 3, 27), office(world), DEADLINE, recent={11: Recent(left_open=2)}
    )
    contact = reminder.office.contacts[0]
    assert schedule.decide(reminder, contact, at(27, 9)) == Send()
    assert schedule.decide(replace(reminder, recent={}), contact, at(27, 9)) == Lapse("answered")
    setting = Setting(at(27, 9), world.period)
    message = reminding.scheduled(setting, reminder, contact)
    assert message.name == "reminder/nudge"
    assert "Angka kematian bayi" in render(message.name, message.view)
    assert message.keyboard[0][0].data == "e.11.2"
    planned = reminding.scheduled(setting, replace(reminder, kind=reminder_kind("d-3")), contact)
    assert planned.name == "reminder/manual"
    assert planned.keyboard[0][0].data == "e.11.1"

"""Days that are offered are days on which people work: later deadlines, and the end of a pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.model.events import Command
from flows.model.facts import ContactFacts
from flows.model.outcome import PauseReminders
from flows.model.roles import Role
from flows.model.workdays import Calendar
from tests.flows.heard import text_of
from tests.flows.world import World

GOOD_FRIDAY = date(2017, 4, 14)


@pytest.fixture
def world() -> World:
    world = World({"kesehatan": [1, 2]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.KANWIL)
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    return world


def last_day(world: World) -> date:
    extension = world.desk(world.units["kesehatan"]).extension
    assert extension is not None
    return extension.until


def offered(world: World) -> list[str]:
    world.type("Budi", "/perpanjang kesehatan")
    return [shown for row in world.inboxes["Budi"][-1].keyboard for shown, _ in row][:-1]


def test_a_holiday_is_passed_over(world: World) -> None:
    world.calendar = Calendar(off=frozenset({GOOD_FRIDAY}))
    assert offered(world) == ["Senin, 3 April 2017", "Jumat, 7 April 2017", "Senin, 17 April 2017"]
    world.press("Budi", "Senin, 17 April 2017")
    world.type("Budi", "Paskah jatuh pada hari batasnya.")
    assert last_day(world) == date(2017, 4, 17)


def test_two_offers_never_fall_on_one_day(world: World) -> None:
    """Eid with its cuti bersama: three and seven days on come to the same morning."""
    off = frozenset(date(2017, 4, 1) + timedelta(days=n) for n in range(10))
    world.calendar = Calendar(off=off)
    assert offered(world) == [
        "Selasa, 11 April 2017", "Rabu, 12 April 2017", "Jumat, 14 April 2017",
    ]  # fmt: skip


def test_nothing_is_offered_behind_the_last_day(world: World) -> None:
    world.calendar = Calendar(
        off=frozenset(date(2017, 4, 1) + timedelta(days=n) for n in range(60))
    )
    assert offered(world) == []
    stale = "A.2.1.3"
    world.do("Budi", f"forges {stale}")
    assert "Paling lambat" in text_of(world.inboxes["Budi"][-1])


@pytest.mark.parametrize("forged", ["A.2.1.0.20179999", "A.2.1.0", "A.2.1.0.5"])
def test_a_forged_day_is_no_day(world: World, forged: str) -> None:
    world.type("Budi", "/perpanjang kesehatan")
    world.do("Budi", f"forges {forged}")
    assert "tidak dikenali" in text_of(world.inboxes["Budi"][-1])


def test_a_day_on_which_nobody_works_is_asked_back_once(world: World) -> None:
    world.calendar = Calendar(off=frozenset({GOOD_FRIDAY}))
    world.type("Budi", "/perpanjang kesehatan")
    world.type("Budi", "14 April")
    text = text_of(world.inboxes["Budi"][-1])
    assert "Jumat, 14 April 2017" in text
    assert "bukan hari kerja" in text
    assert "[Senin, 17 April 2017]" in text
    world.type("Budi", "15 April")  # another one is asked back as well
    assert "Sabtu, 15 April 2017" in text_of(world.inboxes["Budi"][-1])
    world.type("Budi", "15/4/2017")
    world.type("Budi", "Sabtu itu kami bekerja.")
    assert last_day(world) == date(2017, 4, 15)


@pytest.mark.parametrize(
    ("now", "days", "resumes"),
    [
        (datetime(2026, 11, 28, 3, 0, tzinfo=UTC), 1, "Selasa, 1 Desember 2026"),  # a Saturday
        (datetime(2026, 11, 28, 3, 0, tzinfo=UTC), 3, "Kamis, 3 Desember 2026"),
        (datetime(2026, 11, 26, 3, 0, tzinfo=UTC), 3, "Selasa, 1 Desember 2026"),
        (datetime(2026, 11, 26, 11, 0, tzinfo=UTC), 3, "Rabu, 2 Desember 2026"),  # it is 18.00
        (datetime(2026, 12, 22, 3, 0, tzinfo=UTC), 3, "Senin, 28 Desember 2026"),  # Christmas
    ],
)
def test_a_pause_is_so_many_working_days(
    world: World, now: datetime, days: int, resumes: str
) -> None:
    world.now = now
    world.calendar = Calendar(off=frozenset({date(2026, 12, 25)}))
    outcome = world.type("Siti", f"/jeda {days}")
    text = text_of(outcome.messages[0])
    assert f"aktif lagi <b>{resumes}</b>" in text
    assert "[▶️ Akhiri jeda]" in text
    [change] = outcome.changes
    assert isinstance(change, PauseReminders)
    assert change.until is not None
    assert world.calendar.on_or_after(change.until + timedelta(days=1)) == change.until + timedelta(
        days=1
    )
    world.press("Siti", "▶️ Akhiri jeda")
    facts = world.facts("Siti", Command("jeda"))
    assert isinstance(facts, ContactFacts)
    assert facts.person.paused_until is None

"""A season that was closed: by province, on record, told once, taken back with its transaction, read only."""

from __future__ import annotations

from datetime import UTC, date

import orjson
import pytest

from bot.storage import record
from bot.storage.roster import read_roster
from bot.workers.reminder_worker import Reminders
from bot.workers.season_worker import Seasons
from flows.model.events import Text
from flows.model.roles import Role
from flows.model.season import Phase
from flows.policy import season_policy as policy
from tests.flows.ground import run_now
from tests.flows.world import World
from tests.storage.test_criteria import breaking

CLOSE, REOPEN = "🏁 Tutup penilaian data 2016", "🔓 Buka kembali verifikasi"


def season() -> World:
    """An office with a sent answer, its Bagian Hukum, the Kanwil, and a second province."""
    world = World({"kesbang": [15], "tamhut": [3]})
    for token, unit, role in (
        ("E", "kesbang", Role.CONTACT), ("B", None, Role.KANWIL), ("K", None, Role.COORDINATOR),
    ):  # fmt: skip
        world.link(token, unit, role)
    world.write("INSERT INTO provinces VALUES ('32', 'Jawa Barat')")
    world.write("INSERT INTO regions VALUES (2, '32.73', '32', 'kota', 'Bandung', 'WIB')")
    world.write("INSERT INTO units VALUES (9, 2, 'kesbang', 'Badan Kesbang', 'Kesbang')")
    world.write("INSERT INTO assignments VALUES (1, 9, 15, '2017-02-01', NULL)")
    for who, token in (("Eko", "E"), ("Budi", "B"), ("Hana", "K")):
        world.type(who, f"/start {token}")
    for typed in ("/lanjut", "2", "simpan"):
        world.type("Eko", typed)
    return world


def close(world: World) -> None:
    world.type("Budi", "/tutup")
    world.press("Budi", CLOSE)


def test_a_season_ends_in_its_province_alone_and_a_restart_reads_the_same() -> None:
    world = season()
    close(world)
    assert world.roster.period_of("31").season.closed_at is not None
    assert world.roster.period_of("32").season.closed_at is None
    again = read_roster(world.connection)
    assert again is not None
    assert again.seasons == world.roster.seasons
    assert record.verify(world.connection).broken is None
    body = orjson.loads(world._scalar("SELECT body FROM record WHERE kind = 'closed'"))
    assert body["by"] == "Budi"
    [city] = body["cities"]
    # indicator 15: two demonstrations, 6 of 10 points; the other of 10 was not answered, and of the
    # 17 indicators only these two are owed: nothing was verified
    assert (city["verified"], city["total"]) == (0, 2)
    assert city["offices"] == {"kesbang": "0", "tamhut": "0"}
    assert city["value"] == city["claimed"]


@pytest.mark.parametrize("where", ["changes_written", "before_commit"])
def test_a_closing_that_was_rolled_back_counts_for_nobody(where: str) -> None:
    world = season()
    world.type("Budi", "/tutup")
    with breaking(world, where), pytest.raises((AssertionError, RuntimeError)):
        world.press("Budi", CLOSE)
    assert world.roster.period_of("31").season.closed_at is None
    world.connection.execute("DELETE FROM failed_updates")
    world.press("Budi", CLOSE)
    assert world.roster.period_of("31").season.closed_at is not None


def worker(world: World) -> Seasons:
    dispatcher = world.dispatcher
    return Seasons(
        dispatcher.database, world.clock, UTC, dispatcher.calendar, lambda _: None,
        roster=dispatcher.roster,
    )  # fmt: skip


def results(world: World) -> int:
    return int(world._scalar("SELECT count(*) FROM outbox WHERE name = 'season/result'"))


def test_everybody_hears_the_result_once_also_over_a_restart() -> None:
    world = season()
    world.type("Budi", "/tutup")
    failing = worker(world)

    def fault(name: str) -> None:
        raise RuntimeError(name)

    failing.fault = fault
    world._tell_results = lambda who: None  # type: ignore[method-assign]
    world.press("Budi", CLOSE)
    with pytest.raises(RuntimeError):
        run_now(failing.tick())
    assert results(world) == 0
    run_now(worker(world).tick())
    run_now(worker(world).tick())
    assert results(world) == 1
    orders = world._scalar("SELECT count(*) FROM paper_orders")
    assert orders == 5, "two recaps and a report to the city, two recaps to the province"


def test_who_has_not_heard_when_it_is_opened_again_hears_nothing_of_it() -> None:
    world = season()
    world._tell_results = lambda who: None  # type: ignore[method-assign]
    close(world)
    world.type("Budi", "/tutup")
    world.press("Budi", REOPEN)
    world.press("Budi", "Senin, 15 Mei 2017")
    world.type("Budi", "Terlalu dini ditutup")
    run_now(worker(world).tick())
    assert results(world) == 0
    assert world.roster.period_of("31").season.verified_until == date(2017, 5, 15)


def test_no_reminder_and_no_digest_once_it_is_over() -> None:
    world = season()
    close(world)
    world.clock.advance(days=20)
    dispatcher = world.dispatcher
    reminders = Reminders(
        dispatcher.database, world.clock, UTC, dispatcher.calendar, lambda _: None,
        roster=dispatcher.roster,
    )  # fmt: skip
    run_now(reminders.tick())
    reasons = world.connection.execute(
        "SELECT DISTINCT outcome, reason FROM reminders WHERE unit_id < 9"
    ).fetchall()
    assert {tuple(row) for row in reasons} == {("lapsed", "season_over")}


def test_the_phases_of_a_season() -> None:
    world = season()
    facts = world.staff("Budi", Text("x", 1))
    days = {
        date(2017, 1, 31): Phase.PREPARED, date(2017, 3, 31): Phase.OPEN, date(2017, 5, 15): Phase.OPEN,
        date(2017, 5, 16): Phase.OVER,
    }  # fmt: skip
    assert {day: policy.phase(facts, day) for day in days} == days
    world.grace(7)
    facts = world.staff("Budi", Text("x", 1))
    assert policy.phase(facts, date(2017, 4, 7)) is Phase.OPEN
    assert policy.phase(facts, date(2017, 4, 8)) is Phase.VERIFICATION

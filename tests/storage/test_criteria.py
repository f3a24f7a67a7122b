"""Criteria that were agreed upon: by province, on record, taken back with the transaction that wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from decimal import Decimal

import orjson
import pytest

from bot.storage import record
from bot.storage.load_facts import board_of
from bot.storage.roster import read_roster
from bot.storage.step_context import Speaker
from bot.telegram.updates import Incoming
from bot.workers import paper_worker
from flows.model import totals
from flows.model.events import Command, Event, Tap, Text
from flows.model.facts import Board
from flows.model.roles import Role
from scoring.load import load_texts
from tests.flows.ground import run_now
from tests.flows.world import World

HOUSES = "≤ 12; 12,1-22; 22,1-32; 32,1-42; 42,1-52; >52"


def season() -> World:
    """A city with an answer that other ranges would rate higher, a Kanwil, and a second province."""
    world = World({"perumahan": [9, 10], "kesbang": [15]})
    for token, unit, role in (("A", "perumahan", Role.CONTACT), ("B", None, Role.KANWIL)):
        world.link(token, unit, role)
    world.write("INSERT INTO provinces VALUES ('32', 'Jawa Barat')")
    world.write("INSERT INTO regions VALUES (2, '32.73', '32', 'kota', 'Bandung', 'WIB')")
    world.write("INSERT INTO units VALUES (9, 2, 'perumahan', 'Dinas Perumahan', 'Disperkim')")
    world.write("INSERT INTO assignments VALUES (1, 9, 9, '2017-02-01', NULL)")
    world.write("INSERT INTO assignments VALUES (1, 9, 10, '2017-02-01', NULL)")
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    for typed in ("/lanjut", "3.300 dari 30.000", "simpan", "600 dari 12.000", "simpan"):
        world.type("Siti", typed)
    return world


def propose(world: World, number: int, part: str, words: str, who: str = "Budi") -> None:
    world.type(who, f"/kriteria {number}")
    world.press(who, "✍️ Usulkan perubahan")
    world.press(who, part)
    world.type(who, words)
    world.press(who, "✅ Ajukan usulan")


def decide(world: World, number: int) -> None:
    """Take the first proposal for an indicator up in the open meeting."""
    proposal = world._scalar(
        f"SELECT id FROM criteria_proposals WHERE criterion = 'i{number}' AND state = 'open'"
    )
    seat = world.seats["Budi"][0].id
    world.tap("Budi", f"kd.{seat}.i{number}.changed.{proposal}")


def agree(world: World, *numbers: int) -> None:
    world.type("Budi", "/rakor Aula Kanwil")
    for number in numbers:
        decide(world, number)
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    world.press("Budi", "✅ Sahkan kesepakatan")


def total(board: Board, world: World) -> Decimal:
    offices = board.of_region(board.regions[0])
    return totals.region_score(world.roster.instrument_of(1), offices).total_if_closed_now


def test_what_a_meeting_agreed_upon_counts_in_its_province_alone() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    before = total(world.board(), world)
    assert world.roster.owed[1] == (9, 10)
    agree(world, 9, 10)
    roster = world.roster
    assert (before, total(world.board(), world)) == (Decimal("10.59"), Decimal("6.25"))
    assert (roster.owed[1], roster.owed[9]) == ((9,), (9, 10))
    assert [roster.instrument_of(region).indicator(9).bands[0].printed for region in (1, 2)] == [
        "≤ 12",
        "≤ 10",
    ]
    assert roster.period_of("31").instrument.hash != roster.period_of("32").instrument.hash


def test_the_desks_of_another_province_are_not_read_again() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    everywhere = list(world.roster.regions.values())
    board_of(world.connection, world.roster, UTC, everywhere)
    before = dict(world.roster.desk_cache.desks)
    agree(world, 9)
    after = {
        one.unit.id: one.desk
        for one in board_of(world.connection, world.roster, UTC, everywhere).offices
    }
    assert after[9] is before[9]
    assert after[1].the_task(9).indicator.bands[0].printed == "≤ 12"


def test_the_roster_in_memory_is_what_a_restart_reads() -> None:
    world = season()
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    agree(world, 10)
    roster = world.roster
    again = read_roster(world.connection)
    assert again == roster
    assert again is not roster


def test_every_version_can_be_read_and_scored_by_again_and_the_record_verifies() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    agree(world, 9)
    propose(world, 9, "Rentang dan poin", "≤ 5; 5,1-22; 22,1-32; 32,1-42; 42,1-52; >52")
    agree(world, 9)
    rows = world.connection.execute(
        "SELECT v.before, v.after, r.kind, r.body FROM criteria_versions v JOIN record r ON r.id = v.id"
        " ORDER BY v.id"
    ).fetchall()
    assert [kind for _, _, kind, _ in rows] == ["agreement", "agreement"]
    assert rows[0][1] == rows[1][0], "each version names the one before"
    scored = []
    offices = world.board().offices
    for digest in (rows[0][0], rows[0][1], rows[1][1]):
        texts = world._scalar(f"SELECT texts FROM instruments WHERE hash = '{digest}'")
        instrument = load_texts(orjson.loads(texts))
        scored.append(totals.region_score(instrument, offices).indicator(9).points)
    assert scored == [8, 10, 8]
    assert record.verify(world.connection).broken is None
    entry = orjson.loads(rows[0][3])
    assert entry["decisions"][0]["before"]["bands"][0] == ["10", "≤ 10"]
    assert entry["decisions"][0]["after"]["bands"][0] == ["10", "≤ 12"]
    assert entry["decisions"][0]["after"]["status"] == "agreed"
    assert entry["decisions"][0]["proposed_by"]["name"] == "Budi"
    assert [one["name"] for one in entry["attendants"]] == ["Budi"]


@contextmanager
def breaking(world: World, where: str) -> Iterator[None]:
    """Let a transaction fail at a named point."""

    def fault(name: str) -> None:
        if name == where:
            raise RuntimeError(name)

    world.dispatcher.fault = fault
    yield
    world.dispatcher.fault = lambda _: None


@pytest.mark.parametrize("where", ["changes_written", "before_commit"])
def test_an_agreement_that_was_rolled_back_counts_for_nobody(where: str) -> None:
    world = season()
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    world.type("Budi", "/rakor Aula Kanwil")
    decide(world, 10)
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    with breaking(world, where), pytest.raises((AssertionError, RuntimeError)):
        world.press("Budi", "✅ Sahkan kesepakatan")
    assert world.roster.owed[1] == (9, 10)
    assert world._scalar("SELECT count(*) FROM criteria_versions") == 0
    world.connection.execute("DELETE FROM failed_updates")
    world.press("Budi", "✅ Sahkan kesepakatan")
    assert world.roster.owed[1] == (9,)


def test_only_the_kanwil_agrees() -> None:
    world = season()
    world.link("M", None, Role.ADMIN)
    world.type("Maya", "/start M")
    world.type("Budi", "/rakor Aula Kanwil")
    seat, meeting = world.seats["Maya"][0].id, world._scalar("SELECT id FROM meetings")
    for forged in (
        f"kd.{seat}.i9.as_it_is",
        f"kx.{seat}",
        f"ky.{seat}.{meeting}",
        f"kp.{seat}.i9.bands",
    ):
        world.tap("Maya", forged)
        assert world.inboxes["Maya"][-1].name == "notice/not_yours", forged
    assert world._scalar("SELECT count(*) FROM meeting_decisions") == 0


def test_an_agreement_that_fails_when_it_is_done_again_counts_for_nobody() -> None:
    world = season()
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    world.type("Budi", "/rakor Aula Kanwil")
    decide(world, 10)
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    speaker = Speaker(world.chat_id("Budi"), world.chat_id("Budi"), "Budi", "id")
    data = f"ky.{world.seats['Budi'][0].id}.{world._scalar('SELECT id FROM meetings')}"
    with breaking(world, "letters_written"), pytest.raises(RuntimeError):
        run_now(world.dispatcher.tell([(speaker, Tap(data, 1, "q"))]))
    assert world.roster.owed[1] == (9, 10)


@pytest.mark.parametrize(
    ("event", "asks"),
    [(Command("rekap"), True), (Text("rekap", 1), True), (Text("12", 1), False), (Command("status"), False)],
)  # fmt: skip
def test_a_paper_is_made_as_soon_as_it_is_asked_for(event: Event, asks: bool) -> None:
    assert paper_worker.concerns([Incoming(1, None, event, lambda: "{}")]) is asks


OWNER = "Dinas yang membidangi perumahan dan permukiman"


def open_proposals(world: World) -> list[str]:
    rows = world.connection.execute(
        "SELECT json_extract(change, '$.owner'), json_extract(change, '$.precision')"
        " FROM criteria_proposals WHERE state = 'open' AND overtaken_by IS NULL ORDER BY id"
    )
    return [str(owner or precision or "bands") for owner, precision in rows]


def test_a_proposal_whose_figures_have_changed_ends_with_the_agreement() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    propose(world, 9, "Rentang dan poin", HOUSES.replace("12", "13"))
    propose(world, 9, "Pemilik data", OWNER)
    agree(world, 9)
    assert open_proposals(world) == [OWNER], "it is about something else, and still fits"
    text = world.inboxes["Budi"][-1].text
    assert "<b>Usulan lain yang selesai dengan kesepakatan ini</b>\n• 9. " in text
    body = orjson.loads(world._scalar("SELECT body FROM record WHERE kind = 'agreement'"))
    query = "SELECT id FROM criteria_proposals WHERE overtaken_by IS NOT NULL"
    assert body["overtaken"] == [world._scalar(query)]
    assert record.verify(world.connection).broken is None


def test_what_would_change_nothing_any_more_ends_too() -> None:
    world = season()
    propose(world, 9, "Pemilik data", OWNER)
    propose(world, 9, "Pemilik data", OWNER)
    agree(world, 9)
    assert open_proposals(world) == []


def test_agreed_as_it_is_answers_what_was_proposed_and_postponed_does_not() -> None:
    world = season()
    propose(world, 9, "Pemilik data", OWNER)
    propose(world, 10, "Pemilik data", OWNER)
    world.type("Budi", "/rakor Aula Kanwil")
    seat = world.seats["Budi"][0].id
    world.tap("Budi", f"kd.{seat}.i9.as_it_is")
    world.tap("Budi", f"kd.{seat}.i10.postponed")
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    world.press("Budi", "✅ Sahkan kesepakatan")
    left = world._scalar(
        "SELECT group_concat(criterion) FROM criteria_proposals"
        " WHERE state = 'open' AND overtaken_by IS NULL"
    )
    assert left == "i10"

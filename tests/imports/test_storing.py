"""What is imported beside a running bot: never over what came meanwhile, whole on record, seen by the reviewer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from bot.clock import iso
from bot.imports import storing
from bot.imports.storing import ImportSource, Result
from bot.roster import apply_roster, bundled
from bot.storage import record
from bot.storage.database import connect, in_transaction
from bot.storage.record import Entry
from bot.storage.roster import Roster, read_roster
from flows.contact.importing import ImportedAnswer
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from scoring.replacing import replace
from tests.flows.world import World
from tests.support import START

SOURCE = ImportSource("kobo.csv", "a" * 64, "b" * 64)
MOTHERS = {"kematian_ibu": "12", "kelahiran_hidup": "14250"}
BABIES = {"kematian_bayi": "300", "kelahiran_hidup": "15900"}


@pytest.fixture
def world() -> World:
    """The health office, and the Bagian Hukum of the city."""
    world = World({"kesehatan": [1, 2], "tamhut": [3]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.COORDINATOR)
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    return world


def store(world: World, *given: ImportedAnswer) -> Result:
    roster = read_roster(world.connection)
    assert roster is not None
    unit = world.units["kesehatan"].id
    now = world.now.astimezone(UTC)
    return storing.store(world.connection, roster, {unit: given}, SOURCE, now)


def test_the_chat_goes_on_from_what_was_imported(world: World) -> None:
    result = store(world, ImportedAnswer(1, "B2", MOTHERS))
    assert [one.change.indicator for _, one in result.taken] == [1]
    world.type("Siti", "/lanjut")
    assert "Angka kematian bayi" in world.inboxes["Siti"][-1].text
    assert record.verify(world.connection).broken is None


def test_what_was_typed_meanwhile_stands(world: World) -> None:
    store(world, ImportedAnswer(1, "B2", MOTHERS))
    for text in ("/lanjut", "300", "14250"):
        world.type("Siti", text)
    world.press("Siti", "✅ Simpan…")
    result = store(world, ImportedAnswer(1, "B2", MOTHERS), ImportedAnswer(2, "C2", BABIES))
    assert (result.taken, result.same) == ([], 1)
    assert [conflict.why for _, conflict in result.refused] == ["answered"]


def test_the_reviewer_reads_the_file_and_what_was_not_asked_back(world: World) -> None:
    store(world, ImportedAnswer(1, "B2", MOTHERS), ImportedAnswer(2, "C2", BABIES))
    world.type("Siti", "/ringkasan")
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    world.type("Budi", "/verifikasi")
    world.press("Budi", "Sudin Kesehatan…")
    card = world.inboxes["Budi"][-1].text
    assert "Jumlah kematian ibu: <b>12</b> orang <i>(diimpor dari kobo.csv)</i>" in card
    assert ", diisi operator, " in card
    world.press("Budi", "👍 Setujui")
    world.press("Budi", "➡️ Berikutnya…")
    odd = world.inboxes["Budi"][-1].text
    assert "Belum ditanyakan kepada kontak: jawabannya diimpor." in odd
    assert "kontak menyatakan benar" not in odd


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Jakarta Pusat, of which nothing is answered."""
    with closing(connect(tmp_path / "a.db")) as connection:
        apply_roster(connection, bundled("jakarta-pusat"), now=START, bot_username=None)
    return tmp_path / "a.db"


def office(roster: Roster, short: str) -> int:
    return next(unit.id for unit in roster.units.values() if unit.short == short)


def answered(connection: sqlite3.Connection) -> None:
    """The health office answers by itself."""
    roster = read_roster(connection)
    assert roster is not None
    details = {"answer": {"inputs": {"kematian_ibu": "9", "kelahiran_hidup": "14000"}}}
    entry = Entry(
        roster.period.id, EntryKind.ANSWER, iso(START), office(roster, "Sudinkes"), 1, 1,
        details={**details, "reason": None, "by": "Siti"},
    )  # fmt: skip
    record.append(connection, entry)


def joined(connection: sqlite3.Connection) -> None:
    """Somebody takes a seat, which is of no office."""
    record.append(connection, Entry(1, EntryKind.JOINED, iso(START), details={"by": "Ani"}))


def shortened(connection: sqlite3.Connection) -> None:
    """The season ends earlier than it was said to."""
    connection.execute(
        "UPDATE periods SET deadline = '2017-01-02', verification_deadline = '2017-01-03'"
    )


def left_alone(connection: sqlite3.Connection) -> None:
    """The social office answers, which shares nothing with the health office."""
    roster = read_roster(connection)
    assert roster is not None
    unit = office(roster, "Sudinsos")
    details = {"answer": {"absence": "not_available"}, "reason": "belum ada", "by": "Tono"}
    record.append(connection, Entry(1, EntryKind.ANSWER, iso(START), unit, 12, 1, details=details))


@pytest.mark.parametrize(
    ("meanwhile", "taken", "refused"),
    [
        (answered, [2], ["answered"]),
        (shortened, [], ["over", "over"]),
        (joined, [1, 2], []),
        (left_alone, [1, 2], []),
    ],
)
def test_what_comes_between_weighing_and_writing_counts(
    file: Path,
    meanwhile: Callable[[sqlite3.Connection], None],
    taken: list[int],
    refused: list[str],
) -> None:
    with closing(connect(file)) as connection, closing(connect(file)) as bot:
        roster = read_roster(connection)
        assert roster is not None
        given = {
            office(roster, "Sudinkes"): [
                ImportedAnswer(1, "B2", MOTHERS),
                ImportedAnswer(2, "C2", BABIES),
            ]
        }
        came: list[None] = []

        def watch(statement: str) -> None:
            if statement == "BEGIN IMMEDIATE" and not came:
                came.append(in_transaction(bot, meanwhile))

        connection.set_trace_callback(watch)
        result = storing.store(connection, roster, given, SOURCE, START)
        assert came == [None]
        assert [one.change.indicator for _, one in result.taken] == taken
        assert [conflict.why for _, conflict in result.refused] == refused
        assert record.verify(connection).broken is None


def test_what_is_stored_already_is_written_by_nobody(file: Path) -> None:
    """Nobody waits for a file that brings nothing."""
    with closing(connect(file)) as connection:
        roster = read_roster(connection)
        assert roster is not None
        given = {office(roster, "Sudinkes"): [ImportedAnswer(1, "B2", MOTHERS)]}
        storing.store(connection, roster, given, SOURCE, START)
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        assert storing.store(connection, roster, given, SOURCE, START).same == 1
        assert "BEGIN IMMEDIATE" not in statements


def test_offices_that_share_indicators_go_one_after_the_other(world: World) -> None:
    roster = world.roster
    health, garden = world.units["kesehatan"].id, world.units["tamhut"].id
    given = {health: [ImportedAnswer(1, "B2", MOTHERS)], garden: [ImportedAnswer(3, "B3", {})]}
    assert list(storing._slices(roster, given)) == [[health], [garden]]


def test_a_transaction_holds_few_answers_and_never_half_an_office(file: Path) -> None:
    with closing(connect(file)) as connection:
        roster = read_roster(connection)
        assert roster is not None
    first, second, third, *_ = sorted(roster.units)
    many = [ImportedAnswer(1, "B2")] * (storing.MOST - 1)
    elsewhere = {first: 1, second: 2, third: 3}
    apart = {
        unit: replace(one, region_id=elsewhere.get(unit, one.region_id))
        for unit, one in roster.units.items()
    }
    given = {first: many, second: [ImportedAnswer(1, "B3")], third: [ImportedAnswer(1, "B4")]}
    slices = storing._slices(replace(roster, units=apart), given)
    assert list(slices) == [[first, second], [third]]

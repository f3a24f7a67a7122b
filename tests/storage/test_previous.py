"""Last year's answers on a real file: of the period before, of a file, and what does not fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.storage import previous_answers, record
from bot.storage.database import connect
from bot.storage.roster import Roster, RosterCache, read_roster
from flows.model.answer_state import Previous
from flows.model.record_kinds import EntryKind
from scoring import Absence, Answer
from scoring.load import hash_texts
from tests.support import INSTRUMENT, ROOT, make_database

FOLDER = ROOT / "scoring/instruments" / INSTRUMENT


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(make_database(tmp_path / "p.db"))
    yield connection
    connection.close()


def roster(db: sqlite3.Connection) -> Roster:
    current = read_roster(db)
    assert current is not None
    return current


def last_year(db: sqlite3.Connection) -> dict[tuple[int, int], Previous]:
    """What a roster that was just read finds for all of its offices."""
    current = roster(db)
    return current.previous_answers.of(db, tuple(current.units))


def period_before(db: sqlite3.Connection, *changes: tuple[str, str, str], year: int = 2015) -> None:
    """A closed period of the year before; its instrument differs by `changes` (file, from, to)."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}
    for file, old, new in changes:
        assert texts[file].count(old) == 1
        texts[file] = texts[file].replace(old, new)
    db.execute(
        "INSERT OR IGNORE INTO instruments VALUES (?, ?, ?)",
        (hash_texts(texts), INSTRUMENT, orjson.dumps(texts).decode()),
    )
    db.execute(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline,"
        " verification_deadline, institution, help_contact, state) VALUES (7, 'lama', ?, ?,"
        " '2016-02-01', '2016-03-31', '2016-05-15', 'Kanwil', 'Bidang HAM', 'closed')",
        (hash_texts(texts), year),
    )


def entry(
    db: sqlite3.Connection, kind: EntryKind, number: int, revision: int, **details: Any
) -> None:
    at = "2016-03-01T00:00:00Z"
    record.append(db, record.Entry(7, kind, at, 1, number, revision, details=details))


def answered(db: sqlite3.Connection, number: int, revision: int = 1, **inputs: str) -> None:
    content = {"inputs": inputs}
    entry(db, EntryKind.ANSWER, number, revision, answer=content, reason=None, by="A")


def births(deaths: int, births: int) -> Answer:
    figures = {"kematian_ibu": Decimal(deaths), "kelahiran_hidup": Decimal(births)}
    return Answer(inputs=figures)


def test_the_period_before_is_what_last_year_was(db: sqlite3.Connection) -> None:
    period_before(db)
    answered(db, 1, 1, kematian_ibu="11", kelahiran_hidup="14000")
    answered(db, 1, 2, kematian_ibu="12", kelahiran_hidup="14000")
    entry(db, EntryKind.ANSWER, 2, 1, answer={"absence": "not_available"}, reason="x", by="A")
    entry(db, EntryKind.ANSWER, 13, 1, answer={"value": "15.5"}, reason=None, by="A")
    entry(db, EntryKind.MOVE, 13, 1, action="verify", next="verified", role="kanwil", reason=None)
    assert last_year(db) == {
        (1, 1): Previous(2015, births(12, 14000)),
        (1, 2): Previous(2015, Answer(absence=Absence.NOT_AVAILABLE)),
        (1, 13): Previous(2015, Answer(value=Decimal("15.5"))),
    }


def test_a_corrected_answer_counts_as_it_was_verified(db: sqlite3.Connection) -> None:
    period_before(db)
    answered(db, 1, kematian_ibu="12", kelahiran_hidup="14000")
    corrected = {"inputs": {"kematian_ibu": "13", "kelahiran_hidup": "14000"}}
    move = {"action": "correct", "role": "kanwil", "reason": "r", "corrected": corrected}
    entry(db, EntryKind.MOVE, 1, 1, next="verified", **move)
    assert last_year(db)[1, 1].answer == births(13, 14000)
    entry(db, EntryKind.MOVE, 1, 1, action="undo", next="approved", role="kanwil", reason="r")
    assert last_year(db)[1, 1].answer == births(12, 14000), "no longer verified: the claim"


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (("hidup.yaml", "number: 1\n", "number: 21\n"), True),  # the code tells which it is
        (("hidup.yaml", "code: kematian-ibu\n", "code: ibu-meninggal\n"), False),
        (("hidup.yaml", "    unit: per 100.000 kelahiran hidup\n", "    unit: per 1.000\n"), False),
        (("hidup.yaml", "        unit: orang\n", "        unit: ibu\n"), False),
        (("instrument.yaml", "percent: 50", "percent: 40"), True),
    ],
)
def test_another_instrument_counts_where_it_asked_the_same(
    db: sqlite3.Connection, change: tuple[str, str, str], kept: bool
) -> None:
    period_before(db, change)
    number = 21 if "21" in change[2] else 1
    answered(db, number, kematian_ibu="12", kelahiran_hidup="14000")
    previous = {(1, 1): Previous(2015, births(12, 14000))}
    assert last_year(db) == (previous if kept else {})


def test_another_year_is_not_last_year(db: sqlite3.Connection) -> None:
    period_before(db, year=2014)
    answered(db, 1, kematian_ibu="12", kelahiran_hidup="14000")
    assert last_year(db) == {}


def test_a_file_goes_before_the_period_before(db: sqlite3.Connection) -> None:
    period_before(db)
    answered(db, 1, kematian_ibu="12", kelahiran_hidup="14000")
    given = Previous(2015, births(10, 13000), "menurut laporan")
    assert previous_answers.keep(db, 1, 1, 1, given).created
    assert not previous_answers.keep(db, 1, 1, 1, given).before
    assert last_year(db) == {(1, 1): given}


@pytest.mark.parametrize(
    ("number", "body"),
    [
        (99, {"value": "1"}),  # the instrument was changed since
        (1, {"inputs": {"kematian_ibu": "12"}}),
        (1, {"inputs": {"kematian_ibu": "banyak", "kelahiran_hidup": "1"}}),
        (1, {"inputs": {"kematian_ibu": True, "kelahiran_hidup": "1"}}),
        (15, {"value": "1"}),
    ],
)
def test_what_does_not_fit_this_year_is_left_out(
    db: sqlite3.Connection, number: int, body: dict[str, Any]
) -> None:
    db.execute(
        "INSERT INTO previous_answers VALUES (1, 1, ?, 2015, ?, NULL)",
        (number, orjson.dumps(body).decode()),
    )
    assert last_year(db) == {}


def test_a_part_of_nothing_is_kept(db: sqlite3.Connection) -> None:
    nothing = Answer(inputs={"belum_sd": Decimal(0), "anak_7_12": Decimal(0)})
    previous_answers.keep(db, 1, 2, 4, Previous(2015, nothing))
    assert last_year(db)[2, 4].answer == nothing


def test_a_running_bot_sees_what_another_process_loads(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    cache = RosterCache()
    before = cache.get(db)
    assert before is not None
    assert before.previous_answers.of(db, [1]) == {}
    assert cache.get(db) is before, "read once"
    other = connect(tmp_path / "p.db")
    previous_answers.keep(other, 1, 1, 1, Previous(2015, births(10, 13000)))
    other.close()
    after = cache.get(db)
    assert after is not None
    assert list(after.previous_answers.of(db, [1])) == [(1, 1)]


def test_an_older_database_gets_the_table(tmp_path: Path) -> None:
    path = make_database(tmp_path / "old.db")
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("DROP TABLE previous_answers")
    old.execute("DELETE FROM migrations WHERE name = 'm006_previous'")
    old.close()
    connection = connect(path)
    assert last_year(connection) == {}
    connection.close()


def test_last_year_is_read_for_the_offices_that_are_asked_for(db: sqlite3.Connection) -> None:
    period_before(db)
    answered(db, 1, kematian_ibu="12", kelahiran_hidup="14000")
    previous_answers = roster(db).previous_answers
    read: list[str] = []
    db.set_trace_callback(read.append)
    assert previous_answers.of(db, [2]) == {}
    assert len(read) == 2, "the answers and the moves of that office"
    assert list(previous_answers.of(db, [1, 2])) == [(1, 1)]
    assert len(read) == 4
    assert list(previous_answers.of(db, [1])) == [(1, 1)]
    assert len(read) == 4, "and kept"

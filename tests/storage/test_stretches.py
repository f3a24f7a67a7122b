"""A record that is read in stretches is proved, or broken, as one that is read in one go: at the same entry, in the
same words, wherever the stretches meet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.storage import chain, record, sealing
from bot.storage.carrying import carry_over
from bot.storage.chain import ChainPart, Stretch
from bot.storage.record import Checkpoint, Entry, RecordVerdict
from bot.storage.sealing import Seal
from flows.model.record_kinds import EntryKind
from tests.support import make_database

AT = "2017-03-10T02:00:00Z"
MANY = 14
CUT = "DELETE FROM record WHERE id >= {entry}"
"""What is left is whole in itself: only a head that was noted tells."""
TAMPERING = (
    "UPDATE record SET body = replace(body, '4250', '4251') WHERE id = {entry}",
    "UPDATE record SET body = replace(body, 'Siti', 'Budi') WHERE id = {entry}",
    "UPDATE record SET body = replace(body, ',', ', ') WHERE id = {entry}",
    "UPDATE record SET body = '[]' WHERE id = {entry}",
    "UPDATE record SET body = '{{' WHERE id = {entry}",
    "UPDATE record SET at = '2000-01-01T00:00:00Z' WHERE id = {entry}",
    "UPDATE record SET unit_id = NULL WHERE id = {entry}",
    "UPDATE record SET period_id = 3 - period_id WHERE id = {entry}",
    "UPDATE record SET kind = 'carried' WHERE id = {entry}",
    "UPDATE record SET kind = 'forgotten' WHERE id = {entry}",
    "UPDATE record SET hash = 'x' WHERE id = {entry}",
    "UPDATE record SET previous = '' WHERE id = {entry}",
    "UPDATE record SET seal = '00' WHERE id = {entry}",
    "UPDATE record SET seal = '' WHERE id = {entry}",
    "UPDATE record SET seal = '{{' WHERE id = {entry}",
    "UPDATE record SET id = id + 100 WHERE id = {entry}",
    "UPDATE record SET id = id + 4611686018427387904 WHERE id = {entry}",
    "UPDATE record SET id = -id WHERE id = {entry}",
    "DELETE FROM record WHERE id = {entry}",
    CUT,
    "DELETE FROM record WHERE id BETWEEN {entry} AND {entry} + 2",
    "INSERT INTO record SELECT id + 100, period_id, kind, unit_id, indicator, revision, person_id, seat_id, at, body,"
    " previous, hash, seal FROM record WHERE id = {entry}",
)  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two periods whose entries lie between each other, unequally; nothing keeps them as they are."""
    path = make_database(tmp_path / "p.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(periods)")][1:]
        others = ", ".join("'2018'" if name == "code" else name for name in names)
        connection.execute(
            f"INSERT INTO periods (id, {', '.join(names)}) SELECT 2, {others} FROM periods WHERE id = 1"
        )
        for number in range(1, MANY + 1):
            add(connection, 1 if number % 3 else 2)
        connection.execute("DROP TRIGGER record_keeps")
        connection.execute("DROP TRIGGER record_stays")
        yield connection


def add(db: sqlite3.Connection, period_id: int = 1, **details: Any) -> int:
    body = {
        "by": "Siti",
        "answer": {"inputs": {"births": "14250"}},
        "created": ["unit Dinkes"],
        **details,
    }
    return record.append(db, Entry(period_id, EntryKind.NOTE, AT, 1, 1, details=body))


def erase(db: sqlite3.Connection, entry: int) -> None:
    body, seal = db.execute("SELECT body, seal FROM record WHERE id = ?", (entry,)).fetchone()
    changed, text = sealing.erased(orjson.loads(body), Seal.parse(seal), {"by": "orang no. 5"})
    values = sealing.dumps(changed), text, entry
    db.execute("UPDATE record SET body = ?, seal = ? WHERE id = ?", values)


def forget(db: sqlite3.Connection) -> None:
    details = {"by": "operator", "person": "orang no. 5", "left": {}}
    record.append(db, Entry(1, EntryKind.FORGOTTEN, AT, details=details))


def old(db: sqlite3.Connection) -> None:
    """Hash all in the clear, as before there were seals, and carry it over."""
    heads: dict[int, str] = {}
    for entry, period_id, body in db.execute("SELECT id, period_id, body FROM record").fetchall():
        previous = heads.get(period_id, "")
        heads[period_id] = chain.digest(previous, body)
        values = previous, heads[period_id], entry
        db.execute("UPDATE record SET previous = ?, hash = ?, seal = '' WHERE id = ?", values)
    carry_over(db)


def in_pieces(pieces: int) -> Callable[[sqlite3.Connection, Stretch], ChainPart]:
    def beside(connection: sqlite3.Connection, whole: Stretch) -> ChainPart:
        stretches = chain.split(connection, whole, pieces)
        part = chain.joined(stretches, (chain.read(connection, stretch) for stretch in stretches))
        assert part is not None, "they join"
        return part

    return beside


def verdicts(db: sqlite3.Connection, since: Checkpoint | None = None) -> RecordVerdict:
    """What is found in one go, which pieces of every size must find as well."""
    expected = record.verify(db, since)
    for pieces in (2, 3, 5, MANY, 3 * MANY):
        verdict = record.verify(db, since, in_pieces(pieces))
        assert verdict == expected, pieces
        assert list(verdict.heads) == list(expected.heads), "named in the same order"
    return expected


def tampered(db: sqlite3.Connection, statement: str, since: Checkpoint | None = None) -> list[str]:
    """Tamper with each entry in turn; return the reasons for which that is found."""
    reasons = []
    last = db.execute("SELECT max(id) FROM record").fetchone()[0]
    for entry in range(1, last + 1):
        db.execute("BEGIN")
        db.execute(statement.format(entry=entry))
        broken = verdicts(db, since).broken
        reasons += [broken.reason] if broken else []
        db.execute("ROLLBACK")
    return reasons


def test_a_whole_record_is_whole_in_pieces(db: sqlite3.Connection) -> None:
    whole = verdicts(db)
    assert (whole.broken, whole.entries, list(whole.heads)) == (None, MANY, ["2017", "2018"])
    stretches = chain.split(db, Stretch(0, chain.LAST, 0, {}, {}), 4)
    assert [stretch.after for stretch in stretches] == [0, 3, 7, 10]
    assert [stretch.last for stretch in stretches] == [3, 7, 10, chain.LAST]


@pytest.mark.parametrize("statement", TAMPERING)
def test_tampering_is_found_wherever_it_lies(db: sqlite3.Connection, statement: str) -> None:
    reasons = tampered(db, statement)
    cut_short = 3  # entries at the end whose lack nobody can tell from the rest
    assert len(reasons) >= MANY - cut_short or statement == CUT


@pytest.mark.parametrize("statement", TAMPERING)
def test_tampering_behind_a_checkpoint_is_found_as_in_one_go(
    db: sqlite3.Connection, statement: str
) -> None:
    until = record.verify(db).until
    for number in range(6):
        add(db, 1 + number % 2)
    assert tampered(db, statement, until) or statement == CUT


@pytest.mark.parametrize("statement", TAMPERING[:6])
def test_what_was_carried_over_stays_in_one_piece(db: sqlite3.Connection, statement: str) -> None:
    old(db)
    for number in range(MANY):
        add(db, 1 + number % 2)
    erase(db, 3)
    assert verdicts(db).broken is not None, "no entry tells of it"
    forget(db)
    assert verdicts(db).broken is None
    assert len(tampered(db, statement)) > MANY
    details = {"by": "upgrade", "count": 1, "head": "x", "carried": "y"}
    record.append(db, Entry(1, EntryKind.CARRIED, AT, details=details))
    broken = verdicts(db).broken
    assert broken is not None
    assert broken.reason == "carried"


@pytest.mark.parametrize("entry", range(1, MANY + 1))
def test_words_that_went_may_be_told_of_in_another_piece(
    db: sqlite3.Connection, entry: int
) -> None:
    erase(db, entry)
    broken = verdicts(db).broken
    assert broken is not None
    assert (broken.entry, broken.reason) == (entry, "erased")
    forget(db)
    assert verdicts(db).broken is None


def test_an_entry_that_was_forged_with_its_hash_parts_two_pieces(db: sqlite3.Connection) -> None:
    for entry in range(1, MANY - 2):
        db.execute("BEGIN")
        previous, body, seal = db.execute(
            "SELECT previous, replace(body, '4250', '4251'), seal FROM record WHERE id = ?",
            (entry,),
        ).fetchone()
        value = chain.digest(previous, sealing.closed(orjson.loads(body), seal))
        db.execute("UPDATE record SET body = ?, hash = ? WHERE id = ?", (body, value, entry))
        broken = verdicts(db).broken
        assert broken is not None
        assert broken.entry > entry
        assert broken.reason == "chain"
        db.execute("ROLLBACK")


def test_what_does_not_join_is_read_in_one_go(db: sqlite3.Connection) -> None:
    whole = Stretch(0, chain.LAST, 0, {}, {})
    first, second = chain.split(db, whole, 2)
    parts = [chain.read(db, first), chain.read(db, second)]
    assert chain.joined([first, second], parts) == chain.read(db, whole)
    for other in (
        Stretch(second.after, second.last, second.count, {**second.heads, 1: "x"}, {}),
        Stretch(second.after, second.last, second.count + 1, second.heads, {}),
    ):
        parts = [chain.read(db, first), chain.read(db, second)]
        assert chain.joined([first, other], parts) is None
    assert record.verify(db, None, lambda *_: None) == record.verify(db)


def test_kinds_that_are_written_out_are_those_of_the_record() -> None:
    assert (chain.CARRIED, chain.FORGOTTEN) == (EntryKind.CARRIED, EntryKind.FORGOTTEN)

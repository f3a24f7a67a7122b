"""What is hashed names persons by commitments: words can be erased, and nothing else can be changed by that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.storage import chain, record, sealing
from bot.storage.carrying import carry_over
from bot.storage.record import Entry
from bot.storage.sealing import Seal
from flows.model.record_kinds import EntryKind
from tests.support import make_database

AT = "2017-03-10T02:00:00Z"
BODY: dict[str, Any] = {
    "by": "Siti",
    "reason": None,
    "answer": {"inputs": {"births": "14250"}, "marks": [{"input": "births", "typed": "kata Bu Ani"}]},
    "attendants": [{"name": "Ani", "office": "Dinkes"}, {"name": "", "office": "Dinkes"}],
    "created": ["unit Sudinkes", "staff Hana"],
}  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = make_database(tmp_path / "p.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def add(db: sqlite3.Connection, **details: Any) -> int:
    return record.append(db, Entry(1, EntryKind.NOTE, AT, 1, 1, details={**BODY, **details}))


def old(db: sqlite3.Connection, *entries: int) -> None:
    """Hash these entries in the clear, as before there were seals."""
    db.execute("DROP TRIGGER record_keeps")
    previous = ""
    for entry in entries:
        (body,) = db.execute("SELECT body FROM record WHERE id = ?", (entry,)).fetchone()
        value = chain.digest(previous, body)
        db.execute(
            "UPDATE record SET previous = ?, hash = ?, seal = '' WHERE id = ?",
            (previous, value, entry),
        )
        previous = value


def erase(db: sqlite3.Connection, entry: int, **instead: str) -> None:
    body, seal = db.execute("SELECT body, seal FROM record WHERE id = ?", (entry,)).fetchone()
    changed, text = sealing.erased(orjson.loads(body), Seal.parse(seal), instead)
    db.execute(
        "UPDATE record SET body = ?, seal = ? WHERE id = ?", (sealing.dumps(changed), text, entry)
    )


def forget(db: sqlite3.Connection, person: str = "orang no. 5", **left: str) -> None:
    digests = {path.replace("_", "."): chain.digest_of_words(words) for path, words in left.items()}
    details = {"by": "operator", "person": person, "left": digests}
    record.append(db, Entry(1, EntryKind.FORGOTTEN, AT, details=details))


def broken(db: sqlite3.Connection) -> tuple[int, str] | None:
    fault = record.verify(db).broken
    return (fault.entry, fault.reason) if fault else None


def test_names_and_free_words_are_found_wherever_they_stand() -> None:
    assert dict(sealing.words_of(BODY)) == {
        "by": "Siti",
        "answer.marks.0.typed": "kata Bu Ani",
        "attendants.0.name": "Ani",
        "created.0": "unit Sudinkes",
        "created.1": "staff Hana",
    }


def test_what_is_hashed_says_neither_names_nor_words_and_another_salt_says_otherwise() -> None:
    first, second = (sealing.sealed(BODY, Seal(sealing.new_seal())) for _ in range(2))
    for word in ("Siti", "Ani", "Sudinkes", "Hana"):
        assert word not in first
    assert "14250" in first
    assert first != second


def test_an_erased_word_leaves_its_commitment_and_not_its_salt() -> None:
    salt = sealing.new_seal()
    before = sealing.sealed(BODY, Seal(salt))
    body, seal = sealing.erased(BODY, Seal(salt), {"by": "orang no. 5"})
    assert body == {**BODY, "by": "orang no. 5"}
    assert salt not in seal
    assert sealing.sealed(body, Seal.parse(seal)) == before
    again, second = sealing.erased(body, Seal.parse(seal), {"attendants.0.name": "orang no. 6"})
    assert set(orjson.loads(second)["salts"]) == {"answer.marks.0.typed", "created.0", "created.1"}
    assert sealing.sealed(again, Seal.parse(second)) == before
    third, same = sealing.erased(again, Seal.parse(second), {"by": "orang no. 7"})
    assert (third["by"], orjson.loads(same)["gone"]["by"]) == (
        "orang no. 7", orjson.loads(seal)["gone"]["by"],
    )  # fmt: skip


def test_the_chain_holds_without_the_words_that_an_entry_says_went(db: sqlite3.Connection) -> None:
    add(db)
    erase(db, 1, by="orang no. 5")
    assert broken(db) == (1, "erased")
    forget(db, "orang no. 4")
    assert broken(db) == (1, "erased")
    forget(db)
    assert broken(db) is None


def test_what_is_left_of_free_words_is_on_record(db: sqlite3.Connection) -> None:
    add(db, text="Bu Siti keliru")
    erase(db, 1, text="orang no. 5 keliru")
    forget(db, **{"1_text": "orang no. 5 keliru"})
    assert broken(db) is None
    erase(db, 1, text="orang no. 5 benar")
    assert broken(db) == (1, "erased")


@pytest.mark.parametrize("carried", [False, True])
@pytest.mark.parametrize("change", ["'14250', '14251'", "'Dinkes', 'Bappeda'", "'kata', 'sabda'"])
def test_nothing_else_can_be_changed_behind_an_erased_word(
    db: sqlite3.Connection, carried: bool, change: str
) -> None:
    add(db)
    if carried:
        old(db, 1)
        carry_over(db)
    erase(db, 1, by="orang no. 5")
    forget(db)
    assert broken(db) is None
    db.execute("DROP TRIGGER IF EXISTS record_keeps")
    db.execute(f"UPDATE record SET body = replace(body, {change}) WHERE id = 1")
    assert broken(db) == ((2, "carried") if carried else (1, "hash"))


def test_a_record_of_before_is_carried_over_and_its_hashes_stay(db: sqlite3.Connection) -> None:
    add(db)
    add(db, reason="Salah")
    old(db, 1, 2)
    assert broken(db) is None
    before = db.execute("SELECT id, hash FROM record").fetchall()
    carry_over(db)
    assert broken(db) is None
    assert db.execute("SELECT id, hash FROM record").fetchall()[:2] == before
    kind, body = db.execute("SELECT kind, body FROM record WHERE id = 3").fetchone()
    carried = orjson.loads(body)
    assert (kind, carried["count"], carried["head"]) == ("carried", 2, before[-1][1])
    for change in ("'Siti', 'Sita'", "'14250', '1'"):
        db.execute("BEGIN")
        db.execute(f"UPDATE record SET body = replace(body, {change}) WHERE id = 1")
        assert broken(db) == (1, "hash")
        db.execute("ROLLBACK")
    db.execute("UPDATE record SET seal = 'aa' WHERE id = 2")
    assert broken(db) == (3, "carried")


def test_nobody_can_carry_over_a_second_time(db: sqlite3.Connection) -> None:
    add(db)
    details = {"by": "upgrade", "count": 1, "head": "x", "carried": "y"}
    record.append(db, Entry(1, EntryKind.CARRIED, AT, details=details))
    assert broken(db) == (1, "hash")
    db.execute("DROP TRIGGER record_stays")
    db.execute("DELETE FROM record")
    add(db)
    old(db, 1)
    carry_over(db)
    (body,) = db.execute("SELECT body FROM record WHERE kind = 'carried'").fetchone()
    again = {key: orjson.loads(body)[key] for key in ("by", "head", "carried")}
    record.append(db, Entry(1, EntryKind.CARRIED, AT, details=again))
    assert broken(db) == (3, "carried")


@pytest.mark.parametrize("seal", ["{", '{"gone":{},"salts":{}}'])
def test_a_seal_that_is_none(db: sqlite3.Connection, seal: str) -> None:
    add(db)
    db.execute("DROP TRIGGER record_keeps")
    db.execute("UPDATE record SET seal = ?", (seal,))
    assert broken(db) == (1, "hash")


def test_only_erasing_changes_an_entry(db: sqlite3.Connection) -> None:
    add(db)
    for assignment in (
        "body = ''",
        "seal = 'x'",
        "seal = '{\"gone\":{}}', at = ''",
        "seal = '{\"gone\":{}}', person_id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(f"UPDATE record SET {assignment}")
    erase(db, 1, by="orang no. 5")

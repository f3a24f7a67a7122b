"""Who signs the letters, as a roster says it: read, refused, applied, kept where a roster says nothing."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from bot.roster import RosterError, apply_roster, write_workbook
from bot.roster.roster_cells import read_workbook
from bot.roster.roster_yaml import read_text
from bot.storage.database import in_transaction
from bot.storage.roster import read_roster
from flows.model.letterheads import Letterhead
from tests.setup.rosters import NOW, SMALL

SAID = """\
letters:
  - of: "31.71"
    place: Jakarta
    signer: [a.n. Sekretaris Kota, Kepala Bagian Hukum]
    name: Hana
    number: "1975"
    copies: [Wali Kota]
  - of: "31"
"""
READ = (
    Letterhead(
        "31.71", "Jakarta", ("a.n. Sekretaris Kota", "Kepala Bagian Hukum"), "Hana", "1975", ("Wali Kota",)
    ),
    Letterhead("31"),
)  # fmt: skip


def applied(db: sqlite3.Connection, text: str) -> list[str]:
    roster = read_text(text, "r.yaml", Path())
    result = in_transaction(
        db, lambda connection: apply_roster(connection, roster, now=NOW, bot_username=None)
    )
    return [str(one) for one in result.changed]


def stored(db: sqlite3.Connection) -> tuple[Letterhead, ...]:
    current = read_roster(db)
    assert current is not None
    return current.period.letters


def test_they_are_stored_and_stay_until_a_roster_says_otherwise(db: sqlite3.Connection) -> None:
    applied(db, SMALL + SAID)
    assert stored(db) == READ
    assert applied(db, SMALL + SAID) == []
    assert applied(db, SMALL) == []
    assert stored(db) == READ, "a workbook, which has no place for them, takes nothing away"
    assert applied(db, SMALL + "letters: []\n") == ["period 2017: who signs the letters"]
    assert stored(db) == ()


@pytest.mark.parametrize(
    ("addition", "code"),
    [
        ('letters: [{of: "31.72"}]\n', "unknown_reference"),
        ('letters: [{of: "31"}, {of: "31"}]\n', "duplicate_code"),
        ('letters: [{of: "31", sign: [x]}]\n', "unknown_key"),
        ("letters: [{place: Jakarta}]\n", "missing_key"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(addition: str, code: str) -> None:
    with pytest.raises(RosterError) as caught:
        read_text(SMALL + addition, "r.yaml", Path())
    problems = [one for one in caught.value.problems if not one.is_warning]
    assert [one.code for one in problems] == [code]
    assert problems[0].line == SMALL.count("\n") + 1


ASKED = SMALL.replace(
    "  verification_deadline: 2017-05-15\n",
    "  verification_deadline: 2017-05-15\n"
    "  letter_number: W.10-HA.01.01-123\n  letter_date: 2017-01-30\n",
)


def asked_by(db: sqlite3.Connection) -> tuple[str, date | None]:
    current = read_roster(db)
    assert current is not None
    return current.period.letter_number, current.period.letter_date


def test_the_letter_that_asked_for_the_data_can_be_named_changed_and_taken_back(
    db: sqlite3.Connection,
) -> None:
    applied(db, SMALL)
    assert asked_by(db) == ("", None)
    assert applied(db, ASKED) == [
        "period 2017: letter_number (empty) → W.10-HA.01.01-123; letter_date (empty) → 2017-01-30"
    ]
    assert asked_by(db) == ("W.10-HA.01.01-123", date(2017, 1, 30))
    assert applied(db, ASKED) == []
    assert len(applied(db, SMALL)) == 1
    assert asked_by(db) == ("", None)


def test_its_number_may_stand_alone_and_its_date_may_not() -> None:
    number = ASKED.replace("  letter_date: 2017-01-30\n", "")
    assert read_text(number, "r.yaml", Path()).period.letter_date is None
    with pytest.raises(RosterError) as caught:
        read_text(ASKED.replace("  letter_number: W.10-HA.01.01-123\n", ""), "r.yaml", Path())
    assert [
        (one.code, one.params["key"]) for one in caught.value.problems if not one.is_warning
    ] == [("missing_key", "letter_number")]


def test_a_workbook_names_it_too() -> None:
    roster = read_text(ASKED, "r.yaml", Path())
    back = read_workbook(write_workbook(roster), "r.xlsx", Path())
    assert (back.period.letter_number, back.period.letter_date) == (
        "W.10-HA.01.01-123",
        date(2017, 1, 30),
    )
    dateless = read_text(ASKED.replace("  letter_date: 2017-01-30\n", ""), "r.yaml", Path())
    assert read_workbook(write_workbook(dateless), "r.xlsx", Path()).period.letter_date is None

"""A file of last year's answers: the exact words for whatever is wrong with it, and what it writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.roster import RosterError, apply_roster, bundled, load_roster
from bot.roster.previous_answers_file import (
    PreviousAnswersFile,
    PreviousAnswersResult,
    apply_previous_answers,
    bundled_previous_answers,
    read_previous_answers,
)
from bot.storage import record
from bot.storage.database import connect
from bot.storage.roster import Roster, read_roster
from bot.terminal import problem_line
from flows.model.answer_state import Previous
from scoring import Answer
from tests.setup.rosters import NOW, SMALL, dump

LAST = """\
year: 2015
note: menurut laporan
regions:
  "31.71":
    sudinkes:
      1: {kematian_ibu: 12, kelahiran_hidup: 14100}
      2: {value: 21.5}
    sudinsos:
      9: {tanpa_rumah: 0, keluarga_berpenghasilan_rendah: 0}
      15: {absence: not_available}
"""

FAULTS = [
    ("year: 2015", "year: 2016", [
        "wrong_year last.yaml:1: `year` is 2016, but the period 2017 is about 2016 — The year before is 2015: write"
        " that, or leave `year` out.",
    ]),
    ("year: 2015", "yaer: 2015", [
        "unknown_key last.yaml:1: `yaer` is not a key of the file of last year's answers — Allowed: year, note,"
        " regions. Did you mean `year`?",
    ]),
    ("menurut laporan", "menurut laporan yang ditandatangani kepala kantor", [
        "too_long last.yaml:2: `note` has 49 characters; 40 fit (“menurut laporan yang ditandatangani kepala"
        " kantor”) — Find a shorter wording.",
    ]),
    ("31.71", "31.17", [
        "unknown_reference last.yaml:4: `31.17` is not one of the regions of the period 2017 — Allowed: 31.71. Did"
        " you mean `31.71`?",
    ]),
    ("sudinkes:", "sudinkse:", [
        "unknown_reference last.yaml:5: `sudinkse` is not one of the offices of Jakarta Pusat — Allowed: sudinkes,"
        " sudinsos. Did you mean `sudinkes`?",
    ]),
    ("sudinkes:", "bagkum:", [
        "unknown_reference last.yaml:5: `bagkum` is not one of the offices of Jakarta Pusat — Allowed: sudinkes,"
        " sudinsos.",
    ]),
    ("      2: {", "      kematian-bayi: {", [
        "unknown_indicator last.yaml:7: There is no indicator kematian-bayi — Known: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,"
        " 12, 13, 14, 15, 16, 17. Did you mean `2`?",
    ]),
    ("      2: {", "      17: {", [
        "not_owed last.yaml:7: sudinkes does not owe indicator 17 in the period 2017 — Give it to an office that does:"
        " sudinsos.",
    ]),
    ("kelahiran_hidup: 14100", "kelahiran: 14100", [
        "unknown_key last.yaml:6: `kelahiran` is not a key of the answer to indicator 1 — Allowed: kematian_ibu,"
        " kelahiran_hidup, value, absence, accepted. Did you mean `kelahiran_hidup`?",
    ]),
    ("kematian_ibu: 12", "kematian_ibu: 15000", [
        "answer_refused last.yaml:6: Indicator 1: `kematian_ibu` is 15000, more than its whole of 14100 — Correct the"
        " figures.",
    ]),
    ("kematian_ibu: 12", "kematian_ibu: 1.000.000", [
        "bad_number last.yaml:6: `1.000.000` is not a number — Write plain digits, with a point before decimals: 1250"
        " or 12.5.",
    ]),
    ("      9: {tanpa_rumah: 0, keluarga_berpenghasilan_rendah: 0}", "      9: {value: 12}", [
        "answer_refused last.yaml:9: Indicator 9: ready values of several offices cannot be added, only their inputs"
        " — Correct the figures.",
    ]),
    ("      2: {value: 21.5}", "      2: 21.5", [
        "wrong_type last.yaml:7: `the answer to indicator 2` should be a group of keys, not “21.5” — Write a group of"
        " keys.",
    ]),
    (LAST[LAST.index("    sudinkes"):], "    - sudinkes\n", [
        "wrong_type last.yaml:5: `31.71` should be a group of keys, not a list — Write a group of keys.",
    ]),
    (LAST[LAST.index('  "31.71"'):], "  {}\n", [
        "nothing_in last.yaml:4: `regions` is empty — List at least one.",
    ]),
    (LAST[LAST.index("regions:"):], "", [
        "missing_key last.yaml:1: the file of last year's answers lacks `regions` — Add it.",
    ]),
    ("note:", "note: [", [
        "yaml_syntax last.yaml:3: This is not valid YAML: expected ',' or ']', but got ':' — Check quotes, colons and"
        " indentation.",
    ]),
]  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "p.db")
    apply_roster(connection, load_roster(SMALL), now=NOW, bot_username=None)
    yield connection
    connection.close()


def period(db: sqlite3.Connection) -> Roster:
    current = read_roster(db)
    assert current is not None
    return current


def last_year(db: sqlite3.Connection) -> dict[tuple[int, int], Previous]:
    current = period(db)
    return current.previous_answers.of(db, tuple(current.units))


def read(db: sqlite3.Connection, text: str = LAST) -> PreviousAnswersFile:
    return read_previous_answers(text, "last.yaml", period(db))


def load(db: sqlite3.Connection, text: str = LAST) -> PreviousAnswersResult:
    return apply_previous_answers(db, period(db), read(db, text), now=NOW)


@pytest.mark.parametrize(("before", "after", "lines"), FAULTS)
def test_every_fault_is_worded(
    db: sqlite3.Connection, before: str, after: str, lines: list[str]
) -> None:
    assert before in LAST
    with pytest.raises(RosterError) as caught:
        read(db, LAST.replace(before, after, 1))
    assert [problem_line(one) for one in caught.value.problems] == lines


def test_an_indicator_that_nobody_owes_says_so(db: sqlite3.Connection) -> None:
    alone = SMALL.replace("[9, 10, 11, 12, 13, 14, 15, 16, 17]", "[10, 11, 12, 13, 14, 15, 16]")
    apply_roster(db, load_roster(alone), now=NOW, bot_username=None)
    with pytest.raises(RosterError, match="that does: nobody does"):
        read(db, LAST.replace("      2: {", "      17: {"))


def test_the_year_may_be_left_out(db: sqlite3.Connection) -> None:
    assert read(db, LAST.replace("year: 2015\n", "")).year == 2015


def test_a_file_is_kept_and_put_on_record(db: sqlite3.Connection) -> None:
    result = load(db)
    assert (len(result.created), result.changed, result.same) == (4, [], [])
    kept = last_year(db)
    assert sorted(number for _, number in kept) == [1, 2, 9, 15]
    assert Previous(2015, Answer(value=Decimal("21.5")), "menurut laporan") in kept.values()
    verdict = record.verify(db)
    assert (verdict.entries, verdict.broken) == (2, None)
    (body,) = db.execute("SELECT body FROM record WHERE kind = 'previous'").fetchone()
    assert '"kematian_ibu":"12"' in body
    assert '"year":2015' in body


def test_the_second_time_changes_nothing(db: sqlite3.Connection) -> None:
    load(db)
    before = dump(db)
    result = load(db)
    assert (result.created, result.changed, len(result.same)) == ([], [], 4)
    assert dump(db) == before


def test_what_changed_is_told_and_what_the_file_lacks_stays(db: sqlite3.Connection) -> None:
    load(db)
    shorter = LAST.replace("      15: {absence: not_available}\n", "").replace("21.5", "22")
    result = load(db, shorter)
    assert [row.indicator_no for row in result.changed] == [2]
    assert (len(result.created), len(result.same)) == (0, 2)
    assert len(last_year(db)) == 4
    (body,) = db.execute("SELECT body FROM record ORDER BY id DESC LIMIT 1").fetchone()
    assert '"22"' in body
    assert "kematian_ibu" not in body


def test_the_bundled_figures_fit_the_bundled_roster(db: sqlite3.Connection) -> None:
    apply_roster(db, bundled("jakarta-pusat"), now=NOW, bot_username=None)
    given = bundled_previous_answers("jakarta-pusat", period(db))
    assert len({row.unit.id for row in given.rows}) == 10
    assert {row.previous.note for row in given.rows} == {"contoh"}

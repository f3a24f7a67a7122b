"""Papers of a period with levels: who approved and forwarded, how much, and whose name stands where it is signed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.papers import examination, recap
from bot.papers.paper_access import may_see
from bot.papers.pdf import pdf
from bot.storage import passings, periods, record
from bot.storage.database import in_transaction
from bot.storage.paper_rows import PaperRow
from bot.storage.record import Entry
from bot.storage.roster import read_roster
from flows.model.facts import Seat
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.model.workflow import Action
from tests.papers.conftest import SourceOf
from tests.papers.examples import PROOF
from tests.papers.reading import page_texts


def move(
    db: sqlite3.Connection, unit: int, number: int, action: Action, role: Role, by: str
) -> None:
    body = {"action": str(action), "next": "approved", "role": str(role), "reason": None, "by": by}
    entry = Entry(1, EntryKind.MOVE, "2017-03-20T03:00:00Z", unit, number, 1, details=body)
    in_transaction(db, lambda connection: record.append(connection, entry))


def switched_on(source_of: SourceOf, season: Path, kind: str, levels: str) -> object:
    with sqlite3.connect(season) as connection:
        connection.execute("UPDATE periods SET levels = ?", (levels,))
    connection.close()
    return source_of(season, kind, region_id=1)


def test_the_secretary_who_approved_is_named_where_it_is_signed(
    season: Path, source_of: SourceOf
) -> None:
    source = switched_on(source_of, season, "recap", "secretary, bureau")
    text = " ".join(page_texts(pdf(recap.drawn(source).paper, PROOF)))  # type: ignore[arg-type]
    assert "Persetujuan Sekretaris Kota/Daerah : belum, dari 21 isian" in text
    for number in (1, 2):
        move(source.connection, 1, number, Action.ENDORSE, Role.SECRETARY, "Joko Santoso")  # type: ignore[attr-defined]
    move(source.connection, 1, 1, Action.FORWARD, Role.BUREAU, "Lina")  # type: ignore[attr-defined]
    text = " ".join(page_texts(pdf(recap.drawn(source).paper, PROOF)))  # type: ignore[arg-type]
    assert (
        "Persetujuan Sekretaris Kota/Daerah : 2 dari 21 isian, terakhir 20 Maret 2017 oleh Joko Santoso"
        in text
    )
    assert (
        "Penerusan Biro Hukum provinsi : 1 dari 21 isian, terakhir 20 Maret 2017 oleh Lina" in text
    )
    assert text.count("Joko Santoso") == 2
    report = " ".join(page_texts(pdf(examination.drawn(source).paper, PROOF)))  # type: ignore[arg-type]
    assert "Persetujuan Sekretaris Kota/Daerah : 2 dari 21 isian" in report


def test_whom_the_paper_s_period_does_without_hears_no_figures_of_it(season: Path) -> None:
    """A paper by its code: figures are told to whom the period of that paper has."""
    with closing(sqlite3.connect(season)) as connection:
        roster = read_roster(connection)
        assert roster is not None
        row = PaperRow("PH-1", "recap", "pdf", 1, 1, None, None, "{}", 1, "", "", "", "", None, "")
        secretary = Seat(7, Role.SECRETARY, None, roster.regions[1])
        bureau = Seat(8, Role.BUREAU, province=roster.provinces[1])
        heard = []
        for levels in ("", "secretary", "secretary, bureau"):
            connection.execute("UPDATE periods SET levels = ?", (levels,))
            on = periods.levels(connection, row.period_id)
            heard.append([may_see(roster, [one], row, on) for one in (secretary, bureau)])
        assert heard == [[False, False], [True, False], [True, True]]
        assert periods.levels(connection, 99) == ()


def test_whom_the_kanwil_passed_over_signs_nothing(season: Path, source_of: SourceOf) -> None:
    source = switched_on(source_of, season, "recap", "secretary")
    move(source.connection, 1, 1, Action.ENDORSE, Role.KANWIL, "Budi")  # type: ignore[attr-defined]
    text = " ".join(page_texts(pdf(recap.drawn(source).paper, PROOF)))  # type: ignore[arg-type]
    assert "terakhir 20 Maret 2017 oleh Budi (Kanwil, tanpa menunggu)" in text
    assert "Sekretaris Kota/Daerah Jakarta Pusat, Budi" not in text
    assert "Penerusan" not in text


@pytest.mark.parametrize(
    ("action", "role", "holds"),
    [
        (Action.RESEND, Role.CONTACT, False), (Action.APPROVE, Role.COORDINATOR, False),
        (Action.UNDO, Role.COORDINATOR, False), (Action.SEND_BACK, Role.SECRETARY, False),
        (Action.UNDO, Role.KANWIL, True), (Action.VERIFY, Role.KANWIL, True),
        (Action.RETURN, Role.KANWIL, True), (Action.UNDO, Role.SECRETARY, False),
        (Action.UNDO, Role.BUREAU, True),
    ],
)  # fmt: skip
def test_what_lapses_is_counted_no_more(
    season: Path, source_of: SourceOf, action: Action, role: Role, *, holds: bool
) -> None:
    connection = source_of(season, "recap", region_id=1).connection
    move(connection, 1, 1, Action.ENDORSE, Role.SECRETARY, "Joko")
    move(connection, 1, 1, action, role, "Siti")
    assert bool(passings.of_units(connection, 1, [1])[Role.SECRETARY]) == holds

"""One row for each office and question: what was claimed and verified, where it stands, and since when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from bot.export import results as region_results
from bot.export.offices import by_region
from bot.export.scope import Scope
from bot.export.table import NARROW, WIDE, Cell, Column, Rows, Table
from bot.storage import log
from flows.contact import summary
from flows.model import totals
from flows.model.answer_state import State
from flows.model.facts import Board, Desk, Task
from flows.model.marks import Mark
from flows.policy.timing import zone_of
from messages.exporting import words
from scoring import Answer, Basis, Indicator, Score, part_score

BEFORE = {
    "region": 20, "region_code": 10, "unit": 24, "unit_code": 18, "indicator": 10, "name": WIDE,
    "right": 24, "state": 30, "absence": 18,
}  # fmt: skip
AFTER = {
    "value": NARROW, "measured": 24, "claimed": 12, "verified_value": NARROW, "verified": 12,
    "max": 12, "marks": 28, "shared": 24, "revision": 8, "receipt": 12, "by": 24, "answered_at": 20,
    "sent_at": 20, "late": 10, "judge": 24, "judge_role": 16, "judged_at": 20, "reason": WIDE,
    "evidence": 8, "zone": 8,
}  # fmt: skip


def table(connection: sqlite3.Connection, scope: Scope) -> Table:
    """Return the answers as a table; days, where given, select rows by their last change."""
    [answered] = tables(connection, scope)
    return answered


def tables(connection: sqlite3.Connection, scope: Scope, *, results: bool = False) -> list[Table]:
    """Return the answers, with `results` also what each region comes to; read region by region."""
    columns = _columns(scope)
    keys = [one.key for one in columns]
    cities: list[dict[str, Cell]] = []

    def rows() -> Iterator[tuple[Cell, ...]]:
        for board in by_region(connection, scope):
            setting = region_results.setting(scope, board)
            if results:
                cities.append(region_results.row(setting, board))
            score = totals.score_of(setting, board, board.offices)
            for row in _rows(connection, scope, board, _Points(score)):
                yield tuple(map(row.get, keys))

    kept = list(BEFORE).index("indicator") + 1
    answered = Table(words()["sheets"]["answers"], columns, Rows(rows()), kept)
    return [answered, region_results.table(cities)] if results else [answered]


def _columns(scope: Scope) -> tuple[Column, ...]:
    places = range(1, 1 + max(len(one.inputs) for one in scope.roster.period.instrument))
    inputs = {
        f"input_{place}{tail}": width
        for place in places
        for tail, width in (("_name", 28), ("", NARROW))
    }
    titles = words()["columns"]["answers"]
    columns = []
    for key, width in (BEFORE | inputs | AFTER).items():
        title = titles.get(key)
        if key in inputs:
            title = titles["input_name" if key.endswith("_name") else "input"]
            title = title.format(place=key.split("_")[1])
        columns.append(Column(key, title, width))
    return tuple(columns)


def _rows(
    connection: sqlite3.Connection, scope: Scope, board: Board, points: _Points
) -> Iterator[dict[str, Cell]]:
    offices = board.offices
    numbers = [office.unit.id for office in offices]
    sent = log.sendings(connection, scope.roster.period.id, numbers)
    for office in offices:
        for task in office.desk.tasks:
            at = sent.get((office.unit.id, task.indicator.no))
            row = _row(scope, office.desk, task, at, points)
            if row is not None:
                yield row


@dataclass(slots=True)
class _Points:
    """Points of a region's indicators: all offices that share one have the same, once they gave a part."""

    score: Score
    _verified: dict[int, Decimal | None] = field(default_factory=dict)

    def claimed(self, task: Task) -> Decimal | None:
        if task.is_open:
            return None
        known = self.score.indicator(task.indicator.no)
        return summary.points(task) if known.basis is Basis.IRRELEVANT else known.points

    def verified(self, task: Task) -> Decimal | None:
        if task.verified is None:
            return None
        no = task.indicator.no
        if no not in self._verified:
            self._verified[no] = summary.verified_points(task)
        return self._verified[no]


def _row(
    scope: Scope, desk: Desk, task: Task, sent: str | None, points: _Points
) -> dict[str, Cell] | None:
    region, indicator, mine, standing = desk.region, task.indicator, task.mine, task.standing
    changed = max((one.at for one in (mine, standing) if one), default=None)
    if (scope.since or scope.until) and (
        changed is None or not scope.holds(changed.astimezone(zone_of(region)), region.id)
    ):
        return None
    rights = {right.code: right.short for right in scope.roster.period.instrument.rights}
    row: dict[str, Cell] = {
        "region": region.name,
        "region_code": region.code,
        "unit": desk.unit.short,
        "unit_code": desk.unit.code,
        "indicator": indicator.no,
        "name": indicator.name,
        "right": rights[indicator.right],
        "state": words()["states"][summary.state_of(task)],
        "measured": indicator.unit,
        "claimed": points.claimed(task),
        "verified": points.verified(task),
        "max": indicator.max_points,
        "shared": ", ".join(part.unit for part in task.others) or None,
        "evidence": len(task.kept),
        "zone": region.zone,
    }
    row |= {f"input_{place}_name": one.name for place, one in enumerate(indicator.inputs, 1)}
    if mine is not None:
        row |= _given(indicator, mine.answer) | {
            "marks": _marks(indicator, mine.marks),
            "revision": mine.revision,
            "receipt": f"R-{mine.receipt:04d}",
            "by": scope.typed(mine.by),
            "answered_at": mine.at.astimezone(zone_of(region)),
            "reason": scope.typed(mine.reason),
        }
    if standing is not None:
        row["late"] = standing.late
    if sent is not None:
        row["sent_at"] = scope.local(sent, region.id)[0]
    if standing is not None and standing.state == State.VERIFIED:
        row |= {
            "judge": scope.typed(standing.by),
            "judge_role": words()["roles"][standing.role],
            "judged_at": standing.at.astimezone(zone_of(region)),
        }
        if task.verified is not None:
            row["verified_value"] = _value(indicator, task.verified)
    return row


def _given(indicator: Indicator, answer: Answer) -> dict[str, Cell]:
    """Return what one office gave: its inputs in the instrument's order, and its own part's value."""
    if answer.absence is not None:
        return {"absence": words()["absences"][answer.absence]}
    row: dict[str, Cell] = {"value": _value(indicator, answer)}
    for place, asked in enumerate(indicator.inputs, 1):
        value = (answer.inputs or {}).get(asked.code)
        options = {option.code: option.text for option in asked.options}
        if isinstance(value, tuple):
            row[f"input_{place}"] = "; ".join(options[code] for code in value)
        else:
            row[f"input_{place}"] = options.get(value, value) if isinstance(value, str) else value
    return row


def _marks(indicator: Indicator, marked: Iterable[Mark]) -> str | None:
    """Return the marks on the figures: "kematian ibu: perkiraan"; None where there are none."""
    names = {one.code: one.name for one in indicator.inputs}
    texts = words()["marks"]
    return (
        "; ".join(
            f"{names.get(one.input, indicator.name)}: {texts[one.code].format(typed=one.typed)}"
            for one in marked
        )
        or None
    )


def _value(indicator: Indicator, answer: Answer) -> Decimal | None:
    return part_score(indicator, answer).rounded

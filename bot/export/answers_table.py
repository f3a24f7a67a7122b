"""One row for each office and question: what was claimed and verified, where it stands, and since when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from bot.export.export_scope import ExportScope
from bot.export.offices_by_region import by_region, setting_of
from bot.export.table import NARROW, WIDE, Column, Rows, Table, TableCell
from bot.storage import log
from flows.contact import summary
from flows.model import totals
from flows.model.answer_state import State
from flows.model.facts import Board, Desk, Region, Task
from flows.model.marks import Mark
from flows.policy.timing import zone_of
from messages.export_words import state_words, words
from scoring import Answer, Basis, Indicator, IndicatorScore, Score, part_value
from scoring.explain import weakest

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
CODES = (
    "entry", "instrument", "criteria", "indicator_code", "right_code", "state_code", "absence_code",
    "inputs", "verified_inputs", "status", "verified_status", "judge_role_code",
)  # fmt: skip
"""What programs read besides: codes, the version of the criteria, and how sure the figures are."""


def table(
    connection: sqlite3.Connection,
    scope: ExportScope,
    seen: Callable[[Board], None] = lambda _: None,
    *,
    coded: bool = True,
) -> Table:
    """Return the answers as a table; days, where given, select rows by their last change.

    It is read region by region; `seen` is called with the board of each. `coded`: with what only programs
    read.
    """
    columns = _columns(scope, coded=coded)
    keys = [column.key for column in columns]

    def rows() -> Iterator[tuple[TableCell, ...]]:
        for board in by_region(connection, scope):
            seen(board)
            for row in _rows(connection, scope, board, coded=coded):
                yield tuple(map(row.get, keys))

    kept = list(BEFORE).index("indicator") + 1
    return Table(words()["sheets"]["answers"], columns, Rows(rows()), kept)


def _columns(scope: ExportScope, *, coded: bool) -> tuple[Column, ...]:
    places = range(
        1, 1 + max(len(indicator.inputs) for indicator in scope.roster.period.instrument)
    )
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
    return (*columns, *(Column(key, key, for_people=False) for key in CODES if coded))


def _rows(
    connection: sqlite3.Connection, scope: ExportScope, board: Board, *, coded: bool
) -> Iterator[dict[str, TableCell]]:
    points = _Points(totals.score_of(setting_of(scope, board), board, board.offices))
    numbers = [office.unit.id for office in board.offices]
    sent = log.sendings(connection, scope.roster.period.id, numbers)
    for desk in _desks(scope, board):
        for task in _chosen(scope, desk):
            at = sent.get((desk.unit.id, task.indicator.no))
            row = _row(scope, desk, task, at, points)
            if row is not None:
                yield row | _codes(scope, desk, task, points) if coded else row


class _Points(Struct):
    """Points of a region's indicators: all offices that share one have the same, once they gave a part."""

    score: Score
    _verified: dict[int, IndicatorScore | None] = field(default_factory=dict)

    def claimed(self, task: Task) -> Decimal | None:
        if task.is_open:
            return None
        known = self.score.indicator(task.indicator.no)
        return summary.points(task) if known.basis is Basis.IRRELEVANT else known.points

    def status(self, task: Task) -> str | None:
        """Return how sure the figures are; what others have put aside is asked of the office's own part."""
        known = self.score.indicator(task.indicator.no)
        return _status(summary.scored(task) if known.basis is Basis.IRRELEVANT else known)

    def verified(self, task: Task) -> IndicatorScore | None:
        if task.verified is None:
            return None
        no = task.indicator.no
        if no not in self._verified:
            self._verified[no] = summary.verified_score(task)
        return self._verified[no]


def places(connection: sqlite3.Connection, scope: ExportScope) -> frozenset[tuple[int, int]]:
    """Return the answers of a scope: unit and number, whenever they changed."""
    return frozenset(
        (desk.unit.id, task.indicator.no)
        for board in by_region(connection, scope)
        for desk in _desks(scope, board)
        for task in _chosen(scope, desk)
    )


def _desks(scope: ExportScope, board: Board) -> Iterator[Desk]:
    return (office.desk for office in board.offices if scope.unit_id in (None, office.unit.id))


def _chosen(scope: ExportScope, desk: Desk) -> Iterator[Task]:
    for task in desk.tasks:
        if scope.right in (None, task.indicator.right) and (
            scope.state in (None, summary.state_of(task))
        ):
            yield task


def _row(
    scope: ExportScope, desk: Desk, task: Task, sent: str | None, points: _Points
) -> dict[str, TableCell] | None:
    region, indicator, mine, standing = desk.region, task.indicator, task.mine, task.standing
    changed = max((one.at for one in (mine, standing) if one), default=None)
    if (scope.since or scope.until) and (
        changed is None or not scope.holds(changed.astimezone(zone_of(region)), region.id)
    ):
        return None
    checked = points.verified(task)
    state: Any = state_words(summary.station_of(task))
    row: dict[str, TableCell] = {
        "region": region.name,
        "region_code": region.code,
        "unit": desk.unit.short,
        "unit_code": desk.unit.code,
        "indicator": indicator.no,
        "name": indicator.name,
        "right": scope.roster.period.instrument.right(indicator.right).short,
        "state": state,
        "measured": indicator.unit,
        "claimed": points.claimed(task),
        "verified": checked.points if checked else None,
        "max": indicator.max_points,
        "shared": ", ".join(part.unit for part in task.others) or None,
        "evidence": len(task.kept),
        "zone": region.zone,
    }
    row |= {f"input_{place}_name": one.name for place, one in enumerate(indicator.inputs, 1)}
    row |= _answered(scope, region, task)
    if standing is not None:
        row["late"] = standing.late
    if sent is not None:
        row["sent_at"] = scope.local(sent, region.id)[0]
    return row | _verified(scope, region, task)


def _codes(scope: ExportScope, desk: Desk, task: Task, points: _Points) -> dict[str, TableCell]:
    """Return what programs read: the codes behind the words, by which criteria, and how sure these are."""
    indicator, instrument = task.indicator, scope.roster.instrument_of(desk.region.id)
    row: dict[str, TableCell] = {
        "instrument": instrument.code,
        "criteria": instrument.hash,
        "indicator_code": indicator.code,
        "right_code": indicator.right,
        "state_code": summary.state_of(task),
    }
    if task.mine is None:
        return row
    answer, standing = task.mine.answer, task.standing
    if standing is not None and standing.state == State.VERIFIED:
        row["judge_role_code"] = str(standing.role)
    if task.verified is not None:
        row["verified_inputs"] = _inputs(task.verified)
        row["verified_status"] = _status(points.verified(task))
    return row | {
        "entry": task.mine.receipt,
        "absence_code": str(answer.absence) if answer.absence else None,
        "inputs": _inputs(answer),
        "status": points.status(task),
    }


def _inputs(answer: Answer) -> dict[str, Any] | None:
    """Return what was given by the codes of the inputs; options by theirs."""
    return None if answer.inputs is None else dict(answer.inputs)


def _status(scored: IndicatorScore | None) -> str | None:
    """Return how sure the least sure figure is that decided the points."""
    status = weakest(scored.rests_on) if scored else None
    return str(status) if status else None


def _answered(scope: ExportScope, region: Region, task: Task) -> dict[str, TableCell]:
    """Return what the office gave, when and by whom; nothing where it gave nothing."""
    mine, indicator = task.mine, task.indicator
    if mine is None:
        return {}
    return _given(indicator, mine.answer) | {
        "marks": _marks(indicator, mine.marks),
        "revision": mine.revision,
        "receipt": f"R-{mine.receipt:04d}",
        "by": scope.typed(mine.by),
        "answered_at": mine.at.astimezone(zone_of(region)),
        "reason": scope.typed(mine.reason),
    }


def _verified(scope: ExportScope, region: Region, task: Task) -> dict[str, TableCell]:
    """Return who verified the answer, when, and with which value; nothing where nobody has."""
    standing = task.standing
    if standing is None or standing.state != State.VERIFIED:
        return {}
    judged: dict[str, TableCell] = {
        "judge": scope.typed(standing.by),
        "judge_role": words()["roles"][standing.role],
        "judged_at": standing.at.astimezone(zone_of(region)),
    }
    if task.verified is not None:
        judged["verified_value"] = part_value(task.indicator, task.verified)
    return judged


def _given(indicator: Indicator, answer: Answer) -> dict[str, TableCell]:
    """Return what one office gave: its inputs in the instrument's order, and its own part's value."""
    if answer.absence is not None:
        return {"absence": words()["absences"][answer.absence]}
    row: dict[str, TableCell] = {"value": part_value(indicator, answer)}
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
    names = {question.code: question.name for question in indicator.inputs}
    texts = words()["marks"]
    return (
        "; ".join(
            f"{names.get(mark.input, indicator.name)}: {texts[mark.code].format(typed=mark.typed)}"
            for mark in marked
        )
        or None
    )

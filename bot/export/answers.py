"""One row for each office and question: what was claimed and verified, where it stands, and since when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from bot.export.scope import Scope
from bot.export.table import NARROW, WIDE, Cell, Column, Table, made
from bot.storage import answers, log
from flows.contact import summary
from flows.model.answer_state import State
from flows.model.facts import Desk, Task
from flows.model.marks import Mark
from flows.policy.timing import zone_of
from messages.exporting import words
from scoring import Answer, Indicator, IndicatorScore, part_score
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


def table(connection: sqlite3.Connection, scope: Scope) -> Table:
    """Return the answers as a table; days, where given, select rows by their last change."""
    roster = scope.roster
    places = range(1, 1 + max(len(one.inputs) for one in roster.period.instrument))
    inputs = {
        f"input_{place}{tail}": width
        for place in places
        for tail, width in (("_name", 28), ("", NARROW))
    }
    base = made("answers", BEFORE | AFTER, (), codes=CODES)
    titles = words()["columns"]["answers"]
    plain = {one.key: one for one in base.columns}
    columns = []
    for key, width in (BEFORE | inputs | AFTER).items():
        if key in inputs:
            title = titles["input_name" if key.endswith("_name") else "input"]
            columns.append(Column(key, title.format(place=key.split("_")[1]), width))
        else:
            columns.append(plain[key])
    columns += [plain[key] for key in CODES]
    rows = [tuple(row.get(one.key) for one in columns) for row in _rows(connection, scope)]
    return Table(base.name, tuple(columns), rows, kept=list(BEFORE).index("indicator") + 1)


def _rows(connection: sqlite3.Connection, scope: Scope) -> Iterator[dict[str, Cell]]:
    sent = log.sendings(connection, scope.roster.period.id)
    for desk in _desks(connection, scope):
        for task in _chosen(scope, desk):
            row = _row(scope, desk, task, sent.get((desk.unit.id, task.indicator.no)))
            if row is not None:
                yield row


def places(connection: sqlite3.Connection, scope: Scope) -> frozenset[tuple[int, int]]:
    """Return the answers of a scope: unit and number, whenever they changed."""
    desks = _desks(connection, scope)
    return frozenset(
        (desk.unit.id, task.indicator.no) for desk in desks for task in _chosen(scope, desk)
    )


def _chosen(scope: Scope, desk: Desk) -> Iterator[Task]:
    for task in desk.tasks:
        if scope.right in (None, task.indicator.right) and (
            scope.state in (None, summary.state_of(task))
        ):
            yield task


def _desks(connection: sqlite3.Connection, scope: Scope) -> Iterator[Desk]:
    roster = scope.roster
    regions = [scope.region_id] if scope.region_id else list(roster.regions)
    for region_id in regions:
        units = [
            unit
            for unit in roster.units.values()
            if unit.region_id == region_id
            and unit.id in roster.owed
            and scope.unit_id in (None, unit.id)
        ]
        partners = sorted({other for unit in units for other in roster.partners(unit)})
        numbers = [unit.id for unit in units]
        known = answers.filed(connection, roster, numbers, scope.zone, partners)
        for unit in units:
            yield answers.desk(roster, unit, known)


def _row(scope: Scope, desk: Desk, task: Task, sent: str | None) -> dict[str, Cell] | None:
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
        "claimed": summary.points(task),
        "verified": summary.verified_points(task),
        "max": indicator.max_points,
        "shared": ", ".join(part.unit for part in task.others) or None,
        "evidence": len(task.kept),
        "zone": region.zone,
    } | _codes(scope, desk, task)
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
            "judge_role_code": str(standing.role),
            "judged_at": standing.at.astimezone(zone_of(region)),
        }
        if task.verified is not None:
            row["verified_value"] = _value(indicator, task.verified)
            row["verified_inputs"] = _inputs(task.verified)
            row["verified_status"] = _status(summary.verified_score(task))
    return row


def _codes(scope: Scope, desk: Desk, task: Task) -> dict[str, Cell]:
    """Return what programs read: the codes behind the words, by which criteria, and how sure these are."""
    indicator, instrument = task.indicator, scope.roster.instrument_of(desk.region.id)
    row: dict[str, Cell] = {
        "instrument": instrument.code,
        "criteria": instrument.hash,
        "indicator_code": indicator.code,
        "right_code": indicator.right,
        "state_code": summary.state_of(task),
    }
    if task.mine is None:
        return row
    answer = task.mine.answer
    return row | {
        "entry": task.mine.receipt,
        "absence_code": str(answer.absence) if answer.absence else None,
        "inputs": _inputs(answer),
        "status": _status(summary.scored(task)),
    }


def _inputs(answer: Answer) -> dict[str, Any] | None:
    """Return what was given by the codes of the inputs; options by theirs."""
    return None if answer.inputs is None else dict(answer.inputs)


def _status(scored: IndicatorScore | None) -> str | None:
    """Return how sure the least sure figure is that decided the points."""
    status = weakest(scored.rests_on) if scored else None
    return str(status) if status else None


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

"""The log of a period from the append-only record: who did what when, a sentence for each entry.

By default what staff and operators did, and who took which seat; with `everyone` also what offices did.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from bot.export import answers_table
from bot.export.export_scope import ExportScope
from bot.export.table import NARROW, WIDE, Table, TableCell, made
from bot.storage import codec, log
from bot.storage.log import LogEntry, SeatPlace
from flows.model.record_kinds import EntryKind
from flows.model.roles import STAFF
from flows.model.scope import Scope as Reminded
from messages.export_words import sentence, words

COLUMNS = {
    "entry": NARROW, "at": 20, "zone": 8, "region": 20, "unit": 24, "indicator": 10, "name": WIDE,
    "action": 26, "by": 24, "role": 16, "seat": 10, "text": 60, "detail": 60, "revision": 8,
    "recipients": 10, "kind": NARROW, "hash": NARROW,
}  # fmt: skip
CODES = (
    "receipt", "period", "instrument", "region_code", "unit_code", "indicator_code", "right_code",
    "role_code", "move", "state_code", "reason_code", "answer", "corrected",
)  # fmt: skip
"""What programs read; `move`: what was done with an answer, `state_code`: where it stands since."""
OPERATORS = frozenset(
    {
        EntryKind.SETUP, EntryKind.PREVIOUS, EntryKind.OPERATOR, EntryKind.RESTORED,
        EntryKind.CARRIED, EntryKind.FORGOTTEN, EntryKind.TIDIED, EntryKind.RENEWED, EntryKind.IMPORTED,
    }
)  # fmt: skip
SEATING = frozenset({EntryKind.JOINED})
LISTED = 20


class Context(Struct, frozen=True):
    """The tables beside the record, read once."""

    scope: ExportScope
    seats: dict[int, SeatPlace]
    invitations: dict[int, SeatPlace]
    recipients: dict[int, dict[str, int]]
    places: frozenset[tuple[int, int]] | None
    """The answers that are meant, where only some are."""


def read_context(
    connection: sqlite3.Connection, scope: ExportScope, entries: Iterable[LogEntry] | None = None
) -> Context:
    """Read what lies beside the record: all of it, or what some entries speak of."""
    seats = invitations = campaigns = None
    if entries is not None:
        entries = list(entries)
        seats = _spoken_of(entries, "seat", "replaces") | {entry.seat_id or 0 for entry in entries}
        invitations = _spoken_of(entries, "invitation")
        campaigns = _spoken_of(entries, "campaign")
    return Context(
        scope,
        log.seats(connection, seats),
        log.invitations(connection, invitations),
        log.recipients(connection, campaigns),
        answers_table.places(connection, scope) if scope.is_of_answers else None,
    )


def _spoken_of(entries: Iterable[LogEntry], *names: str) -> set[int]:
    """Return the numbers that entries have under these names."""
    given = (entry.body.get(name) for entry in entries for name in names)
    return {number for number in given if isinstance(number, int)}


def table(connection: sqlite3.Connection, scope: ExportScope, *, everyone: bool = False) -> Table:
    """Return the log as a table."""
    context = read_context(connection, scope)
    entries = log.entries(connection, scope.roster.period.id, scope.after)
    return of_entries(context, entries, everyone=everyone)


def of_entries(context: Context, entries: Iterable[LogEntry], *, everyone: bool) -> Table:
    """Return some entries as a table."""
    return made("log", COLUMNS, _rows(context, entries, everyone), codes=CODES)


def _rows(
    context: Context, entries: Iterable[LogEntry], everyone: bool
) -> Iterator[dict[str, TableCell]]:
    for entry in entries:
        role = role_of(entry, context.seats)
        if not everyone and role not in (*STAFF, "operator") and entry.kind not in SEATING:
            continue
        unit_id, region_id = _where(context, entry)
        if not _is_meant(context, entry, unit_id):
            continue
        moment, zone = context.scope.local(entry.at, region_id)
        if context.scope.holds(moment, region_id):
            row = _row(context, entry, role, unit_id, region_id)
            yield row | {"at": moment, "zone": zone}


def _row(
    context: Context, entry: LogEntry, role: str, unit_id: int | None, region_id: int | None
) -> dict[str, TableCell]:
    scope, body = context.scope, entry.body
    view = _view(context, entry)
    region, unit = scope.place(unit_id, region_id)
    instrument = {indicator.no: indicator.short for indicator in scope.roster.period.instrument}
    return {
        "entry": entry.entry_id,
        "region": region,
        "unit": unit,
        "indicator": entry.indicator,
        "name": instrument.get(entry.indicator or 0),
        "action": sentence(entry.kind, "title", view),
        "by": None if role in ("operator", "system") else scope.typed(body.get("by")),
        "role": words()["roles"].get(role, role),
        "seat": entry.seat_id,
        "text": sentence(entry.kind, "text", view),
        "detail": scope.typed(_detail(body)),
        "revision": entry.revision,
        "recipients": body.get("recipients"),
        "kind": entry.kind,
        "hash": entry.hash,
    } | _codes(context, entry, role, unit_id, region_id)


def _is_meant(context: Context, entry: LogEntry, unit_id: int | None) -> bool:
    """Tell whether an entry is of the office and of the answers that are asked for."""
    if context.places is not None:
        return (unit_id, entry.indicator) in context.places
    return context.scope.unit_id in (None, unit_id)


def _codes(
    context: Context, entry: LogEntry, role: str, unit_id: int | None, region_id: int | None
) -> dict[str, TableCell]:
    roster, body = context.scope.roster, entry.body
    region, unit = roster.regions.get(region_id or 0), roster.units.get(unit_id or 0)
    instrument = roster.instrument_of(region.id) if region else roster.period.instrument
    number = entry.indicator or 0
    indicator = instrument.indicator(number) if instrument.has(number) else None
    return {
        "receipt": f"R-{entry.entry_id:04d}",
        "period": roster.period.code,
        "instrument": instrument.code,
        "region_code": region.code if region else None,
        "unit_code": unit.code if unit else None,
        "indicator_code": indicator.code if indicator else None,
        "right_code": indicator.right if indicator else None,
        "role_code": role,
        "move": body.get("action"),
        "state_code": body.get("next"),
        "reason_code": body.get("code") if entry.kind == EntryKind.MOVE else None,
        "answer": body["answer"] if entry.kind == EntryKind.ANSWER else None,
        "corrected": body.get("corrected"),
    }


def role_of(entry: LogEntry, seats: dict[int, SeatPlace]) -> str:
    """Return the role that acted: a seat's, else operator, guest (by a one-question link) or system."""
    if entry.seat_id in seats:
        return seats[entry.seat_id].role
    if entry.kind in OPERATORS:
        return "operator"
    return "guest" if entry.kind == EntryKind.PROPOSED else "system"


def _where(context: Context, entry: LogEntry) -> tuple[int | None, int | None]:
    """Return the office and the region that an entry is about, else those of who acted."""
    body, scope = entry.body, context.scope
    about = None
    if entry.kind == EntryKind.SEAT:
        about = context.seats.get(body.get("seat", 0))
    elif entry.kind in (EntryKind.INVITED, EntryKind.REVOKED):
        about = context.invitations.get(body.get("invitation", 0))
    reminded = Reminded.parse(str(body.get("scope", "")))
    unit_id, region_id = entry.unit_id, body.get("region")
    if reminded and (reminded.unit_id or reminded.region_id):
        unit_id, region_id = reminded.unit_id, reminded.region_id
    elif unit_id is None and region_id is None:
        about = about or context.seats.get(entry.seat_id or 0)
        unit_id, region_id = (about.unit_id, about.region_id) if about else (None, None)
    return unit_id, scope.region_of(unit_id, region_id)


def _view(context: Context, entry: LogEntry) -> dict[str, Any]:
    """Return the body of an entry with what its sentence needs besides."""
    body, scope = dict(entry.body), context.scope
    match entry.kind:
        case EntryKind.MOVE:
            body["standing"] = words()["states"].get(body["next"], body["next"])
            body["figures"] = _corrected(scope, entry)
        case EntryKind.SEAT:
            body["whom"] = scope.whom(context.seats.get(body.get("seat", 0)), body.get("seat"))
        case EntryKind.JOINED:
            body["whom"] = scope.whom(context.seats.get(entry.seat_id or 0), entry.seat_id)
            if before := body.get("replaces"):
                body["replaced"] = scope.whom(context.seats.get(before), before)
        case EntryKind.INVITED | EntryKind.REVOKED:
            invitation_id = body.get("invitation", 0)
            body["whom"] = scope.whom(context.invitations.get(invitation_id), invitation_id)
        case EntryKind.REMINDED | EntryKind.ANNOUNCED:
            body["counts"] = context.recipients.get(body.get("campaign", 0), {})
        case EntryKind.RESTORED:
            body["until"] = scope.local(body["until"], None)[0] if body["until"] else None
        case EntryKind.EXTENDED | EntryKind.EXTENSION_ASKED | EntryKind.PAUSED:
            body["until"] = date.fromisoformat(body["until"]) if body["until"] else None
    return body


def _corrected(scope: ExportScope, entry: LogEntry) -> list[tuple[str, Any]]:
    """Return the reviewer's figures with their names, in the order in which they are asked for."""
    corrected = entry.body.get("corrected")
    if corrected is None or entry.indicator is None:
        return []
    indicator = scope.roster.period.instrument.indicator(entry.indicator)
    answer = codec.answer_of(indicator, corrected)
    if answer.inputs is None:
        return [(indicator.name, answer.value)]
    return [(question.name, answer.inputs.get(question.code)) for question in indicator.inputs]


def _detail(body: dict[str, Any]) -> str | None:
    """Return what people typed, or the list of what an operator changed."""
    for name in ("reason", "text", "title", "name"):
        if isinstance(body.get(name), str) and body[name]:
            return str(body[name])
    changes = [*body.get("changed", ()), *body.get("created", ())]
    more = f" … +{len(changes) - LISTED}" if len(changes) > LISTED else ""
    return "; ".join(str(change) for change in changes[:LISTED]) + more or None

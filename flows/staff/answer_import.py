"""Answers of another tool, sent as a file by an administrator: its map is shown once, then what it comes to.

Reading and storing are the shell's; this says what may be sent, what a tap means, and all that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.model import walks
from flows.model.answer_file import (
    AnswerFile,
    FileState,
    ProposedMap,
    RefusedRow,
    SettleAnswers,
    TakeAnswers,
    Tried,
)
from flows.model.buttons import AnyVerb, Button, Pressed, Verb, data
from flows.model.events import Tap, Upload
from flows.model.facts import StaffFacts
from flows.model.needs import PressedAnswers
from flows.model.outcome import Keyboard, Message, Notice, Outcome, Say, SentDocument, not_yours
from flows.model.roles import ADMIN, STAFF, Role
from flows.model.roster_draft import Wrong
from flows.model.sent_file import over_of
from flows.model.uploads import MOST, refused_before, shown_name

TABLES = (".csv", ".json", ".jsonl")
"""What can be nothing but answers; a workbook or YAML file may be a roster as well."""
SHOWN = 8
COLUMNS = 12
VERBS = frozenset({Verb.ANSWERS_MAP, Verb.ANSWERS_APPLY, Verb.ANSWERS_DROP})
AGREED: Mapping[AnyVerb, tuple[FileState, FileState, str]] = {
    Verb.ANSWERS_MAP: (FileState.ASKED, FileState.MAPPED, "import/trying"),
    Verb.ANSWERS_APPLY: (FileState.SHOWN, FileState.CONFIRMED, "import/storing"),
}
"""By what a tap agrees to: where the file has to stand, where it goes, and what is said."""


def command(facts: StaffFacts, _: str) -> Outcome:
    """`/impor`: what can be sent, and what comes of it."""
    return Outcome((), (Say("import/how", {"period": facts.period.code}),))


def whose(facts: StaffFacts, _: str) -> Outcome:
    """Tell staff who are no administrators whose the command is."""
    return Outcome((), (_not_yours(facts),))


def uploaded(facts: StaffFacts, event: Upload) -> Outcome | None:
    """Take a table of answers; None for anything else."""
    name = shown_name(event)
    if not name.casefold().endswith(TABLES):
        return None
    if facts.seat.role != Role.ADMIN:
        return Outcome((), (_not_yours(facts),))
    if why := refused_before(event):
        return Outcome((), (refused(why, name),))
    return Outcome((TakeAnswers(event),), (Say("import/reading", {"name": name}),))


def _not_yours(facts: StaffFacts) -> Say:
    elsewhere = any(seat.role == Role.ADMIN for seat in facts.seats)
    return Say("import/not_yours", {"elsewhere": elsewhere})


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, asked: PressedAnswers) -> Outcome:
    """✅ or ✖️ below a map or a preview. What is agreed to is done by the shell, once."""
    file = asked.file
    if file is None or facts.seat.role != Role.ADMIN:
        return not_yours(event)
    over = over_of(file, pressed.number(1), _standing(pressed.verb))
    if over is not None:
        return Outcome((), (Notice(event.query_id, "notice/import", {"over": over}, alert=True),))
    if pressed.verb == Verb.ANSWERS_DROP:
        state, name = FileState.DROPPED, "import/dropped"
    else:
        _, state, name = AGREED[pressed.verb]
    message = Say(name, {"name": file.name, "percent": 0}, edit=event.message_id)
    return Outcome((SettleAnswers(file.id, state, event.message_id),), (message,))


def _standing(verb: AnyVerb) -> set[FileState]:
    """Return the states in which a button may be pressed: any that waits for a yes may be dropped."""
    if verb == Verb.ANSWERS_DROP:
        return {needed for needed, _, _ in AGREED.values()}
    return {AGREED[verb][0]}


# What the shell says when it has read or stored a file


def refused(why: str, name: str, known: Sequence[str] = ()) -> Say:
    """Say why nothing of a file can be used; `known` are the regions that it may be about."""
    view = {"name": name, "why": why, "most": MOST // 2**20, "known": list(known)}
    return Say("import/refused", view)


def problems(name: str, faults: Sequence[Wrong], *, of_map: bool) -> Say:
    """Say what is wrong in a file or its map, each with its place."""
    rows = [
        {"what": fault.what, "fix": fault.fix, "line": fault.line, "nearest": fault.nearest}
        for fault in faults
    ]
    view = {"name": name, "rows": rows[:SHOWN], "more": len(rows[SHOWN:]), "of_map": of_map}
    return Say("import/problems", view)


def proposed(seat: int, file: AnswerFile, proposal: ProposedMap, text: str) -> tuple[Message, ...]:
    """Return the map as a file to be corrected, and what it says, to be agreed to."""
    rows = [
        {
            "heading": column.heading,
            "no": column.no,
            "question": column.question,
            "what": column.what,
        }
        for column in proposal.columns
    ]
    view = {
        "name": file.name,
        "columns": rows[:COLUMNS],
        "more": len(rows[COLUMNS:]),
        "region": proposal.region,
        "office": proposal.office,
        "unused": list(proposal.unused),
        "missing": proposal.missing,
        "rows": proposal.rows,
    }
    whole = {"name": file.name, "text": text}
    return (
        SentDocument("import/map", whole, "peta-impor.yaml", body="import/map_file"),
        Say("import/proposed", view, _keyboard(seat, file, Verb.ANSWERS_MAP, "import_map")),
    )


def preview(
    seat: int,
    file: AnswerFile,
    tried: Tried,
    until: datetime,
    *,
    kept: datetime | None,
    again: bool,
) -> tuple[Message, ...]:
    """Return what a file would store and what not; all that is refused as a file, where it is long.

    `kept`: when its map was agreed to, where that was for an earlier file.
    """
    view = _counted(file.name, tried) | {"until": until, "kept": kept, "again": again}
    apply = Button(
        "import_apply",
        data(Verb.ANSWERS_APPLY, seat, file.id, file.preview),
        {"count": tried.count},
        style="success",
    )
    drop = Button("import_drop", data(Verb.ANSWERS_DROP, seat, file.id, file.preview))
    message = Say("import/preview", view, ((apply, drop),) if tried.count else ())
    return (*_whole(file.name, tried), message)


def stored(name: str, tried: Tried, receipt: int | None) -> tuple[Message, ...]:
    """Return what was stored, and what was not, after all; `receipt` is the number of the import."""
    view = _counted(name, tried) | {"receipt": receipt}
    return (*_whole(name, tried), Say("import/stored", view))


def storing(name: str, percent: int, message_id: int | None) -> Say:
    """Say how far the storing is."""
    return Say("import/storing", {"name": name, "percent": percent}, edit=message_id)


def map_alone(name: str) -> Say:
    """Say that a map came while no file waits for one."""
    return Say("import/map_alone", {"name": name})


def seat_gone(name: str) -> Say:
    """Tell whoever agreed and holds the seat no more that nothing was stored."""
    return Say("import/seat_gone", {"name": name})


def _keyboard(seat: int, file: AnswerFile, verb: Verb, label: str) -> Keyboard:
    place = (seat, file.id, file.preview)
    agree = Button(label, data(verb, *place), style="success")
    return ((agree, Button("import_drop", data(Verb.ANSWERS_DROP, *place))),)


def _counted(name: str, tried: Tried) -> dict[str, Any]:
    rows = [_refused(row) for row in tried.refused]
    return {
        "name": name,
        "count": tried.count,
        "new": tried.new,
        "changed": tried.changed,
        "same": tried.same,
        "flagged": tried.flagged,
        "offices": tried.offices,
        "refused": rows[:SHOWN],
        "more": len(rows[SHOWN:]) + tried.unlisted,
    }


def _whole(name: str, tried: Tried) -> tuple[SentDocument, ...]:
    if len(tried.refused) <= SHOWN:
        return ()
    rows = [_refused(row) for row in tried.refused]
    whole = {"name": name, "refused": rows, "unlisted": tried.unlisted}
    return (
        SentDocument("import/all", whole, "yang-tidak-diimpor.txt", body="import/refused_file"),
    )


def _refused(row: RefusedRow) -> Mapping[str, Any]:
    return {
        "place": row.place,
        "why": row.why,
        "unit": row.unit,
        "indicator": row.indicator,
        "params": dict(row.params),
    }


ROUTES = (
    walks.staff.command("impor", command, roles=ADMIN, place=151),
    walks.staff.command("impor", whose, roles=STAFF - ADMIN),
    *(walks.staff.button(verb, on_tap, PressedAnswers) for verb in VERBS),
)

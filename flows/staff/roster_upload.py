"""A roster sent as a file by an administrator: read, shown as a preview, applied on a tap, links handed out.

Reading and applying are the shell's; this says what may be sent, what a tap means, and all that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flows.model import walks
from flows.model.buttons import INVITED, Button, Pressed, Verb, data, link_keys
from flows.model.events import Tap, Upload
from flows.model.facts import StaffFacts
from flows.model.needs import PressedRoster
from flows.model.outcome import (
    Message,
    Notice,
    Outcome,
    Say,
    SentDocument,
    not_yours,
)
from flows.model.roles import ADMIN, STAFF, Role
from flows.model.roster_changes import SettleRoster, TakeRoster
from flows.model.roster_contents import RosterContents, cells
from flows.model.roster_draft import (
    RosterFile,
    RosterPiece,
    RosterPlan,
    RosterState,
    SeatLink,
    Wrong,
)
from flows.model.sent_file import over_of
from flows.model.uploads import MOST, refused_before, shown_name

READ = (".xlsx", ".yaml", ".yml")
TABLES = (".csv", ".tsv", ".tab")
SHEETS = (*READ, *TABLES, ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
"""What is meant as a roster, also where another program has to save it first."""
SHOWN = 5
FITS = 240
"""Characters of one sentence on a phone; the file has it whole."""
LINKS = 10
"""So many links come as messages of their own, to be forwarded; more in one file."""
EMPTY = ("kosong", "empty")
VERBS = frozenset({Verb.ROSTER_APPLY, Verb.ROSTER_DROP})
ENDED = frozenset({"owes_no_more", "unheard", "retired"})
DATES = frozenset({"opens", "deadline", "verification_deadline"})


def command(facts: StaffFacts, args: str, contents: RosterContents) -> Outcome:
    """`/roster`: the period as a workbook; `kosong`, or where nothing is known: the empty one."""
    if args.strip().casefold() in EMPTY or not contents.units:
        empty = SentDocument(
            "roster/template", {}, "roster-peduli-ham.xlsx", made="roster_template"
        )
        return Outcome((), (empty,))
    view = {"period": facts.period.code, "units": len(contents.units)} | cells(contents)
    name = f"roster-{facts.period.code}.xlsx"
    return Outcome((), (SentDocument("roster/filled", view, name, made="roster"),))


def whose(facts: StaffFacts, _: str = "") -> Outcome:
    """Tell staff who are no administrators whose the command is."""
    return Outcome((), (_not_yours(facts, file=False),))


def uploaded(facts: StaffFacts, event: Upload) -> Outcome | None:
    """Take a document from staff; None where it is no matter of a roster."""
    name = (event.name or "").casefold()
    if facts.seat.role != Role.ADMIN:
        return Outcome((), (_not_yours(facts, file=True),)) if name.endswith(SHEETS) else None
    shown = shown_name(event)
    if not name.endswith(READ):
        view = {"name": shown, "old": name.endswith(SHEETS), "table": name.endswith(TABLES)}
        return Outcome((), (Say("roster/refused_kind", view),))
    if refusal := refused_before(event):
        return Outcome((), (refused(refusal, shown),))
    return Outcome((TakeRoster(event),), (Say("roster/reading", {"name": shown}),))


def _not_yours(facts: StaffFacts, *, file: bool) -> Say:
    elsewhere = any(seat.role == Role.ADMIN for seat in facts.seats)
    view = {"file": file, "elsewhere": elsewhere, "city": facts.seat.role == Role.COORDINATOR}
    return Say("roster/not_yours", view)


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, asked: PressedRoster) -> Outcome:
    """✅ or ✖️ below a preview. What is confirmed is applied by the shell, once, if nothing has changed."""
    file = asked.file
    if file is None or facts.seat.role != Role.ADMIN:
        return not_yours(event)
    over = over_of(file, pressed.number(1), (RosterState.SHOWN,))
    if over is not None:
        return Outcome((), (Notice(event.query_id, "notice/roster", {"over": over}, alert=True),))
    keep = pressed.verb == Verb.ROSTER_APPLY
    state = RosterState.CONFIRMED if keep else RosterState.DROPPED
    name = "roster/applying" if keep else "roster/dropped"
    message = Say(name, {"name": file.name}, edit=event.message_id)
    return Outcome((SettleRoster(file.id, state),), (message,))


# What the shell says when it has read or applied a file


def refused(why: str, name: str) -> Say:
    """Say why the file was not even read: too_big, empty, gone, unreadable."""
    return Say(f"roster/refused_{why}", {"name": name, "most": MOST // 2**20})


def problems(name: str, faults: Sequence[Wrong]) -> tuple[Message, ...]:
    """Return the first things wrong; where there are more, all of them as a file."""
    first = [_wrong(fault, FITS) for fault in faults[:SHOWN]]
    view = {"name": name, "rows": first, "count": len(faults), "codes": False}
    messages: tuple[Message, ...] = (Say("roster/problems", view),)
    if len(faults) <= SHOWN:
        return messages
    rows = [_wrong(fault) for fault in faults]
    whole = {"name": name, "rows": rows, "count": len(faults), "codes": True}
    return (
        *messages,
        SentDocument("roster/all", whole, "masalah-roster.txt", body="roster/problems_file"),
    )


def blocked(name: str, code: str, params: dict[str, Any]) -> Say:
    """Return the file reads well, but the database cannot follow it."""
    return Say("roster/blocked", {"name": name, "code": code, "params": params})


def preview(
    seat: int, file: RosterFile, plan: RosterPlan, until: datetime, *, again: bool
) -> tuple[Message, ...]:
    """Return what would happen, with the buttons; `again`: the data have changed since the last preview."""
    if not plan.is_effective:
        return (Say("roster/nothing", _view(file.name, plan, None)),)
    more = {"until": until, "again": again}
    rows = (
        (
            Button(
                "roster_apply",
                data(Verb.ROSTER_APPLY, seat, file.id, file.preview),
                style="success",
            ),
            Button("roster_drop", data(Verb.ROSTER_DROP, seat, file.id, file.preview)),
        ),
    )
    view = _view(file.name, plan, SHOWN)
    message = Say("roster/preview", view | more, rows)
    if not view["cut"]:
        return (message,)
    whole = _view(file.name, plan, None) | {"count": view["count"], "codes": True}
    return (
        SentDocument("roster/all", whole, "pratinjau-roster.txt", body="roster/preview_file"),
        message,
    )


def applied(
    name: str, plan: RosterPlan, links: Sequence[SeatLink], receipt: int
) -> tuple[Message, ...]:
    """Return the confirmation, then the invitations, each for one person."""
    view = _view(name, plan, None) | {"receipt": receipt, "in_file": len(links) > LINKS}
    done = Say("roster/applied", view)
    if len(links) > LINKS:
        whole = {"links": [_link(link) for link in links], "count": len(links), "name": name}
        return (done, SentDocument("roster/links", whole, "undangan.txt", body="roster/links_file"))
    return (
        done,
        *(
            Say("roster/link", _link(link), link_keys(link.url, INVITED, {"label": link.label}))
            for link in links
        ),
    )


def seat_gone(name: str) -> Say:
    """Tell whoever confirmed and holds the seat no more that nothing was applied."""
    return Say("roster/seat_gone", {"name": name})


def _link(link: SeatLink) -> dict[str, Any]:
    return {
        "region": link.region,
        "label": link.label,
        "role": link.role,
        "link": link.url,
        "expires": link.expires,
    }


def _wrong(fault: Wrong, most: int | None = None) -> dict[str, Any]:
    return {
        "code": fault.code,
        "what": _short(fault.what, most),
        "fix": _short(fault.fix, most),
        "line": fault.line,
        "sheet": fault.sheet,
        "cell": fault.cell,
        "nearest": fault.nearest,
    }


def _short(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[:most]}…"


def _view(name: str, plan: RosterPlan, most: int | None) -> dict[str, Any]:
    """Return the plan in its piles, each with at most so many rows."""
    piles = {
        "created": [_row(one) for one in plan.created],
        "changed": list(_rows(plan.changed, ended=False)),
        "ended": list(_rows(plan.changed, ended=True)),
        "proposed": [_row(one) for one in plan.proposed],
        "left": [_row(one) for one in plan.left],
        "warnings": [_wrong(warning, FITS if most else None) for warning in plan.warnings],
    }
    counted: dict[str, int] = {}
    for piece in plan.created:
        counted[piece.what] = counted.get(piece.what, 0) + 1
    return {
        "name": name,
        "period": plan.period,
        "piles": {
            key: {"rows": rows[:most], "more": len(rows[most:]) if most else 0, "count": len(rows)}
            for key, rows in piles.items()
        },
        "counted": counted,
        "same": {key: count for key, count in plan.same.items() if count},
        "links": plan.links,
        "count": sum(len(rows) for rows in piles.values()),
        "codes": False,
        "cut": most is not None and any(len(rows) > most for rows in piles.values()),
    }


def _rows(pieces: Iterable[RosterPiece], *, ended: bool) -> Iterable[dict[str, Any]]:
    for piece in pieces:
        lines = tuple(effect for effect in piece.effects if (effect[0] in ENDED) == ended)
        if lines:
            yield _row(RosterPiece(piece.what, piece.name, lines))


def _row(piece: RosterPiece) -> dict[str, Any]:
    lines = [{"code": code, **_dated(params)} for code, params in piece.effects]
    return {"what": piece.what, "name": piece.name, "told": lines}


def _dated(params: Any) -> dict[str, Any]:
    """Return dates as dates, so that people read them their way."""
    dates = {name for name in ("old", "new") if params.get("column") in DATES}
    dates |= DATES & set(params)
    return {
        name: date.fromisoformat(value) if name in dates else value
        for name, value in params.items()
    }


ROUTES = (
    walks.staff.command("roster", command, RosterContents, roles=ADMIN, place=150),
    walks.staff.command("roster", whose, roles=STAFF - ADMIN),
    *(walks.staff.button(verb, on_tap, PressedRoster) for verb in VERBS),
)

"""How far a region and an office are, as staff see it: progress, points, who is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flows import summary, timing
from flows.buttons import Button, Verb, data
from flows.facts import Board, Facts, Office, Region
from flows.outcome import Keyboard, Say
from flows.roles import Role
from flows.standing import RETURNED_STATES, State
from flows.tallies import Tallies
from scoring import Response, Score, score

SHOWN, NAMED = 12, 12
"""Lines of offices, and names in one line, that still fit a phone's screen."""


def region_score(facts: Facts, offices: tuple[Office, ...], *, verified: bool = False) -> Score:
    """The score of a region from all of its offices' answers; halves of one indicator are added.

    `verified`: over what was verified alone, with the reviewers' corrections.
    """
    responses: dict[int, Response] = {}
    for office in offices:
        for task in office.desk.tasks:
            before = responses.get(task.indicator.no, Response(parts=(), expected=0))
            answer = task.verified if verified else task.claimed
            own = (answer,) if answer else ()
            responses[task.indicator.no] = Response(before.parts + own, before.expected + 1)
    return score(facts.the_period.instrument, responses)


def score_of(facts: Facts, offices: tuple[Office, ...], *, verified: bool = False) -> Score:
    """The same for a board, found again where nothing has changed since it was last counted."""
    desks = tuple(office.desk for office in offices)
    key = (offices[0].unit.region_id if offices else 0, verified)
    board = facts.board or (facts.group.board if facts.group else None)
    tallies = board.tallies if board else Tallies()
    return tallies.of(key, desks, lambda: region_score(facts, offices, verified=verified))


def region_view(facts: Facts, region: Region, offices: tuple[Office, ...]) -> dict[str, Any]:
    """Numbers of one region: done and total over its offices, points, and rating if closed now."""
    done = sum(1 for office in offices for task in office.desk.tasks if not task.is_open)
    total = sum(len(office.desk.tasks) for office in offices)
    result = score_of(facts, offices)
    states = [task.state for office in offices for task in office.desk.tasks]
    checked = score_of(facts, offices, verified=True) if State.VERIFIED in states else None
    return {
        "sent": sum(1 for state in states if state not in (State.EMPTY, State.DRAFT)),
        "returned": sum(1 for state in states if state in RETURNED_STATES),
        "verified": sum(1 for state in states if state == State.VERIFIED),
        "late": sum(
            1 for office in offices for t in office.desk.tasks if t.standing and t.standing.late
        ),
        "total_verified": checked.total_if_closed_now if checked else Decimal(0),
        "region": region.name,
        "done": done,
        "total": total,
        "percent": done * 100 // total if total else 0,
        "joined": sum(1 for office in offices if office.contacts),
        "offices": len(offices),
        "total_now": result.total,
        "total_closed": result.total_if_closed_now,
        "rating": result.rating.name if result.rating else None,
        "rating_closed": result.rating_if_closed_now.name if result.rating_if_closed_now else None,
        "unconfirmed": result.unconfirmed,
        "simulation": result.simulation,
    }


def is_behind(office: Office) -> bool:
    """Whether anything is left to do for the office."""
    return any(task.is_open or task.is_returned for task in office.desk.tasks)


def left(office: Office) -> int:
    """How many of its questions are open."""
    return sum(1 for task in office.desk.tasks if task.is_open)


def reach(office: Office) -> str:
    """Whether anybody of the office can be written to: ok, not_joined, unreachable."""
    if not office.contacts:
        return "not_joined"
    return "ok" if any(contact.reachable for contact in office.contacts) else "unreachable"


def office_view(facts: Facts, office: Office) -> dict[str, Any]:
    """An office in a list: who holds it, how far it is, until when, and since when it is late."""
    return {
        "behind": is_behind(office),
        "name": office.unit.name,
        "short": office.unit.short,
        "state": reach(office),
        "contacts": [contact.name for contact in office.contacts],
        "deadline": timing.deadline(facts, office.desk),
        "days_left": timing.days_left(facts, office.desk),
        "extended": office.desk.extension is not None,
        "returned": sum(1 for task in office.desk.tasks if task.is_returned),
        **summary.progress(office.desk),
    }


def owing(offices: tuple[Office, ...]) -> tuple[Office, ...]:
    """The offices that owe something in this period."""
    return tuple(office for office in offices if office.desk.tasks)


def region_status(facts: Facts, region: Region) -> Say:
    """Offices behind first; who has not joined is said by name."""
    view = region_card(facts, facts.the_board, region)
    return Say("staff/region", view, _region_keyboard(facts, region, sent=view["sent"] > 0))


def region_card(facts: Facts, board: Board, region: Region) -> dict[str, Any]:
    """Numbers of one region with its offices, those behind first."""
    offices = owing(board.of_region(region))
    ranked = sorted(offices, key=lambda office: _rank(facts, office))
    behind = [office for office in ranked if is_behind(office)]
    fine = [office.unit.short for office in ranked if not is_behind(office)]
    return {
        **region_view(facts, region, offices),
        "rows": [office_view(facts, office) for office in behind[:SHOWN]],
        "more": max(0, len(behind) - SHOWN),
        "fine": fine[:NAMED],
        "more_fine": max(0, len(fine) - NAMED),
        "deadline": facts.the_period.deadline,
        "days_left": (facts.the_period.deadline - timing.local_day(facts, region)).days,
    }


def _region_keyboard(facts: Facts, region: Region, *, sent: bool) -> Keyboard:
    seat = facts.the_seat.id
    compare = ((Button("losses", data(Verb.LOSSES, seat, region.id)),),) if sent else ()
    return (
        *compare,
        (
            Button("late", data(Verb.LATE, seat, region.id)),
            Button("picture", data(Verb.PICTURE, seat, region.id)),
        ),
        (
            Button("remind", data(Verb.REMIND, seat, f"r{region.id}")),
            Button("refresh", data(Verb.REGION, seat, region.id)),
        ),
    )


def _rank(facts: Facts, office: Office) -> tuple[bool, bool, int, str]:
    """Late ones first, then those out of reach, then those with most to do; works out no points."""
    in_time = timing.days_left(facts, office.desk) >= 0
    return (in_time, reach(office) == "ok", -left(office), office.unit.short)


def office_status(facts: Facts, office: Office) -> Say:
    """One office: each question with its state and points."""
    region = next(one for one in facts.the_board.regions if one.id == office.unit.region_id)
    rows = [
        {
            "no": task.indicator.no,
            "name": task.indicator.name,
            "open": task.is_open,
            "absence": str(task.mine.answer.absence)
            if task.mine and task.mine.answer.absence
            else None,
            "points": summary.points(task),
            "verified": summary.verified_points(task),
            "state": str(task.state),
            "late": task.standing is not None and task.standing.late,
            "at": task.mine.at if task.mine else None,
            "by": task.mine.by if task.mine else None,
        }
        for task in office.desk.tasks
    ]
    seat, unit = facts.the_seat.id, office.unit.id
    first = (
        Button("remind", data(Verb.REMIND, seat, f"u{unit}")),
        Button("invite", data(Verb.INVITE, seat, unit)),
    )
    extend = (Button("extend", data(Verb.EXTEND, seat, unit)),)
    keyboard = (first, extend) if facts.the_seat.role != Role.COORDINATOR else (first,)
    view = {**office_view(facts, office), "region": region.name, "rows": rows}
    view["reason"] = office.desk.extension.reason if office.desk.extension else None
    return Say("staff/office", view, keyboard)

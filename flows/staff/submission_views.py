"""What the card of a city's submission says, what is asked back, and who hears of a decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flows.model.answer_state import State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Contact, Office, Region, StaffFacts, require
from flows.model.levels import at_level
from flows.model.needs import Holders
from flows.model.outcome import Say
from flows.model.roles import LEVELS, Role
from flows.model.tasks import Task
from flows.model.workflow import BEHIND_CITY, Action, turn_of
from flows.reading.sentences import LENGTHS
from flows.staff import progress_views, review_queue

SHOWN = 12
Waiting = tuple[Office, Task]


def cities(facts: StaffFacts, regions: Sequence[Region]) -> Say:
    """Return how many answers of each city wait here, those with most first."""
    rows = []
    for region in regions:
        counts = _counts(facts, region)
        rows.append({"id": region.id, "region": region.name, **counts})
    rows.sort(key=lambda row: (-row["waiting"], row["region"]))
    keyboard = tuple(
        (
            Button(
                "submission_city",
                data(Verb.SUBMISSION, facts.seat.id, row["id"]),
                {"name": row["region"], "count": row["waiting"]},
            ),
        )
        for row in rows
    )
    return Say("submission/cities", {"rows": rows, "role": str(facts.seat.role)}, keyboard)


def card(facts: StaffFacts, region: Region, waiting: Sequence[Waiting]) -> dict[str, Any]:
    """Return all that is needed for a decision: what waits, what is missing, where the rest is."""
    offices = progress_views.owing(facts.board.of_region(region))
    numbers = progress_views.region_view(facts, facts.board, offices, region)
    return {
        **numbers,
        **_counts(facts, region),
        "role": str(facts.seat.role),
        "waiting": len(waiting),
        "mended": sum(1 for _, task in waiting if task.state == State.FIXED),
        "secretary": Role.SECRETARY in facts.period.levels,
        "rows": _rows(waiting)[:SHOWN],
        "more": max(0, len(_rows(waiting)) - SHOWN),
        "own": any(review_queue.owns(facts.seats, office) for office in offices),
    }


def asked(facts: StaffFacts, region: Region, waiting: Sequence[Waiting], of: int) -> Say:
    """Return what would pass, before anything is done."""
    seat, role = facts.seat.id, facts.seat.role
    place = (region.id, of)
    count = {"count": len(waiting)}
    sure = data(Verb.SUBMISSION_ON, seat, *place, "y")
    rows = [(Button(f"submission_sure_{role}", sure, count, "success"),)]
    if role == Role.BUREAU:
        rows.append((Button("submission_note", data(Verb.SUBMISSION_NOTE, seat, *place)),))
    rows.append((Button("cancel", data(Verb.SUBMISSION, seat, region.id)),))
    return Say("submission/asked", card(facts, region, waiting), tuple(rows))


def words_asked(
    facts: StaffFacts,
    region: Region,
    waiting: Sequence[Waiting],
    action: Action,
    *,
    problem: bool = False,
) -> Say:
    """Ask for the reason of a return or of taking back, or for the note to the Kanwil."""
    view = {
        "region": region.name,
        "count": len(waiting),
        "action": str(action),
        "undone": _undone(waiting),
        "problem": problem,
        "most": LENGTHS[-1],
    }
    back = Button("cancel", data(Verb.SUBMISSION, facts.seat.id, region.id))
    return Say("submission/ask_words", view, ((back,),))


def done(
    facts: StaffFacts,
    region: Region,
    waiting: Sequence[Waiting],
    action: Action,
    words: str | None,
    undo: tuple[Button, ...],
    edit: int | None,
) -> Say:
    """Return what was done, and who is next; `undo` takes it back."""
    back = Button("submission_again", data(Verb.SUBMISSION, facts.seat.id, region.id))
    view = _decision(facts, region, waiting, action, words)
    return Say("submission/done", view, ((back,), *((undo,) if undo else ())), edit=edit)


def heard(
    facts: StaffFacts,
    region: Region,
    waiting: Sequence[Waiting],
    action: Action,
    words: str | None,
    holders: Holders,
) -> tuple[Say, ...]:
    """Return who hears of it: Bagian Hukum of what its secretary did, the Kanwil of a note, and of what it
    may no longer look at.
    """
    view = _decision(facts, region, waiting, action, words)
    if facts.seat.role == Role.SECRETARY:
        hearers = _of(holders, {Role.COORDINATOR}, region)
    else:
        hearers = _of(holders, {Role.KANWIL}, None) if words else ()
    is_work = action not in (Action.ENDORSE, Action.UNDO)
    return tuple(
        Say(
            "submission/told",
            view,
            ((Button("open_queue", data(Verb.QUEUE, hearer.seat_id), style="primary"),),)
            if is_work
            else (),
            chat_id=hearer.chat_id,
            quiet=not is_work,
        )
        for hearer in hearers
        if hearer.chat_id != facts.chat_id
    )


def _of(holders: Holders, roles: Collection[Role], region: Region | None) -> tuple[Contact, ...]:
    return tuple(
        holder.contact
        for holder in holders.seats
        if holder.seat.role in roles
        and (region is None or holder.seat.region == region)
        and holder.contact.reachable
        and not holder.suspended
    )


def _decision(
    facts: StaffFacts,
    region: Region,
    waiting: Sequence[Waiting],
    action: Action,
    words: str | None,
) -> dict[str, Any]:
    following = turn_of(facts.period.levels, State.APPROVED, action, facts.seat.role)
    return {
        "region": region.name,
        "count": len(waiting),
        "action": str(action),
        "undone": _undone(waiting),
        "words": words,
        "by": facts.name,
        "role": str(facts.seat.role),
        "next": "coordinator" if action == Action.SEND_BACK else str(following),
    }


def _undone(waiting: Sequence[Waiting]) -> str:
    """Return what was decided last about these answers: for the words of taking it back."""
    return require(waiting[0][1].standing).action


def _counts(facts: StaffFacts, region: Region) -> dict[str, Any]:
    """Return where the answers of a city are: before this level, at it, behind it."""
    role = facts.seat.role
    offices = progress_views.owing(facts.board.of_region(region))
    tasks = [task for office in offices for task in office.desk.tasks]
    before = LEVELS[: LEVELS.index(role)]
    behind = [office.unit.short for office in offices if not office.desk.is_done]
    return {
        "waiting": len(review_queue.waiting(role, offices)),
        "passed": sum(1 for task in tasks if _is_behind(task, role)),
        "before": [
            {"role": str(one), "count": count}
            for one in before
            if (count := sum(1 for task in tasks if at_level(task) == one))
        ],
        "in_city": sum(1 for task in tasks if task.state == State.SENT),
        "in_offices": sum(1 for task in tasks if task.is_returned or not _is_sent(task)),
        "behind": behind[:SHOWN],
        "more_behind": max(0, len(behind) - SHOWN),
        "total": len(tasks),
    }


def _is_sent(task: Task) -> bool:
    return task.state not in (State.EMPTY, State.DRAFT)


def _is_behind(task: Task, role: Role) -> bool:
    """Tell whether an answer has passed this level."""
    if task.state == State.VERIFIED:
        return True
    if task.state not in BEHIND_CITY:
        return False
    turn = task.turn
    return turn not in LEVELS or LEVELS.index(turn) > LEVELS.index(role)


def _rows(waiting: Sequence[Waiting]) -> list[dict[str, Any]]:
    """Return the offices of what waits, each with what it mended and what came late."""
    piles: dict[str, list[Task]] = {}
    for office, task in waiting:
        piles.setdefault(office.unit.short, []).append(task)
    return [
        {
            "short": short,
            "count": len(pile),
            "mended": sum(1 for task in pile if task.state == State.FIXED),
            "late": sum(1 for task in pile if task.standing and task.standing.late),
        }
        for short, pile in piles.items()
    ]

"""What a coordination meeting looks like: its agenda, one criterion before those present, what closing does.

The same in a private chat and in a group; who may decide is asked where the buttons are answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flows.contact import criteria_views
from flows.contact.criteria_views import named
from flows.model import criteria as model
from flows.model.buttons import Button, Verb, data
from flows.model.criteria import (
    Coordination,
    Criterion,
    Decision,
    Meeting,
    MeetingVerdict,
    Proposal,
    Sort,
)
from flows.model.facts import Board, Seat
from flows.model.outcome import Keyboard, Say
from flows.staff import criteria_effect, progress_views
from scoring import Instrument
from scoring.amending import AgreementOccasion, Amended, Change, amended

NEXT, LISTED, EFFECTS = 5, 12, 3
"""Criteria that the agenda names ahead, decisions that closing lists, proposals shown with their effect."""


class Floor(Struct, frozen=True):
    """A meeting as somebody sees it. `may_decide`: from a seat of the Kanwil; `seat` is 0 in a group.

    `audience`: the cities whose totals may be shown here, by id; None where it is all of the board.
    """

    instrument: Instrument
    board: Board
    talk: Coordination
    seat: int
    may_decide: bool
    audience: frozenset[int] | None = None

    @property
    def meeting(self) -> Meeting:
        """The meeting that is open; AssertionError where none is."""
        assert self.talk.meeting is not None, "asked for where a meeting is open"
        return self.talk.meeting

    @property
    def decided(self) -> list[tuple[Criterion, Decision]]:
        """What was decided, with the criterion that each decision is about."""
        pairs = (
            (model.find(self.instrument, decision.criterion), decision)
            for decision in self.meeting.decisions
        )
        return [(criterion, one) for criterion, one in pairs if criterion is not None]


def is_kanwil(seat: Seat | None) -> bool:
    """Tell whether a seat agrees for its province."""
    return seat is not None and seat.role == "kanwil"


# The agenda


def agenda(floor: Floor) -> tuple[Criterion, ...]:
    """Return what is to be spoken about: all that is not settled, and all that somebody spoke of.

    Ordered by how many points hang on it; what the meeting has decided stays in its place.
    """
    talk = floor.talk
    spoken = {comment.criterion for comment in talk.news} | {
        proposal.criterion for proposal in talk.proposals
    }
    decided = (
        {decision.criterion for decision in floor.meeting.decisions} if talk.meeting else set()
    )
    unsettled = {one.code for one in model.unsettled(floor.instrument)}
    wanted = unsettled | spoken | decided
    listed = [one for one in model.all_of(floor.instrument) if one.code in wanted]
    points = hanging(floor, listed)
    return tuple(sorted(listed, key=lambda criterion: -points[criterion.code]))


def hanging(floor: Floor, listed: Iterable[Criterion]) -> dict[str, int]:
    """Return how many points hang on each criterion: the most that it can bring in all cities together.

    On a rule for all hang the points of all indicators. Who sees no city's answers counts one city.
    """
    counts: Counter[int] = Counter()
    for region in floor.board.regions:
        offices = progress_views.owing(floor.board.of_region(region))
        counts.update({task.indicator.no for office in offices for task in office.desk.tasks})
    usual = 0 if counts else 1
    each = {
        indicator.no: indicator.max_points * counts.get(indicator.no, usual)
        for indicator in floor.instrument
    }
    whole = int(sum(each.values()))
    return {
        criterion.code: int(each[int(criterion.name)])
        if criterion.sort == Sort.INDICATOR
        else whole
        for criterion in listed
    }


def overview(floor: Floor) -> Say:
    """Return how far the meeting is, what comes next, and the buttons of whoever looks at it."""
    meeting, items = floor.meeting, agenda(floor)
    open_items = [one for one in items if meeting.decision(one.code) is None]
    counted = {str(verdict): 0 for verdict in MeetingVerdict}
    for decision in meeting.decisions:
        counted[str(decision.verdict)] += 1
    view = {
        "place": meeting.place,
        "at": meeting.at,
        "attendants": _attendants(floor),
        "total": len(items),
        "open": len(open_items),
        "counted": counted,
        "next": [_item(floor, one) for one in open_items[:NEXT]],
        "more": max(0, len(open_items) - NEXT),
        "decides": floor.may_decide,
    }
    return Say("meeting/overview", view, _overview_keyboard(floor, open_items))


def _attendants(floor: Floor) -> list[dict[str, str | None]]:
    """Return who is there: by name to those who look at it alone, by office before a group."""
    named = bool(floor.seat)
    return [
        criteria_views.author_view(attendant, named=named) for attendant in floor.meeting.attendants
    ]


def _item(floor: Floor, criterion: Criterion) -> dict[str, Any]:
    talk = floor.talk
    return {
        **named(floor.instrument, criterion),
        "comments": len(talk.comments_on(criterion.code)),
        "proposals": len(talk.proposals_for(criterion.code)),
    }


def _overview_keyboard(floor: Floor, open_items: list[Criterion]) -> Keyboard:
    here = () if floor.talk.attends and floor.seat else (attend_button(floor),)
    first = open_items[0] if open_items else next(iter(agenda(floor)), None)
    go = Button("meeting_next", data(Verb.ITEM, floor.seat, first.code)) if first else None
    rows = [row for row in ((go,) if go else (), here) if row]
    if floor.may_decide:
        rows.append((Button("meeting_close", data(Verb.CLOSING, floor.seat)),))
    return tuple(rows)


def attend_button(floor: Floor) -> Button:
    """Return 🙋 Hadir."""
    return Button("attend", data(Verb.ATTEND, floor.seat, floor.meeting.id))


# One criterion


def item(floor: Floor, criterion: Criterion, edit: int | None = None) -> Say:
    """Return one criterion of the agenda, with what may be decided of it."""
    items = agenda(floor)
    place = items.index(criterion) if criterion in items else 0
    decision = floor.meeting.decision(criterion.code)
    view = {
        **criteria_views.shown(floor.instrument, criterion, floor.talk),
        "points": hanging(floor, [criterion])[criterion.code] if floor.board.offices else None,
        "place": place + 1,
        "total": len(items),
        "decision": _decision(decision) if decision else None,
        "effects": _effects(floor, criterion),
    }
    return Say("meeting/item", view, _item_keyboard(floor, criterion, items, place), edit=edit)


def _effects(floor: Floor, criterion: Criterion) -> list[dict[str, Any]]:
    """Return what each proposal for a criterion would do by itself, to the cities that may be shown."""
    if not floor.board.offices:
        return []
    effects: list[dict[str, Any]] = []
    for place, proposal in enumerate(floor.talk.proposals_for(criterion.code)[:EFFECTS], start=1):
        version = tried(floor.talk.files, criterion, proposal.change)
        if version.instrument is None:
            continue
        cities = criteria_effect.of_board(floor.board, floor.instrument, version.instrument)
        shown = [city for city in cities if _is_shown(floor, city)]
        effects.append({"number": place, **criteria_effect.view(shown)})
    return effects


def tried(files: Mapping[str, str], criterion: Criterion, change: Change) -> Amended:
    """Return the version that one change alone would make."""
    return amended(files, AgreementOccasion("-", "-", "-"), [{**criterion.subject, **change}])


def _is_shown(floor: Floor, effect: criteria_effect.CityEffect) -> bool:
    return floor.audience is None or effect.region.id in floor.audience


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": str(decision.verdict),
        "proposal": decision.proposal,
        "by": decision.by,
    }


def _item_keyboard(
    floor: Floor, criterion: Criterion, items: tuple[Criterion, ...], place: int
) -> Keyboard:
    seat, code = floor.seat, criterion.code
    deciding: list[tuple[Button, ...]] = []
    if floor.may_decide:
        agreed = data(Verb.DECIDE, seat, code, MeetingVerdict.AS_IT_IS)
        later = data(Verb.DECIDE, seat, code, MeetingVerdict.POSTPONED)
        deciding.append((Button("agree_as_is", agreed, style="success"),))
        deciding += [
            (
                Button(
                    "take_proposal",
                    data(Verb.DECIDE, seat, code, MeetingVerdict.CHANGED, one.id),
                    {"number": number, "by": one.by.office},
                ),
            )
            for number, one in enumerate(floor.talk.proposals_for(code), start=1)
        ]
        propose = (Button("propose", data(Verb.PROPOSE, seat, code)),) if seat else ()
        may_change = criterion.sort in (Sort.INDICATOR, Sort.RATING)
        deciding.append((Button("postpone", later), *(propose if may_change else ())))
    neighbours = [
        Button(label, data(Verb.ITEM, seat, items[at].code))
        for label, at in (("item_before", place - 1), ("item_after", place + 1))
        if 0 <= at < len(items)
    ]
    rows = [*deciding, tuple(neighbours), (Button("meeting", data(Verb.MEETING, seat)),)]
    return tuple(row for row in rows if row)


def following(floor: Floor, criterion: Criterion) -> Criterion | None:
    """Return the next criterion that nothing was decided of, behind this one first."""
    items = agenda(floor)
    place = items.index(criterion) if criterion in items else -1
    others = (*items[place + 1 :], *items[: max(place, 0)])
    return next((other for other in others if floor.meeting.decision(other.code) is None), None)


# Closing


class Closing(Struct, frozen=True):
    """What closing the meeting makes: the next version, and the change of each criterion in it."""

    version: Amended
    changes: Mapping[str, Change]
    effects: tuple[criteria_effect.CityEffect, ...]
    overtaken: tuple[Proposal, ...] = ()


def closing(floor: Floor, now: datetime) -> Closing | None:
    """Return what the decisions come to; None where nothing was agreed upon."""
    changes: dict[str, Change] = {}
    for criterion, decision in floor.decided:
        proposal = floor.talk.proposal(decision.proposal)
        if decision.verdict == MeetingVerdict.POSTPONED:
            continue
        given = proposal.change if proposal else {}
        changes[criterion.code] = {**criterion.subject, **given}
    if not changes:
        return None
    place = floor.meeting.place
    occasion = AgreementOccasion(now.date().isoformat(), place, f"{place}, {now:%d-%m-%Y}")
    version = amended(floor.talk.files, occasion, list(changes.values()))
    if version.instrument is None:
        return Closing(version, changes, ())
    effects = criteria_effect.of_board(floor.board, floor.instrument, version.instrument)
    overtaken = tuple(_overtaken(floor, version.files, version.instrument))
    return Closing(version, changes, effects, overtaken)


def _overtaken(floor: Floor, files: Mapping[str, str], after: Instrument) -> Iterator[Proposal]:
    """Yield the open proposals that an agreement has answered, or that no longer fit what it comes to."""
    for criterion, decision in floor.decided:
        if decision.verdict == MeetingVerdict.POSTPONED:
            continue
        now = model.figures(after, criterion)
        moved = {*model.changed(model.figures(floor.instrument, criterion), now)}
        for proposal in floor.talk.proposals_for(criterion.code):
            if proposal.id == decision.proposal:
                continue
            is_declined = decision.verdict == MeetingVerdict.AS_IT_IS
            if (
                is_declined
                or moved & {*proposal.change}
                or not _fits(files, criterion, proposal, now)
            ):
                yield proposal


def _fits(
    files: Mapping[str, str], criterion: Criterion, proposal: Proposal, now: Mapping[str, Any]
) -> bool:
    """Tell whether a proposal still says something that can be agreed upon."""
    next_version = tried(files, criterion, proposal.change).instrument
    return next_version is not None and model.figures(next_version, criterion) != now


def preview(floor: Floor, outcome: Closing | None, edit: int | None = None) -> Say:
    """Return what closing would do, to be confirmed; nothing has changed yet."""
    view = closing_view(floor, outcome)
    agree = Button(
        "agree_criteria", data(Verb.AGREE, floor.seat, floor.meeting.id), style="success"
    )
    drop = Button("meeting_drop", data(Verb.AGREE, floor.seat, floor.meeting.id, "drop"))
    back = Button("meeting", data(Verb.MEETING, floor.seat))
    is_sound = outcome is not None and outcome.version.instrument is not None
    return Say("meeting/closing", view, ((agree if is_sound else drop,), (back,)), edit=edit)


def closing_view(floor: Floor, outcome: Closing | None) -> dict[str, Any]:
    """Return the decisions in words, and what they do to each city."""
    rows = [
        {**criteria_name, **_decision(decision), "parts": _parts(floor, decision)}
        for decision in floor.meeting.decisions
        if (criteria_name := criteria_views.named_by_code(floor.instrument, decision.criterion))
    ]
    undecided = [
        criterion for criterion in agenda(floor) if floor.meeting.decision(criterion.code) is None
    ]
    effects = [
        effect for effect in (outcome.effects if outcome else ()) if _is_shown(floor, effect)
    ]
    return {
        "place": floor.meeting.place,
        "attendants": _attendants(floor),
        "changed": [row for row in rows if row["verdict"] == MeetingVerdict.CHANGED],
        "as_it_is": [row for row in rows if row["verdict"] == MeetingVerdict.AS_IT_IS][:LISTED],
        "as_it_is_count": sum(1 for row in rows if row["verdict"] == MeetingVerdict.AS_IT_IS),
        "postponed": [row for row in rows if row["verdict"] == MeetingVerdict.POSTPONED],
        "undecided": len(undecided),
        "overtaken": overtaken_view(floor, outcome),
        "problems": [
            {"code": problem.code, **problem.params}
            for problem in (outcome.version.problems if outcome else ())
        ],
        "simulation": outcome is not None and _is_simulation(outcome),
        **criteria_effect.view(effects),
    }


def overtaken_view(floor: Floor, outcome: Closing | None) -> list[dict[str, Any]]:
    """Return the proposals that an agreement closes, as people read them."""
    overtaken = outcome.overtaken if outcome else ()
    return [criteria_views.proposal_view(floor.instrument, proposal) for proposal in overtaken]


def _is_simulation(outcome: Closing) -> bool:
    instrument = outcome.version.instrument
    return instrument is not None and any(not indicator.is_confirmed for indicator in instrument)


def _parts(floor: Floor, decision: Decision) -> list[dict[str, Any]]:
    proposal = floor.talk.proposal(decision.proposal)
    return criteria_views.change_view(proposal.change) if proposal else []

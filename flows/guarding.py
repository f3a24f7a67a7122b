"""What a season no longer allows: one gate behind all walks, so that none can be forgotten.

A step is taken as ever; where it would write what is closed by now, or ask for it, that is said in its place.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.contact import drafts, season_over
from flows.model.buttons import Button, Verb, data
from flows.model.criteria_changes import (
    AgreeCriteria,
    AttendMeeting,
    CommentOnCriterion,
    DecideCriterion,
    OpenMeeting,
    ProposeCriterion,
    WithdrawProposal,
)
from flows.model.events import Edited, Event, GroupTap, Tap, Text, Upload
from flows.model.facts import (
    ContactFacts,
    Facts,
    Focus,
    GroupFacts,
    GuestFacts,
    NoPeriod,
    Seated,
    SpeakerFacts,
    StaffFacts,
    Stage,
)
from flows.model.outcome import (
    AddNote,
    AddProof,
    Change,
    CreateRequest,
    ExtendDeadline,
    Notice,
    Outcome,
    PlanCampaign,
    ProposeAnswer,
    RecordMove,
    RequestExtension,
    SaveAnswer,
    Say,
    SetFocus,
    SettleExtension,
    StartCampaign,
    TickProof,
    WithdrawProof,
)
from flows.model.roles import Role
from flows.model.season import Phase
from flows.policy import season_policy
from scoring.replacing import replace

ANSWERING = frozenset(
    {
        Stage.ASK, Stage.CLARIFY, Stage.ZERO, Stage.DOUBT, Stage.CONFIRM, Stage.REASON, Stage.CONFLICT,
        Stage.EXPLAIN, Stage.EVIDENCE,
    }
)  # fmt: skip
OFFICES = (SaveAnswer, RecordMove, AddProof, WithdrawProof, TickProof, CreateRequest)
"""What an office writes of one answer."""
REVIEWERS = (RecordMove, TickProof)
"""What reviewers write of one answer."""
WHILE_OPEN = (
    AddNote, ExtendDeadline, RequestExtension, SettleExtension, PlanCampaign, StartCampaign,
    CommentOnCriterion, ProposeCriterion, WithdrawProposal, OpenMeeting, AttendMeeting, DecideCriterion,
    AgreeCriteria,
)  # fmt: skip
"""What nobody does any more once a season is closed."""


def left_behind(facts: Seated, event: Event) -> Seated:
    """Leave a question that was open when its time ran out; its draft is kept.

    What is typed or sent meanwhile still meets that question, so that it is told what became of it.
    """
    if not isinstance(facts, ContactFacts) or isinstance(event, Text | Upload | Edited):
        return facts
    focus = facts.focus
    if focus.stage not in ANSWERING or season_over.may_write(facts, focus.indicator):
        return facts
    focus = drafts.shelve_draft(focus)
    return replace(facts, focus=replace(focus, turn=focus.turn + 1))


def guarded(facts: Facts, event: Event, outcome: Outcome) -> Outcome:
    """Return the outcome itself, or why it is too late for it; then nothing is written."""
    match facts:
        case NoPeriod():
            return outcome
        case GuestFacts():
            wants = any(isinstance(change, ProposeAnswer) for change in outcome.changes)
            is_over = wants and not season_over.may_write(facts, facts.request.indicator)
            return (
                _refused(facts, event, Say("season/guest", season_over.end_view(facts)))
                if is_over
                else outcome
            )
        case ContactFacts():
            numbers = _touched(facts.focus, outcome.changes)
            is_in_vain = isinstance(event, Upload) and not season_policy.may_go_on(
                facts, facts.desk
            )
            if not is_in_vain and all(season_over.may_write(facts, number) for number in numbers):
                return _while_open(facts, event, outcome)
            return _refused(facts, event, season_over.end_notice(facts))
        case StaffFacts():
            is_review = any(isinstance(change, REVIEWERS) for change in outcome.changes)
            if is_review and not season_policy.may_review(facts, facts.now.date()):
                return _refused(facts, event, _to_staff(facts))
            return _while_open(facts, event, outcome)
        case _:
            return _while_open(facts, event, outcome)


def _while_open(facts: SpeakerFacts, event: Event, outcome: Outcome) -> Outcome:
    is_closed = facts.closed_at is not None
    if not is_closed or not any(isinstance(change, WHILE_OPEN) for change in outcome.changes):
        return outcome
    return _refused(facts, event, _to_staff(facts))


def _touched(before: Focus, changes: Iterable[Change]) -> frozenset[int | None]:
    """Return the indicators that are written, or newly asked for."""
    numbers: set[int | None] = set()
    for change in changes:
        if isinstance(change, OFFICES):
            numbers.add(change.indicator)
        elif isinstance(change, SetFocus) and change.focus != before:
            numbers |= {change.focus.indicator} if change.focus.stage in ANSWERING else set()
    return frozenset(numbers)


def _refused(facts: SpeakerFacts, event: Event, message: Say) -> Outcome:
    """Say why nothing was written; the open question is left, with its draft kept."""
    if isinstance(event, GroupTap):
        return Outcome((), (Notice(event.query_id, "notice/season_closed", alert=True),))
    if isinstance(facts, GroupFacts):
        return Outcome((), (replace(message, keyboard=()),))
    focus = drafts.shelve_draft(facts.focus)
    focus = replace(focus, turn=focus.turn + 1, review={})
    spinner = (Notice(event.query_id),) if isinstance(event, Tap) else ()
    return Outcome((SetFocus(focus),), (*spinner, message))


def _to_staff(facts: SpeakerFacts) -> Say:
    """Return what has ended; the Kanwil is led to what opens it again."""
    phase = season_policy.phase(facts, facts.now.date())
    view = {**season_over.end_view(facts), "phase": str(phase)}
    is_kanwil = isinstance(facts, StaffFacts) and facts.seat.role == Role.KANWIL
    reopen: tuple[tuple[Button, ...], ...] = ()
    if isinstance(facts, StaffFacts) and is_kanwil and phase in (Phase.OVER, Phase.CLOSED):
        reopen = ((Button("reopen_season", data(Verb.SEASON_REOPEN, facts.seat.id)),),)
    return Say("season/staff", {**view, "is_kanwil": is_kanwil}, reopen)

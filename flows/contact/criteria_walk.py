"""`/kriteria`: what the period is assessed by, for everybody to read and to comment upon.

Comments are about a criterion, never about an answer; all seats of the province may read them.
"""

from __future__ import annotations

from flows.contact import criteria_views, drafts
from flows.contact.criteria_views import author, by_right, general, named
from flows.model import criteria, walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.criteria import Coordination, Criterion, Sort
from flows.model.criteria_changes import CommentOnCriterion
from flows.model.events import Tap, Text
from flows.model.facts import ContactFacts, Seated, Stage
from flows.model.outcome import Keyboard, Outcome, Say, SetFocus, not_yours
from flows.reading import criteria_names
from flows.reading.sentences import LENGTHS, is_reason, tidy
from scoring import Instrument, Right
from scoring.replacing import replace

COMMENT = OwnVerb("kc")
GENERAL = "u"
"""Stands in a button for the criteria that are no indicators."""
RIGHT = "h"
"""Begins the part of a button that names a right by its place."""


def command(facts: Seated, args: str, talk: Coordination) -> Outcome:
    """`/kriteria [number or words]`."""
    return Outcome((), (asked(facts.period.instrument, facts.seat.id, args, talk, facts),))


def asked(
    instrument: Instrument, seat: int, args: str, talk: Coordination, facts: Seated | None = None
) -> Say:
    """Return what words ask for: one criterion, a right, several to choose from, or all rights."""
    text = args.strip()
    if not text:
        return _rights(instrument, seat, talk)
    right = criteria_names.right(instrument, text)
    if right is not None:
        return _right(instrument, seat, right)
    matching = criteria_names.indicators(instrument, text)
    if len(matching) == 1:
        return screen(instrument, seat, matching[0], talk, facts)
    rows = _buttons(instrument, seat, matching)
    view = {"asked": text, "count": len(matching)}
    return Say("criteria/which", view, (*rows, _top(seat)))


def on_tap(facts: Seated, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """Show a right, a criterion, or all rights again."""
    instrument, seat = facts.period.instrument, facts.seat.id
    where = pressed.rest[0] if pressed.rest else ""
    if not where:
        return Outcome((), (_rights(instrument, seat, talk),))
    if where == GENERAL:
        return Outcome((), (_general(instrument, seat),))
    if (
        where.startswith(RIGHT)
        and where[1:].isdecimal()
        and int(where[1:]) < len(instrument.rights)
    ):
        return Outcome((), (_right(instrument, seat, instrument.rights[int(where[1:])]),))
    criterion = criteria.find(instrument, where)
    if criterion is None:
        return not_yours(event)
    return Outcome((), (screen(instrument, seat, criterion, talk, facts),))


def _rights(instrument: Instrument, seat: int, talk: Coordination) -> Say:
    rows = tuple(
        (
            Button(
                "criteria_right",
                data(Verb.CRITERIA, seat, f"{RIGHT}{index}"),
                {"name": right.name, "total": len(its), "open": _open(instrument, its)},
            ),
        )
        for index, (right, its) in enumerate(by_right(instrument))
    )
    others = general(instrument)
    view = {"total": len(others), "open": _open(instrument, others)}
    rest = (Button("criteria_general", data(Verb.CRITERIA, seat, GENERAL), view),)
    everything = criteria.all_of(instrument)
    return Say(
        "criteria/rights",
        {
            "title": instrument.title,
            "indicators": len(instrument.indicators),
            "total": len(everything),
            "open": _open(instrument, everything),
            "comments": len(talk.news),
            "proposals": len(talk.proposals),
            "meeting": talk.meeting is not None,
            "version": criteria_views.version_view(talk),
        },
        (*rows, rest),
    )


def _open(instrument: Instrument, some: tuple[Criterion, ...]) -> int:
    return sum(1 for criterion in some if not criteria.status(instrument, criterion).is_settled)


def _right(instrument: Instrument, seat: int, right: Right) -> Say:
    its = {one.code: some for one, some in by_right(instrument)}[right.code]
    view = {"name": right.name, "rows": [named(instrument, criterion) for criterion in its]}
    return Say("criteria/right", view, (*_buttons(instrument, seat, its), _top(seat)))


def _general(instrument: Instrument, seat: int) -> Say:
    its = general(instrument)
    view = {"rows": [named(instrument, criterion) for criterion in its]}
    return Say("criteria/general", view, (*_buttons(instrument, seat, its), _top(seat)))


def _buttons(instrument: Instrument, seat: int, some: tuple[Criterion, ...]) -> Keyboard:
    return tuple(
        (
            Button(
                "criterion", data(Verb.CRITERIA, seat, criterion.code), named(instrument, criterion)
            ),
        )
        for criterion in some
    )


def _top(seat: int) -> tuple[Button, ...]:
    return (Button("criteria", data(Verb.CRITERIA, seat)),)


def screen(
    instrument: Instrument,
    seat: int,
    criterion: Criterion,
    talk: Coordination,
    facts: Seated | None = None,
) -> Say:
    """Return the screen of one criterion; only who speaks from a seat can comment or propose."""
    view = criteria_views.shown(instrument, criterion, talk)
    if facts is None:
        return Say("criteria/criterion", view)
    code = criterion.code
    talking: tuple[Button, ...] = (Button("comment", data(COMMENT, seat, code)),)
    if criteria_views.may_propose(facts.seat) and criterion.sort in (Sort.INDICATOR, Sort.RATING):
        talking = (*talking, Button("propose", data(Verb.PROPOSE, seat, code)))
    withdrawing = tuple(
        (Button("withdraw_proposal", data(Verb.UNPROPOSE, seat, proposal.id), {"id": proposal.id}),)
        for proposal in talk.proposals_for(code)
        if proposal.by == author(facts.name, facts.seat, facts.period.institution)
    )
    right = criteria.indicator_of(instrument, criterion)
    index = [one.code for one in instrument.rights].index(right.right) if right else None
    where = GENERAL if index is None else f"{RIGHT}{index}"
    back = Button("back_one", data(Verb.CRITERIA, seat, where))
    return Say("criteria/criterion", view, (talking, *withdrawing, (back,)))


# Comments


def begun(facts: Seated, event: Tap, pressed: Pressed) -> Outcome:
    """Ask for the words of a comment."""
    code = pressed.rest[0] if pressed.rest else ""
    criterion = criteria.find(facts.period.instrument, code)
    if criterion is None:
        return not_yours(event)
    review = {"criterion": code}
    if isinstance(facts, ContactFacts) and facts.focus.indicator is not None:
        review["back"] = str(facts.focus.indicator)
    left = drafts.shelve_draft(facts.focus)
    focus = replace(left, stage=Stage.COMMENT, review=review, turn=left.turn + 1)
    return Outcome((SetFocus(focus),), (_ask(facts, criterion),))


def _ask(facts: Seated, criterion: Criterion, *, problem: bool = False) -> Say:
    view = named(facts.period.instrument, criterion) | {"problem": problem, "most": LENGTHS[-1]}
    back = Button("cancel", data(Verb.CRITERIA, facts.seat.id, criterion.code))
    return Say("criteria/ask_comment", view, ((back,),))


def written(facts: Seated, event: Text, talk: Coordination) -> Outcome | None:
    """Take the words of a comment, and go back to the question that was open."""
    criterion = criteria.find(facts.period.instrument, facts.focus.review["criterion"])
    if criterion is None:
        return None
    words = tidy(event.text)
    if not is_reason(words, facts.words):
        return Outcome((), (_ask(facts, criterion, problem=True),))
    by = author(facts.name, facts.seat, facts.period.institution)
    change = CommentOnCriterion(talk.province, criterion.code, words, by)
    view = named(facts.period.instrument, criterion) | {"text": words}
    button = Button("criterion_again", data(Verb.CRITERIA, facts.seat.id, criterion.code))
    after = _back(facts)
    message = Say("criteria/commented", view, ((button,),))
    return Outcome((change, *after.changes), (message, *after.messages))


def _back(facts: Seated) -> Outcome:
    focus = facts.focus.at_rest()
    if isinstance(facts, ContactFacts):
        task = facts.desk.task(int(facts.focus.review.get("back", 0)))
        if task is not None:
            return drafts.open_task(replace(facts, focus=focus), task)
    return Outcome((SetFocus(focus),))


ROUTES = (
    walks.everybody.command("kriteria", command, Coordination, place=75, group=True),
    walks.everybody.button(Verb.CRITERIA, on_tap, Coordination),
    walks.speaking.button(COMMENT, begun),
    walks.speaking.words(Stage.COMMENT, written, Coordination),
)

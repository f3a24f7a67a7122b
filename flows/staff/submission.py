"""`/pengajuan`: a whole city's submission, on one card for the level whose turn it is.

Sekretaris Kota/Daerah approves it or gives it back to Bagian Hukum with a reason; Biro Hukum forwards it to
the Kanwil, with a note where there is something to say. Both take their last decision back with a reason,
while nobody has acted upon it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows.model import recorded_move
from flows.model.buttons import AnyVerb, Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Office, Region, StaffFacts, Stage, require
from flows.model.needs import Holders
from flows.model.outcome import Notice, Outcome, RecordMove, Say, SetFocus, not_yours
from flows.model.roles import LEVELS, Role
from flows.model.tasks import Task, fingerprint_of
from flows.model.walks import Walkers
from flows.model.workflow import Action, Transition, find_transition
from flows.reading import names
from flows.reading.sentences import is_reason, tidy
from flows.staff import review_queue, submission_views
from scoring.replacing import replace

LEVEL: Walkers[StaffFacts] = Walkers(frozenset(LEVELS))
SECRETARY: Walkers[StaffFacts] = Walkers(frozenset({Role.SECRETARY}))
BUREAU: Walkers[StaffFacts] = Walkers(frozenset({Role.BUREAU}))
PASSING = {Role.SECRETARY: Action.ENDORSE, Role.BUREAU: Action.FORWARD}
"""How each level lets a submission pass."""
WORDED: Mapping[AnyVerb, Action] = {
    Verb.SUBMISSION_BACK: Action.SEND_BACK,
    Verb.SUBMISSION_NOTE: Action.FORWARD,
    Verb.SUBMISSION_UNDO: Action.UNDO,
}
"""What waits for words, by its button."""
SURE = "y"
Waiting = tuple[Office, Task]


def command(facts: StaffFacts, args: str = "") -> Outcome:
    """`/pengajuan [city]`: the card of a city; all cities where it is not clear which."""
    regions = facts.board.regions
    if args.strip():
        regions = tuple(names.regions(facts.board, args)) or regions
    if len(regions) == 1:
        return Outcome((), (_card(facts, regions[0]),))
    return Outcome((), (submission_views.cities(facts, regions),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Show the card of a city, or all of them."""
    if pressed.number() is None:
        return command(facts)
    region = _region(facts, pressed.number())
    if region is None:
        return not_yours(event)
    return Outcome((), (_card(facts, region, edit=event.message_id),))


def passed(facts: StaffFacts, event: Tap, pressed: Pressed, holders: Holders) -> Outcome:
    """Ask back with what would pass and what is missing; then let it pass."""
    owed = _owed(facts, event, pressed)
    if isinstance(owed, Outcome):
        return owed
    region, waiting = owed
    if pressed.rest[-1] != SURE:
        return Outcome((), (submission_views.asked(facts, region, waiting, _print(waiting)),))
    return _done(facts, region, waiting, PASSING[facts.seat.role], None, holders, event.message_id)


def begun(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Wait for the reason of a return or of taking back, or for the note that goes along to the Kanwil."""
    owed = _owed(facts, event, pressed)
    if isinstance(owed, Outcome):
        return owed
    region, waiting = owed
    action = WORDED[pressed.verb]
    review = {"region": str(region.id), "action": str(action), "print": str(_print(waiting))}
    focus = replace(facts.focus, stage=Stage.SUBMISSION, review=review, turn=facts.focus.turn + 1)
    message = submission_views.words_asked(facts, region, waiting, action)
    return Outcome((SetFocus(focus),), (message,))


def written(facts: StaffFacts, event: Text, holders: Holders) -> Outcome | None:
    """Take the words; None where the city is none of the seat's any more."""
    review = facts.focus.review
    region = _region(facts, int(review["region"]))
    if region is None:
        return None
    action = Action(review["action"])
    waiting = _meant(facts, region, action)
    if not waiting or str(_print(waiting)) != review["print"]:
        changed = Say("submission/changed", {"region": region.name})
        return Outcome((SetFocus(facts.focus.at_rest()),), (changed, _card(facts, region)))
    words = tidy(event.text)
    if not is_reason(words, facts.words):
        again = submission_views.words_asked(facts, region, waiting, action, problem=True)
        return Outcome((), (again,))
    return _done(facts, region, waiting, action, words, holders)


def _owed(
    facts: StaffFacts, event: Tap, pressed: Pressed
) -> tuple[Region, list[Waiting]] | Outcome:
    """Return the city of a button with what waits there; what to say instead where that has changed."""
    region = _region(facts, pressed.number())
    if region is None:
        return not_yours(event)
    waiting = _meant(facts, region, WORDED.get(pressed.verb))
    if not waiting or pressed.number(1) != _print(waiting):
        stale = Notice(event.query_id, "notice/stale_card")
        return Outcome((), (stale, _card(facts, region)))
    return region, waiting


def _done(
    facts: StaffFacts,
    region: Region,
    waiting: list[Waiting],
    action: Action,
    words: str | None,
    holders: Holders,
    edit: int | None = None,
) -> Outcome:
    """Write a move for each answer that waits, and tell those whose turn it is now."""
    changes: list[RecordMove] = []
    for office, task in waiting:
        move = find_transition(
            task.state,
            facts.seat.role,
            action,
            reason=words,
            subject=task.subject,
            turn=task.turn,
            decider=task.decider,
        )
        assert isinstance(move, Transition), (
            "what waits for a level may pass or go back, its own be taken back"
        )
        revision = require(task.mine).revision
        changes.append(
            recorded_move.record(office.unit.id, task, move, revision=revision, reason=words)
        )
    undo = _undo_button(facts, region, waiting) if action != Action.UNDO else ()
    reply = submission_views.done(facts, region, waiting, action, words, undo, edit)
    hearers = submission_views.heard(facts, region, waiting, action, words, holders)
    return Outcome((*changes, SetFocus(facts.focus.at_rest())), (reply, *hearers))


def _card(facts: StaffFacts, region: Region, edit: int | None = None) -> Say:
    waiting = _waiting(facts, region)
    seat, role = facts.seat.id, facts.seat.role
    rows: list[tuple[Button, ...]] = []
    if waiting:
        of = (region.id, _print(waiting))
        count = {"count": len(waiting)}
        verb = Verb.SUBMISSION_ON
        rows.append((Button(f"submission_{role}", data(verb, seat, *of), count, "primary"),))
        if role == Role.SECRETARY:
            rows.append((Button("submission_back", data(Verb.SUBMISSION_BACK, seat, *of)),))
        rows.append((Button("submission_answers", data(Verb.QUEUE, seat)),))
    if own := _last(facts, region):
        rows.append(_undo_button(facts, region, own))
    if len(facts.board.regions) > 1:
        rows.append((Button("submission_cities", data(Verb.SUBMISSION, seat)),))
    view = submission_views.card(facts, region, waiting)
    return Say("submission/card", view, tuple(rows), edit=edit)


def _meant(facts: StaffFacts, region: Region, action: Action | None) -> list[Waiting]:
    """Return the answers of a city that a decision is about."""
    return _last(facts, region) if action == Action.UNDO else _waiting(facts, region)


def _last(facts: StaffFacts, region: Region) -> list[Waiting]:
    """Return what the seat's level decided last, and may take back: all that it decided at once."""
    own = [
        (require(task.standing), (office, task))
        for office in facts.board.of_region(region)
        if not review_queue.owns(facts.seats, office)
        for task in office.desk.tasks
        if task.decider == facts.seat.role
    ]
    newest = max(((one.at, one.action) for one, _ in own), default=None)
    return [pair for one, pair in own if (one.at, one.action) == newest]


def _undo_button(facts: StaffFacts, region: Region, decided: list[Waiting]) -> tuple[Button, ...]:
    of = data(Verb.SUBMISSION_UNDO, facts.seat.id, region.id, _print(decided))
    return (Button("submission_undo", of, {"count": len(decided)}),)


def _waiting(facts: StaffFacts, region: Region) -> list[Waiting]:
    """Return what of a city waits for this seat, but for what its own holder has answered."""
    offices = facts.board.of_region(region)
    own = (office for office in offices if not review_queue.owns(facts.seats, office))
    return review_queue.waiting(facts.seat.role, tuple(own))


def _region(facts: StaffFacts, region_id: int | None) -> Region | None:
    return next((region for region in facts.board.regions if region.id == region_id), None)


def _print(waiting: Iterable[Waiting]) -> int:
    """Return a number that is another one once something else waits than what was shown."""
    return fingerprint_of(
        (office.unit.id * 1000 + task.indicator.no, require(task.mine).revision)
        for office, task in waiting
    )


ROUTES = (
    LEVEL.command("pengajuan", command, place=58),
    LEVEL.button(Verb.SUBMISSION, on_tap),
    LEVEL.button(Verb.SUBMISSION_ON, passed, Holders),
    SECRETARY.button(Verb.SUBMISSION_BACK, begun),
    BUREAU.button(Verb.SUBMISSION_NOTE, begun),
    LEVEL.button(Verb.SUBMISSION_UNDO, begun),
    LEVEL.words(Stage.SUBMISSION, written, Holders),
)

"""Where an event goes: its route is looked up and run. What each walk does is in its own module."""

from __future__ import annotations

from dataclasses import replace

from flows.contact import answering, drafts, everyday, evidence, forwarded_answer, joining
from flows.group import grouping, inlining
from flows.model.buttons import WRITING, Pressed, Verb, read
from flows.model.events import (
    Command,
    Edited,
    Event,
    GroupCommand,
    GroupEvent,
    GroupTap,
    Inline,
    Membership,
    Other,
    Returned,
    Tap,
    Text,
    Upload,
)
from flows.model.facts import Facts, Focus, Seat, Stage
from flows.model.intents import NONE, Intents
from flows.model.outcome import Notice, Outcome, Say, SetFocus, not_yours
from flows.model.routes import Need
from flows.reading import pasting
from flows.staff import reachability, roster_upload, status
from flows.table import TABLE, explain


def command_of(event: Event) -> Command | None:
    """The command that an event is, a bare command word ("ringkasan") or a pasted invitation included."""
    if isinstance(event, Command):
        return replace(event, name=TABLE.full_name(event.name))
    if isinstance(event, Text):
        pasted = pasting.token(event.text)
        if pasted is not None:
            return Command("mulai", pasted)
        word = event.text.strip().casefold().lstrip("/")
        name = TABLE.full_name(word)
        if name in TABLE.names:
            return Command(name)
    return None


def choose_seat(seats: tuple[Seat, ...], focus: Focus, event: Event) -> Seat | None:
    """The seat a person acts from: the one a button was made for, else the one in focus, else the first.

    What is asked outside a private chat is for staff seats alone.
    """
    if isinstance(event, GroupEvent | Inline):
        seats = tuple(seat for seat in seats if seat.is_staff)
    by_id = {seat.id: seat for seat in seats}
    pressed = read(event.data) if isinstance(event, Tap | GroupTap) else None
    if pressed and pressed.verb not in WRITING and pressed.first in by_id:
        return by_id[pressed.first]
    return by_id.get(focus.seat_id or 0) or (seats[0] if seats else None)


def needs(
    seat: Seat | None, event: Event, focus: Focus, intents: Intents = NONE
) -> frozenset[Need]:
    """Return which further facts this event asks for: those of its route, and the board for staff."""
    if isinstance(event, GroupEvent):
        return frozenset({Need.GROUP, Need.BOARD} if seat else {Need.GROUP})
    command = command_of(event)
    if command and command.name == "mulai" and command.args:
        return frozenset({Need.INVITATION})
    if seat is None:
        return frozenset()
    pressed = read(event.data) if isinstance(event, Tap) else None
    command = command or (_called(pressed) if pressed else None)
    names = _everyday_names(seat, command or event, intents) | (
        {command.name} if command else set()
    )
    taken = (
        *(TABLE.command(name, seat.role) for name in names),
        TABLE.button(pressed.verb, seat.role) if pressed else None,
        TABLE.words(focus.stage, seat.role),
    )
    board = {Need.BOARD} if seat.is_staff else set()
    return frozenset(board.union(*(route.needs for route in taken if route)))


def _everyday_names(seat: Seat, event: Event, intents: Intents) -> frozenset[str]:
    """Return names of commands that everyday words may stand for, typed alone or behind `/status`."""
    if isinstance(event, Command) and event.name == "status" and seat.is_staff:
        text = event.args
    elif isinstance(event, Text):
        text = event.text
    else:
        return frozenset()
    return intents.named(text, is_staff=seat.is_staff)


def step(facts: Facts, event: Event) -> Outcome:
    """Answer one event. Pure: the same facts and event give the same outcome."""
    if isinstance(event, Membership):
        return reachability.changed(facts, reachable=event.reachable)
    if isinstance(event, GroupCommand):
        event = replace(event, name=TABLE.full_name(event.name))
    if isinstance(event, GroupEvent):
        return grouping.happened(facts, event)
    if isinstance(event, Inline):
        return inlining.answered(facts, event)
    if isinstance(event, Upload):  # whoever it is from, and whatever it is for
        event = replace(event, name=evidence.tidy(event.name))
    outcome = _route(facts, event)
    if facts.person and not facts.person.reachable:
        back = reachability.changed(facts, reachable=True)
        outcome = Outcome((*back.changes, *outcome.changes), (*outcome.messages, *back.messages))
    return outcome


def _route(facts: Facts, event: Event) -> Outcome:
    if facts.period is None:
        return _answered(event, Say("joining/no_period"))
    command = command_of(event)
    outside = _outside(facts, event, command)
    if outside is not None:
        return outside
    facts = _settle(facts, facts.the_seat)
    if command:
        return _commanded(facts, command)
    if isinstance(event, Tap):
        return _tap(facts, event)
    awaited = _awaited(facts, event) if isinstance(event, Text) else None
    if awaited is None and isinstance(event, Text):
        awaited = everyday.answered(facts, event, _by_name)
    if awaited is not None:
        return awaited
    if facts.the_seat.is_staff:
        return _from_staff(facts, event) or everyday.not_understood(facts)
    return _from_contact(facts, event)


def _from_contact(facts: Facts, event: Event) -> Outcome:
    """An answer, a correction, a file; else what is neither."""
    if isinstance(event, Text) and facts.focus.indicator is None:
        return everyday.not_understood(facts)
    if isinstance(event, Text):
        return answering.text(facts, event)
    if isinstance(event, Edited):
        return answering.edited(facts, event)
    if isinstance(event, Upload):
        return evidence.uploaded(facts, event)
    if isinstance(event, Returned):
        return answering.returned(facts)
    assert isinstance(event, Other)
    if facts.focus.stage == Stage.EVIDENCE:
        return evidence.beside()
    return answering.beside(facts, "help/not_text")


def _from_staff(facts: Facts, event: Event) -> Outcome | None:
    """A name that was typed, or a file that is a roster."""
    if isinstance(event, Upload):
        return roster_upload.uploaded(facts, event)
    return status.named(facts, event) if isinstance(event, Text) else None


def _outside(facts: Facts, event: Event, command: Command | None) -> Outcome | None:
    """A link that is opened, a guest's only question, or somebody without a seat; None for all others."""
    if command and command.name == "mulai" and command.args:
        if facts.request:
            return forwarded_answer.opened(facts)
        return joining.open_link(_settle(facts, facts.seat) if facts.seat else facts)
    if facts.request is not None and forwarded_answer.is_guest(facts.focus, facts.seats, event):
        return forwarded_answer.step(facts, command or event)
    if facts.seat is None and command and command.name == "tentang":
        return joining.about(facts)
    return _answered(event, joining.stranger(facts)) if facts.seat is None else None


def _awaited(facts: Facts, event: Text) -> Outcome | None:
    """Words that a thread, a judgement or an extension waits for."""
    route = TABLE.words(facts.focus.stage, facts.the_seat.role)
    return route.handler(facts, event) if route else None


def _settle(facts: Facts, seat: Seat) -> Facts:
    """Leave the open question where the seat is another one, or the roster took it from the unit.

    A draft left behind is kept for when its question is opened again.
    """
    focus, desk = facts.focus, facts.desk
    gone = focus.indicator is not None and desk is not None and desk.task(focus.indicator) is None
    if focus.seat_id == seat.id and not gone:
        return facts
    focus = drafts.left(focus)
    return replace(facts, focus=replace(focus, seat_id=seat.id, turn=focus.turn + 1))


def _commanded(facts: Facts, command: Command) -> Outcome:
    """A command also ends a wait for words: what is typed behind it is meant for something else."""
    if not TABLE.words(facts.focus.stage, facts.the_seat.role):
        return _command(facts, command)
    focus = replace(facts.focus, stage=Stage.IDLE, review={}, turn=facts.focus.turn + 1)
    outcome = _command(replace(facts, focus=focus), command)
    return replace(outcome, changes=(SetFocus(focus), *outcome.changes))


def _command(facts: Facts, command: Command) -> Outcome:
    """A command of this role; else what the role may do, with the command named where there is none such."""
    if command.name == "status" and command.args and facts.the_seat.is_staff:
        named = everyday.place(facts, command.args)
        if named is not None:
            return _command(facts, named)
    outcome = _by_name(facts, command)
    return outcome or explain(facts, None if command.name in TABLE.names else command.name)


def _by_name(facts: Facts, command: Command) -> Outcome | None:
    route = TABLE.command(command.name, facts.the_seat.role)
    return route.handler(facts, command.args) if route else None


def _tap(facts: Facts, event: Tap) -> Outcome:
    pressed = read(event.data)
    if pressed is None:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    # What writes carries the chat's turn in place of the seat; its walk compares it.
    if pressed.verb not in WRITING and pressed.first != facts.the_seat.id:
        return not_yours(event)
    outcome = _shown(facts, event, pressed)
    return replace(outcome, messages=(*_spinner(outcome, event), *outcome.messages))


def _spinner(outcome: Outcome, event: Tap) -> tuple[Notice, ...]:
    said = any(isinstance(message, Notice) for message in outcome.messages)
    return () if said else (Notice(event.query_id),)


def _shown(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    command = _called(pressed)
    if command and command.name in TABLE.menu(facts.the_seat.role):
        return _commanded(facts, command)
    route = TABLE.button(pressed.verb, facts.the_seat.role)
    return route.handler(facts, event, pressed) if route else not_yours(event)


def _called(pressed: Pressed) -> Command | None:
    """The command that a button stands for."""
    return Command(pressed.rest[0]) if pressed.verb == Verb.CALLED and pressed.rest else None


def _answered(event: Event, message: Say) -> Outcome:
    notice = (Notice(event.query_id),) if isinstance(event, Tap) else ()
    return Outcome((), (*notice, message))

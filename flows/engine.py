"""Where an event goes: its route is looked up and run. What each walk does is in its own module."""

from __future__ import annotations

from functools import partial
from typing import assert_never

from flows.contact import (
    answering,
    drafts,
    everyday,
    evidence,
    form,
    forwarded_answer,
    joining,
    paper_checks,
    personal_data,
    signed_sheet,
)
from flows.group import criteria_inline, grouping, inlining
from flows.group.criteria_inline import asks_for_criteria
from flows.guarding import guarded, left_behind
from flows.model.buttons import WRITING, Pressed, Verb, read
from flows.model.criteria import Coordination
from flows.model.events import (
    Command,
    Edited,
    Event,
    GroupChanged,
    GroupCommand,
    GroupEvent,
    GroupMoved,
    GroupTap,
    Inline,
    Membership,
    Returned,
    SheetRead,
    SignedSheet,
    Tap,
    Text,
    Upload,
)
from flows.model.facts import (
    ContactFacts,
    Facts,
    Focus,
    GroupFacts,
    GuestFacts,
    InvitedFacts,
    NoPeriod,
    PrivateFacts,
    RefusedFacts,
    Seat,
    Seated,
    StaffFacts,
    Stage,
    StrangerFacts,
)
from flows.model.intents import NONE, Intents
from flows.model.needs import Guardians
from flows.model.outcome import InlineAnswer, Notice, Outcome, Say, SetFocus, not_yours
from flows.model.own_data import OwnData
from flows.model.roles import RUNNING, SWITCHED
from flows.model.routes import Route
from flows.model.uploads import tidy
from flows.offering import is_shut, off, offered
from flows.reading import pasting
from flows.route_table import TABLE
from flows.staff import reachability, review_sheet, status
from scoring.errors import nearest
from scoring.replacing import replace


def command_of(event: Event) -> Command | None:
    """Return the command that an event is, a bare word ("ringkasan") or a pasted invitation included."""
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
    """Return the seat a person acts from: the one a button was made for, the one in focus, the first.

    What is asked outside a private chat is for staff seats alone, criteria aside.
    """
    if isinstance(event, GroupEvent):
        seats = tuple(seat for seat in seats if seat.role in RUNNING)
    if isinstance(event, Inline) and not asks_for_criteria(event):
        seats = tuple(seat for seat in seats if seat.is_staff)
    if isinstance(event, SignedSheet):
        seats = tuple(seat for seat in seats if seat.unit and seat.unit.id == event.unit_id)
    by_id = {seat.id: seat for seat in seats}
    if isinstance(event, SheetRead) and event.seat_id in by_id:
        return by_id[event.seat_id]
    pressed = read(event.data) if isinstance(event, Tap | GroupTap) else None
    if pressed and pressed.verb not in WRITING and pressed.first in by_id:
        return by_id[pressed.first]
    return by_id.get(focus.seat_id or 0) or (seats[0] if seats else None)


def opened_link(event: Event) -> str | None:
    """Return the token of the link that an event opens; None where it opens none."""
    command = command_of(event)
    if command is None or command.name != "mulai" or paper_checks.code_of(command) is not None:
        return None
    return command.args.strip() or None


def asks_for_own_data(event: Event) -> bool:
    """Tell whether somebody asks what is held about them, which needs no seat."""
    command = command_of(event)
    return command is not None and command.name == "data"


def needs(
    seat: Seat, event: Event, focus: Focus, intents: Intents = NONE
) -> frozenset[type[object]]:
    """Return which facts the routes of this event ask for, that cost a query."""
    if asks_for_criteria(event):
        return frozenset({Coordination})
    pressed = read(event.data) if isinstance(event, Tap) else None
    command = command_of(event) or (_called(pressed) if pressed else None)
    names = _everyday_names(seat, command or event, intents) | (
        {command.name} if command else set()
    )
    taken: tuple[Route | None, ...] = (
        *(TABLE.command(name, seat.role) for name in names),
        TABLE.button(pressed.verb, seat.role) if pressed else None,
        TABLE.words(focus.stage, seat.role),
        TABLE.files(seat.role) if isinstance(event, Upload) else None,
    )
    return frozenset(need for route in taken if route for need in route.needs)


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
    return guarded(facts, event, _answer(facts, event))


def _answer(facts: Facts, event: Event) -> Outcome:
    if isinstance(event, GroupCommand):
        event = replace(event, name=TABLE.full_name(event.name))
    match facts:
        case NoPeriod():
            return _before_setup(facts, event)
        case GroupFacts():
            return grouping.handle_group_event(facts, event)
        case _:
            return _in_private(facts, event)


def _before_setup(facts: NoPeriod, event: Event) -> Outcome:
    match event:
        case Membership():
            return Outcome()
        case Inline():
            return Outcome((), (InlineAnswer(event.query_id),))
        case GroupCommand() | GroupTap() | GroupChanged() | GroupMoved():
            return grouping.before_setup(facts, event)
        case _:
            return _answered(event, Say("joining/no_period"))


def _in_private(facts: PrivateFacts, event: Event) -> Outcome:
    if isinstance(event, Membership):
        guardians = facts.gathered.of(Guardians)
        return reachability.handle_membership(facts, guardians, reachable=event.reachable)
    if isinstance(event, Inline):
        if asks_for_criteria(event) and isinstance(facts, StaffFacts | ContactFacts):
            return criteria_inline.answered(facts, event, facts.gathered.of(Coordination))
        if isinstance(facts, StaffFacts) and not facts.is_seat_off:
            return inlining.answered(facts, event)
        return Outcome((), (InlineAnswer(event.query_id),))
    if isinstance(event, Upload):  # whoever it is from, and whatever it is for
        event = replace(event, name=tidy(event.name))
    outcome = _by_speaker(facts, event)
    if facts.person and not facts.person.reachable:
        back = reachability.handle_membership(facts, facts.gathered.of(Guardians), reachable=True)
        outcome = Outcome((*back.changes, *outcome.changes), (*outcome.messages, *back.messages))
    return outcome


def _by_speaker(facts: PrivateFacts, event: Event) -> Outcome:
    if isinstance(facts, GuestFacts | StrangerFacts) and asks_for_own_data(event):
        return personal_data.sent(facts, "", facts.gathered.of(OwnData))
    if isinstance(event, SignedSheet | SheetRead):
        return _of_file(facts, event)
    code = paper_checks.code_of(event)
    if code is not None:
        return paper_checks.by_code(code)
    match facts:
        case InvitedFacts():
            return joining.open_link(facts)
        case RefusedFacts():
            return joining.refused(facts)
        case GuestFacts():
            if opened_link(event):
                return forwarded_answer.opened(facts)
            return forwarded_answer.step(facts, command_of(event) or event)
        case StrangerFacts():
            command = command_of(event)
            if command and command.name == "tentang":
                return joining.about(facts)
            asked = paper_checks.by_stranger(event)
            return asked or _answered(event, joining.stranger(facts))
        case ContactFacts() | StaffFacts():
            return offered(facts, _seated(left_behind(_settled(facts), event), event))
        case _:
            assert_never(facts)


def _of_file(facts: PrivateFacts, event: SignedSheet | SheetRead) -> Outcome:
    """Answer what the shell has read in a file; who sent it may have another seat by now, or none."""
    if isinstance(event, SheetRead):
        if isinstance(facts, ContactFacts):
            return form.read(facts, event)
        return review_sheet.read(facts, event) if isinstance(facts, StaffFacts) else Outcome()
    if isinstance(facts, ContactFacts) and facts.desk.unit.id == event.unit_id:
        return signed_sheet.came(facts, event)
    return Outcome()


def _settled(facts: Seated) -> Seated:
    """Leave the open question where the seat is another one, or the roster took it from the unit.

    A draft left behind is kept for when its question is opened again.
    """
    focus = facts.focus
    gone = (
        isinstance(facts, ContactFacts)
        and focus.indicator is not None
        and facts.desk.task(focus.indicator) is None
    )
    if focus.seat_id == facts.seat.id and not gone:
        return facts
    focus = drafts.shelve_draft(focus)
    return replace(facts, focus=replace(focus, seat_id=facts.seat.id, turn=focus.turn + 1))


def _seated(facts: Seated, event: Event) -> Outcome:
    command = command_of(event)
    if command:
        return _commanded(facts, command)
    if isinstance(event, Tap):
        return _tap(facts, event)
    outcome = _taken(facts, event)
    if outcome is not None:
        return outcome
    return _by_staff(facts, event) if isinstance(facts, StaffFacts) else _by_contact(facts, event)


def _taken(facts: Seated, event: Event) -> Outcome | None:
    """Take words that a thread, a judgement or an extension waits for; a file; everyday words."""
    if isinstance(event, Upload):
        files = TABLE.files(facts.seat.role)
        if is_shut(facts, files):
            return off(facts)
        return files.answer(facts, event) if files else None
    if not isinstance(event, Text):
        return None
    words = TABLE.words(facts.focus.stage, facts.seat.role)
    awaited = words.answer(facts, event) if words and not facts.is_seat_off else None
    return awaited or everyday.answered(facts, event, partial(_by_words, facts))


def _by_staff(facts: StaffFacts, event: Event) -> Outcome:
    """Answer a name that was typed; else what is none."""
    if facts.is_seat_off:
        return off(facts)
    named = status.named(facts, event) if isinstance(event, Text) else None
    return named or everyday.not_understood(facts)


def _by_contact(facts: ContactFacts, event: Event) -> Outcome:
    """Take an answer or a correction; answer what is neither."""
    match event:
        case Text() if facts.focus.indicator is None:
            return everyday.not_understood(facts)
        case Text():
            return answering.text(facts, event)
        case Edited():
            return answering.edited(facts, event)
        case Returned():
            return answering.returned(facts)
        case _ if facts.focus.stage == Stage.EVIDENCE:
            return evidence.beside()
        case _:
            return answering.beside(facts, "help/not_text")


def _commanded(facts: Seated, command: Command) -> Outcome:
    """Run a command; it ends a wait for words: what is typed behind it is meant for something else."""
    if not TABLE.words(facts.focus.stage, facts.seat.role):
        return _command(facts, command)
    focus = facts.focus.at_rest()
    outcome = _command(replace(facts, focus=focus), command)
    return replace(outcome, changes=(SetFocus(focus), *outcome.changes))


def _command(facts: Seated, command: Command) -> Outcome:
    """Run a command of this role; else say whose it is, or which one comes near."""
    if command.name == "status" and command.args and isinstance(facts, StaffFacts):
        named = everyday.place(facts, command.args)
        if named is not None:
            return _command(facts, named)
    return _by_name(facts, command) or _no_command(facts, command)


def _no_command(facts: Seated, command: Command) -> Outcome:
    off = frozenset(SWITCHED) - {*facts.period.levels, facts.seat.role}
    roles = TABLE.roles(command.name) - off
    near = nearest(command.name, TABLE.menu(facts.seat.role))
    return everyday.no_command(facts, command.name, roles, None if roles else near)


def _by_name(facts: Seated, command: Command) -> Outcome | None:
    route = TABLE.command(command.name, facts.seat.role)
    if is_shut(facts, route):
        return off(facts)
    return route.answer(facts, command.args) if route else None


def _by_words(facts: Seated, command: Command) -> Outcome | None:
    """Run the command that everyday words stand for; None where they stand for none."""
    outcome = _by_name(facts, command)
    if outcome is None and facts.seat.role in SWITCHED and command.name in TABLE.names:
        return _no_command(facts, command)
    return outcome


def _tap(facts: Seated, event: Tap) -> Outcome:
    pressed = read(event.data)
    if pressed is None or pressed.verb not in TABLE.verbs:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    # What writes carries the chat's turn in place of the seat; its walk compares it.
    if pressed.verb not in WRITING and pressed.first != facts.seat.id:
        return not_yours(event)
    outcome = _shown(facts, event, pressed)
    return replace(outcome, messages=(*_spinner(outcome, event), *outcome.messages))


def _spinner(outcome: Outcome, event: Tap) -> tuple[Notice, ...]:
    has_notice = any(isinstance(message, Notice) for message in outcome.messages)
    return () if has_notice else (Notice(event.query_id),)


def _shown(facts: Seated, event: Tap, pressed: Pressed) -> Outcome:
    command = _called(pressed)
    if command and command.name in TABLE.menu(facts.seat.role):
        return _commanded(facts, command)
    route = TABLE.button(pressed.verb, facts.seat.role)
    if is_shut(facts, route):
        return off(facts)
    return route.answer(facts, event, pressed) if route else not_yours(event)


def _called(pressed: Pressed) -> Command | None:
    """Return the command that a button stands for."""
    return Command(pressed.rest[0]) if pressed.verb == Verb.CALLED and pressed.rest else None


def _answered(event: Event, message: Say) -> Outcome:
    notice = (Notice(event.query_id),) if isinstance(event, Tap) else ()
    return Outcome((), (*notice, message))

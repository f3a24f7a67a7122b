"""Where an event goes. The one entry of the package; what each walk does is in its own module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from flows.contact import (
    answering,
    browsing,
    drafts,
    everyday,
    evidence,
    forwarded_answer,
    forwarding,
    joining,
    mending,
    pausing,
    submitting,
)
from flows.group import grouping, inlining
from flows.model import commands
from flows.model.buttons import WRITING, Pressed, Verb, read
from flows.model.events import (
    Command,
    Edited,
    Event,
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
from flows.model.outcome import Notice, Outcome, Say, SetFocus
from flows.model.roles import Role
from flows.reading import pasting
from flows.staff import (
    arrivals,
    call_list,
    campaigning,
    extending,
    granting,
    history,
    inviting,
    lateness,
    linking,
    operating,
    pictures,
    reachability,
    reminding,
    review_checklist,
    review_decision,
    review_queue,
    rights,
    roster_upload,
    score_differences,
    seating,
    status,
    threads,
)

CAMPAIGNS = frozenset({Verb.SEND, Verb.STOP, Verb.HALT, Verb.RESUME})
REACHING = frozenset({Verb.REMIND, Verb.SEND, Verb.LETTER, Verb.CALLS})
WORDS = frozenset({Stage.JUDGE, Stage.NOTE, Stage.EXTEND})
"""Stages that wait for words (or a date), which any command ends."""


class Need(StrEnum):
    """Facts that cost a query and are gathered only for the events that use them."""

    BOARD = "board"
    INVITATION = "invitation"
    CAMPAIGN = "campaign"
    TOKEN = "token"  # noqa: S105
    REVIEWERS = "reviewers"
    HISTORY = "history"
    HOLDERS = "holders"
    LINKS = "links"
    HEALTH = "health"
    GROUP = "group"
    OUTREACH = "outreach"
    EXTENSION = "extension"
    MUTED = "muted"


def command_of(event: Event) -> Command | None:
    """The command that an event is, a bare command word ("ringkasan") or a pasted invitation included."""
    if isinstance(event, Command):
        return replace(event, name=commands.full_name(event.name))
    if isinstance(event, Text):
        pasted = pasting.token(event.text)
        if pasted is not None:
            return Command("mulai", pasted)
        word = event.text.strip().casefold().lstrip("/")
        name = commands.full_name(word)
        if name in commands.KNOWN:
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


def needs(seat: Seat | None, event: Event, focus: Focus) -> frozenset[Need]:
    """Which further facts the step for this event asks for."""
    if isinstance(event, GroupEvent):
        return frozenset({Need.GROUP, Need.BOARD} if seat else {Need.GROUP})
    command = command_of(event)
    if command and command.name == "mulai" and command.args:
        return frozenset({Need.INVITATION})
    if seat is None:
        return frozenset()
    pressed = read(event.data) if isinstance(event, Tap) else None
    tells = review_queue.VERBS | review_decision.VERBS if seat.is_staff else frozenset()
    found = {Need.HISTORY} if pressed and pressed.verb in {Verb.HISTORY, *tells} else set()
    if not seat.is_staff:
        if pressed and pressed.verb in (Verb.FORWARD, Verb.ELSEWHERE):
            found.add(Need.TOKEN)
        writes = (command and command.name == "tanya") or focus.stage == Stage.NOTE
        return frozenset(found | {Need.REVIEWERS} if writes else found)
    if isinstance(event, Text) or (command and command.name == "status" and command.args):
        found |= {Need.OUTREACH, Need.TOKEN}  # everyday words may stand for a command that needs them
    return frozenset(found | _needs_of_staff(seat, command, pressed, focus))


def _needs_of_staff(
    seat: Seat, command: Command | None, pressed: Pressed | None, focus: Focus
) -> set[Need]:
    """What staff always need, the board, and what a command or a button of theirs needs beside it."""
    found = {Need.BOARD}
    if command and command.name == "kesehatan" and seat.role == Role.ADMIN:
        found.add(Need.HEALTH)
    if command and command.name == "jeda" and seat.role in arrivals.HEARING:
        found.add(Need.MUTED)
    if (command and command.name == "peran") or (pressed and pressed.verb == Verb.HOLDER):
        found |= {Need.HOLDERS, Need.LINKS}
    if pressed and pressed.verb == Verb.LINKS:
        found.add(Need.LINKS)
    if pressed and pressed.verb in CAMPAIGNS:
        found.add(Need.CAMPAIGN)
    reaches = pressed is not None and pressed.verb in REACHING
    if (command and command.name in ("ingatkan", "telepon")) or reaches:
        found.add(Need.OUTREACH)
    if focus.stage == Stage.EXTEND or (pressed and pressed.verb in granting.VERBS):
        found.add(Need.EXTENSION)
    makes_link = pressed is not None and pressed.verb in (Verb.INVITE, Verb.HANDOVER)
    if (command and command.name in ("undang", "serahterima")) or makes_link:
        found.add(Need.TOKEN)
    return found


def step(facts: Facts, event: Event) -> Outcome:
    """Answer one event. Pure: the same facts and event give the same outcome."""
    if isinstance(event, Membership):
        return reachability.changed(facts, reachable=event.reachable)
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
        awaited = everyday.answered(facts, event, _command)
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
    said = threads.typed(facts, event)
    if said is None and facts.the_seat.is_staff:
        said = review_decision.typed(facts, event) or extending.typed(facts, event)
    return said


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
    if facts.focus.stage not in WORDS:
        return _command(facts, command)
    focus = replace(facts.focus, stage=Stage.IDLE, review={}, turn=facts.focus.turn + 1)
    outcome = _command(replace(facts, focus=focus), command)
    return replace(outcome, changes=(SetFocus(focus), *outcome.changes))


def _command(facts: Facts, command: Command) -> Outcome:
    name = command.name
    if name == "mulai":
        return joining.welcome_back(facts)
    if name == "tentang":
        return joining.about(facts)
    if name == "privasi":
        return joining.privacy(facts)
    if name == "gantiperan" or (name == "peran" and not facts.the_seat.is_staff):
        return joining.choose_seat(facts)
    if name == "tanya":
        return threads.command(facts, command.args)
    if facts.the_seat.is_staff:
        walks: dict[str, Callable[[Facts, str], Outcome]] = {
            "status": status.status,
            "terlambat": lateness.command,
            "ingatkan": reminding.preview,
            "undang": inviting.invite,
            "verifikasi": review_queue.queue,
            "serahterima": inviting.hand_over,
            "perpanjang": extending.command,
            "peran": seating.command,
            "kesehatan": operating.health,
            "papan": grouping.in_private,
            "telepon": call_list.listed,
            "roster": roster_upload.command,
            "ringkasan": status.status,
        }
        walk = walks.get(name)
        named = everyday.place(facts, command.args) if name == "status" and command.args else None
        if named is not None:
            return _command(facts, named)
        if walk is not None:
            return walk(facts, command.args)
        if name == "jeda" and facts.the_seat.role in arrivals.HEARING:
            return arrivals.command(facts)
    else:
        walks_contact = {
            "lanjut": answering.go_on,
            "kategori": browsing.rights,
            "ringkasan": browsing.summary_message,
        }
        if name == "jeda":
            return pausing.command(facts, command.args)
        if name in walks_contact:
            return walks_contact[name](facts)
    known = name in commands.KNOWN
    return joining.help_message(facts, problem=None if known else name)


def _tap(facts: Facts, event: Tap) -> Outcome:
    pressed = read(event.data)
    if pressed is None:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    if pressed.verb in WRITING:
        return answering.tapped(facts, event, pressed)
    if pressed.first != facts.the_seat.id:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    outcome = _shown(facts, event, pressed)
    return replace(outcome, messages=(*_spinner(outcome, event), *outcome.messages))


def _spinner(outcome: Outcome, event: Tap) -> tuple[Notice, ...]:
    said = any(isinstance(message, Notice) for message in outcome.messages)
    return () if said else (Notice(event.query_id),)


def _shown(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    if pressed.verb == Verb.PRIVACY:
        return joining.privacy(facts)
    if pressed.verb == Verb.SEAT:
        return joining.welcome_back(facts, chosen=True)
    called = pressed.rest[0] if pressed.rest else ""
    if pressed.verb == Verb.CALLED and called in commands.menu(facts.the_seat.role):
        return _command(facts, Command(called))
    walks, other = _CONTACT_TAPS, browsing.tapped
    if facts.the_seat.is_staff:
        walks, other = _STAFF_TAPS, status.tapped
    return walks.get(pressed.verb, other)(facts, event, pressed)


def _answered(event: Event, message: Say) -> Outcome:
    notice = (Notice(event.query_id),) if isinstance(event, Tap) else ()
    return Outcome((), (*notice, message))


Walk = Callable[[Facts, Tap, Pressed], Outcome]
_BOTH: dict[Verb, Walk] = {
    Verb.HISTORY: history.tapped,
    Verb.NOTE: threads.tapped,
}
_CONTACT_TAPS: dict[Verb, Walk] = {
    **_BOTH,
    Verb.PAUSE: pausing.tapped,
    **dict.fromkeys((Verb.USE, Verb.DROP), forwarding.tapped),
    **dict.fromkeys((Verb.ELSEWHERE, Verb.STUCK), forwarding.tried_again),
    **dict.fromkeys(evidence.VERBS, evidence.tapped),
    **dict.fromkeys((Verb.CHECK, Verb.SUBMIT), submitting.tapped),
    Verb.RESEND: mending.tapped,
}
_STAFF_TAPS: dict[Verb, Walk] = {
    **_BOTH,
    **dict.fromkeys((Verb.REMIND, Verb.SEND, Verb.STOP), reminding.tapped),
    **dict.fromkeys((Verb.HALT, Verb.RESUME), campaigning.steered),
    Verb.CALLS: call_list.pressed,
    Verb.LETTER: call_list.tapped,
    **dict.fromkeys(review_decision.VERBS, review_decision.tapped),
    **dict.fromkeys(review_queue.VERBS, review_queue.tapped),
    Verb.CLOSE: threads.tapped,
    Verb.PAUSE: arrivals.tapped,
    Verb.CHECKED: review_checklist.tapped,
    Verb.EXTEND: extending.tapped,
    **dict.fromkeys(granting.VERBS, granting.tapped),
    Verb.HOLDER: seating.tapped,
    Verb.LINKS: linking.tapped,
    Verb.INVITE: inviting.tapped,
    Verb.HANDOVER: inviting.handed,
    Verb.LOSSES: score_differences.tapped,
    Verb.LATE: lateness.tapped,
    Verb.PICTURE: pictures.tapped,
    Verb.RIGHT: rights.tapped,
    **dict.fromkeys(roster_upload.VERBS, roster_upload.tapped),
}
"""Which walk answers a button, by who presses it; what is not here only shows something."""

"""Collects the facts of one step: a few bounded queries, scoped by the seat that acts."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from bot.clock import iso, parse
from bot.storage import (
    answers,
    arrivals,
    boards,
    campaigns,
    codec,
    evidence,
    extensions,
    health,
    outreach,
    overseeing,
    people,
    requests,
    reviews,
    roster_uploads,
)
from bot.storage.roster import Roster
from bot.vocabulary import intents, vocabulary
from flows.contact import drafts, forwarded_answer
from flows.engine import choose_seat, command_of, needs
from flows.model.buttons import Verb, read
from flows.model.events import Event, Membership, Tap, Upload
from flows.model.extensions import ExtensionRequest
from flows.model.facts import (
    Board,
    Contact,
    Desk,
    Facts,
    Focus,
    Group,
    Happening,
    Invitation,
    InvitationState,
    Office,
    Person,
    Region,
    Seat,
    Unit,
)
from flows.model.health import Health, Trouble
from flows.model.outreach import Campaign, Outreach
from flows.model.quotas import DEFAULT, UNUSED, Quota, Room
from flows.model.requests import Request, RequestState
from flows.model.roles import Role
from flows.model.roster_draft import RosterFile
from flows.model.routes import Need
from flows.model.workdays import Calendar
from flows.policy.timing import zone_of
from flows.staff import granting, roster_upload


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in which chat, as Telegram tells; `sent` is when Telegram received it, where it says so."""

    chat_id: int
    user_id: int
    name: str
    language: str
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not come from the database."""

    now: datetime
    zone: tzinfo
    bot_link: str
    quota: Quota = DEFAULT
    calendar: Callable[[date], Calendar] = lambda _: Calendar()


def gather(
    connection: sqlite3.Connection,
    roster: Roster | None,
    around: Surroundings,
    speaker: Speaker,
    event: Event,
) -> Facts:
    """Everything `flows.step` may know for this event."""
    known = people.who(connection, roster, speaker.user_id)
    focus, person, seats = known.focus, known.person, known.seats
    now = around.now.astimezone(around.zone)
    received = min(now, (speaker.sent or around.now).astimezone(around.zone))
    if roster is None:
        return Facts(now, received, None, speaker.chat_id, focus, speaker.name)
    seat = choose_seat(seats, focus, event)
    wanted = needs(seat, event, focus, intents())
    invites = Need.INVITATION in wanted
    invited = _invitation(connection, roster, around, person, event) if invites else None
    board = board_of_seat(connection, roster, around.zone, seat) if Need.BOARD in wanted else None
    changes = person is not None and (not person.reachable or isinstance(event, Membership))
    at_desk = invited.seat if invited and invited.seat else seat
    asked = _asked(connection, roster, around, speaker, event, (focus, seats, seat))
    asks = seat if Need.REVIEWERS in wanted else None
    reads = seat if Need.HISTORY in wanted else None
    takes = isinstance(event, Upload) or bool(focus.held)
    reached = board if Need.OUTREACH in wanted else None
    facts = Facts(
        now=now,
        received=received,
        period=roster.period,
        chat_id=speaker.chat_id,
        focus=focus,
        name=person.name if person else speaker.name,
        person=person,
        seats=seats,
        seat=seat,
        desk=(asked and asked.desk) or _desk(connection, roster, around.zone, at_desk),
        board=board,
        group=_group(connection, roster, around.zone, speaker) if Need.GROUP in wanted else None,
        invitation=invited,
        campaign=_campaign(connection, around, seat, event) if Need.CAMPAIGN in wanted else None,
        reviewers=people.reviewers(connection, roster, asks) if asks else (),
        history=_history(connection, roster, around.zone, reads, event) if reads else (),
        health=_health(connection, now, around.quota) if Need.HEALTH in wanted else None,
        roster_file=_roster_file(connection, around, seat, event),
        extension_request=_extension_request(connection, focus, event, wanted),
        request=asked.request if asked else None,
        colleagues=asked.colleagues if asked else (),
        outreach=outreach_of(connection, roster, around, reached.offices) if reached else None,
        muted=Need.MUTED in wanted and seat is not None and arrivals.is_muted(connection, seat.id),
        token=secrets.token_urlsafe(24) if Need.TOKEN in wanted else "",
        bot_link=around.bot_link,
        calendar=around.calendar(now.date()),
        next_receipt=known.next_entry,
        next_campaign=campaigns.next_id(connection) if Need.BOARD in wanted else 0,
        intents=intents(),
        words=vocabulary(),
        room=_room(connection, roster, around, speaker, seat) if takes else UNUSED,
    )
    return overseeing.overseen(facts, connection, roster, around.zone, wanted, changes=changes)


def _room(
    connection: sqlite3.Connection,
    roster: Roster,
    around: Surroundings,
    speaker: Speaker,
    seat: Seat | None,
) -> Room:
    return evidence.room_of(connection, roster, around.quota, seat, speaker.chat_id)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A forwarded question; `desk` holds it alone where a guest is to answer it."""

    request: Request
    desk: Desk | None
    colleagues: tuple[Contact, ...]


def _asked(
    connection: sqlite3.Connection,
    roster: Roster,
    around: Surroundings,
    speaker: Speaker,
    event: Event,
    who: tuple[Focus, tuple[Seat, ...], Seat | None],
) -> _Asked | None:
    """The forwarded question that this event opens, answers or settles."""
    focus, seats, seat = who
    command = command_of(event)
    if command and command.name == "mulai" and command.args:
        number = requests.by_token(connection, roster.period.id, command.args.strip())
    elif forwarded_answer.is_guest(focus, seats, event):
        number = focus.request
    else:
        return _proposed(connection, roster, around, seat, event)
    if number is None:
        return None
    found = requests.read(connection, roster, number, around.now, around.zone, speaker.user_id)
    if found is None:
        return None
    request, unit_id = found
    unit = roster.units[unit_id]
    stored = answers.desk(roster, unit, answers.filed(connection, roster, [unit_id], around.zone))
    task = stored.the_task(request.indicator)
    if request.state == RequestState.OPEN and not drafts.may_answer(task):
        request = replace(request, state=RequestState.LOCKED)
    alone = Desk(unit, stored.region, (forwarded_answer.bare(task),), stored.extension)
    return _Asked(request, alone, people.contacts(connection, [unit_id]).get(unit_id, ()))


def _proposed(
    connection: sqlite3.Connection,
    roster: Roster,
    around: Surroundings,
    seat: Seat | None,
    event: Event,
) -> _Asked | None:
    """The proposal that a contact's tap is about, where it is the own unit's."""
    pressed = read(event.data) if isinstance(event, Tap) else None
    number = pressed.number() if pressed and pressed.verb in (Verb.USE, Verb.DROP) else None
    if number is None or seat is None or seat.unit is None:
        return None
    found = requests.read(connection, roster, number, around.now, around.zone)
    return _Asked(found[0], None, ()) if found and found[1] == seat.unit.id else None


def _invitation(
    connection: sqlite3.Connection,
    roster: Roster,
    around: Surroundings,
    person: Person | None,
    event: Event,
) -> Invitation:
    command = command_of(event)
    token = command.args.strip() if command else ""
    found = people.invitation(connection, roster, token, person, around.now)
    if found.state == InvitationState.VALID and found.seat and found.seat.unit:
        known = roster.owed.get(found.seat.unit.id)
        return found if known is not None else Invitation(InvitationState.EXPIRED)
    return found


def _desk(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, seat: Seat | None
) -> Desk | None:
    if seat is None or seat.unit is None:
        return None
    partners = roster.partners(seat.unit)
    known = answers.filed(connection, roster, [seat.unit.id], zone, partners)
    return answers.desk(roster, seat.unit, known)


def board_of_seat(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, seat: Seat | None
) -> Board | None:
    """Only what the seat may see: a coordinator's own region, a Kanwil's own province."""
    if seat is None:
        return None
    visible: Sequence[Region]
    if seat.role == Role.COORDINATOR:
        visible = [seat.region] if seat.region else []
    else:
        visible = [
            region
            for region in roster.regions.values()
            if roster.provinces[region.id] == seat.province
        ]
    return board_of(connection, roster, zone, visible)


def _group(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, speaker: Speaker
) -> Group | None:
    """The board of this group, with what it was switched on for."""
    found = boards.of_chat(connection, speaker.chat_id)
    if found is None:
        return None
    scope = found.regions(roster)
    board = board_of(connection, roster, zone, scope)
    region = roster.regions.get(found.region_id or 0)
    return Group(found.id, region, found.province, board)


def board_of(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, visible: Sequence[Region]
) -> Board:
    """Those of the regions that owe something, with their offices."""
    inside = {region.id for region in visible}
    units = [
        unit
        for unit in roster.units.values()
        if unit.region_id in inside and unit.id in roster.owed
    ]
    offices = offices_of(connection, roster, zone, units)
    with_work = {office.unit.region_id for office in offices}
    regions = tuple(region for region in visible if region.id in with_work)
    return Board(regions, offices, vocabulary(), roster.ledger.tallies)


def offices_of(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, units: Sequence[Unit]
) -> tuple[Office, ...]:
    """Units with all that is known of them, and who holds their seats."""
    joined = people.contacts(connection, [unit.id for unit in units])
    ledger = roster.ledger
    ledger.refresh(connection, roster.units, zone)
    missing = [unit for unit in units if unit.id not in ledger.desks]
    if missing:
        partners = sorted({other for unit in missing for other in roster.partners(unit)})
        numbers = [unit.id for unit in missing]
        known = answers.filed(connection, roster, numbers, zone, partners)
        ledger.desks.update((unit.id, answers.desk(roster, unit, known)) for unit in missing)
    return tuple(Office(unit, ledger.desks[unit.id], joined.get(unit.id, ())) for unit in units)


def outreach_of(
    connection: sqlite3.Connection,
    roster: Roster,
    around: Surroundings,
    offices: Iterable[Office],
) -> Outreach:
    """Who of these offices was reminded when, and what it brought."""
    units = [office.unit.id for office in offices]
    zones = {region.id: zone_of(region) for region in roster.regions.values()}
    days = {number: (around.now.astimezone(zone).date(), zone) for number, zone in zones.items()}
    return Outreach(
        around.calendar(around.now.astimezone(around.zone).date()),
        outreach.recent(connection, roster, units, days),
        outreach.unanswered(connection, roster.period.id, units, around.zone),
    )


def _history(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, seat: Seat, event: Event
) -> tuple[Happening, ...]:
    """The history that a tap asks for: a contact's own unit, or one that the staff seat may see."""
    pressed = read(event.data) if isinstance(event, Tap) else None
    numbers = [pressed.number(0), pressed.number(1)] if pressed else []
    unit, indicator = (seat.unit.id, numbers[0]) if seat.unit else (numbers[0], numbers[1])
    if unit is None or indicator is None or indicator not in roster.owed.get(unit, ()):
        return ()
    found = reviews.history(connection, roster.period.id, unit, indicator)
    return tuple(_happening(roster, zone, indicator, *one) for one in found)


def _happening(
    roster: Roster, zone: tzinfo, indicator: int, kind: str, entry: int, body: dict[str, Any]
) -> Happening:
    marked = codec.marks_from_json(body.get("marks", ()))
    view = {"receipt": entry, "reason": None, **body, "marks": marked}
    for name in ("answer", "corrected"):
        said = body.get(name)
        view[name] = None if said is None else answers.answer_of(roster, indicator, said)
    return Happening(kind, body["by"], parse(body["at"]).astimezone(zone), view)


def _health(connection: sqlite3.Connection, now: datetime, quota: Quota) -> Health:
    """The counts of the database; disk, clock and token are `peduli-ham doctor`'s."""
    found = health.figures(connection)
    sends = health.sends(connection, iso(now - timedelta(days=1)))
    noted = health.noted(connection)
    heard = noted.get("heard")
    troubles = health.troubles(noted, iso(now - timedelta(days=1)))
    return Health(
        found.queued,
        now - parse(found.oldest_queued) if found.oldest_queued else None,
        found.files_waiting,
        found.failed_updates,
        found.database_bytes,
        sends.get("sent", 0),
        sends.get("failed", 0),
        sends.get("unreachable", 0),
        now - parse(heard) if heard else None,
        now - parse(found.oldest_file) if found.oldest_file else None,
        tuple(
            Trouble(what, parse(since).astimezone(now.tzinfo), parse(last).astimezone(now.tzinfo))
            for what, (since, last) in sorted(troubles.items())
        ),
        *evidence.fullest(connection),
        quota,
    )


def _campaign(
    connection: sqlite3.Connection, around: Surroundings, seat: Seat | None, event: Event
) -> Campaign | None:
    pressed = read(event.data) if isinstance(event, Tap) else None
    number = pressed.number() if pressed else None
    if number is None or seat is None:
        return None
    return campaigns.find(connection, number, seat.id, around.now)


def _roster_file(
    connection: sqlite3.Connection, around: Surroundings, seat: Seat | None, event: Event
) -> RosterFile | None:
    pressed = read(event.data) if isinstance(event, Tap) else None
    number = pressed.number() if pressed and pressed.verb in roster_upload.VERBS else None
    if number is None or seat is None:
        return None
    return roster_uploads.find(connection, number, seat.id, around.now)


def _extension_request(
    connection: sqlite3.Connection, focus: Focus, event: Event, wanted: frozenset[Need]
) -> ExtensionRequest | None:
    """The request for a later last day that a tap is about, or that a sentence is waited for."""
    if Need.EXTENSION not in wanted:
        return None
    pressed = read(event.data) if isinstance(event, Tap) else None
    is_pressed = pressed is not None and pressed.verb in granting.VERBS
    waits = focus.review.get("request") if not is_pressed else None
    number = pressed.number() if pressed and is_pressed else int(waits) if waits else None
    return None if number is None else extensions.find(connection, number)

"""Collects the facts of one step: a few bounded queries, scoped by the seat that acts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TypedDict

from bot.storage import (
    answer_rows,
    board_rows,
    criteria_rows,
    overseeing,
    own_data_rows,
    people,
    request_rows,
)
from bot.storage.load_needs import Asking, gathered
from bot.storage.people import KnownSpeaker
from bot.storage.roster import Roster, province_of
from bot.storage.step_context import Speaker, StepContext
from bot.typed_words import intents, vocabulary
from flows.contact import drafts, forwarded_answer
from flows.engine import asks_for_own_data, choose_seat, needs, opened_link
from flows.group.criteria_in_group import concerns_criteria
from flows.model.events import Event, GroupEvent, Membership
from flows.model.facts import (
    Board,
    Contact,
    ContactFacts,
    Desk,
    Facts,
    Focus,
    Group,
    GroupFacts,
    GuestFacts,
    Invitation,
    InvitationState,
    InvitedFacts,
    NoPeriod,
    Offer,
    Office,
    Overseer,
    Period,
    Person,
    RefusedFacts,
    Region,
    Seat,
    StaffFacts,
    StrangerFacts,
    Unit,
)
from flows.model.gathered import Gathered
from flows.model.intents import Intents
from flows.model.needs import Guardians
from flows.model.own_data import OwnData
from flows.model.requests import Request, RequestState
from flows.model.season import Neighbour
from flows.model.vocabulary import Vocabulary
from flows.model.workdays import Calendar
from scoring.replacing import replace


class _Common(TypedDict):
    """What is known of every speaker, by the names of `SpeakerFacts`."""

    now: datetime
    received: datetime
    period: Period
    chat_id: int
    focus: Focus
    name: str
    seats: tuple[Seat, ...]
    calendar: Calendar
    bot_link: str
    next_receipt: int
    intents: Intents
    words: Vocabulary
    periods: tuple[Neighbour, ...]
    handbook: str


def load_facts(
    connection: sqlite3.Connection,
    roster: Roster | None,
    context: StepContext,
    speaker: Speaker,
    event: Event,
) -> Facts:
    """Return everything `flows.step` may know for this event."""
    if roster is None:
        return NoPeriod(context.bot_link)
    known = people.who(connection, roster, speaker.user_id)
    person, seats = known.person, known.seats
    now = context.now.astimezone(context.zone)
    seat = choose_seat(seats, known.focus, event)
    group = None
    province = province_of(roster, seat) if seat else None
    if isinstance(event, GroupEvent):
        group = _group(connection, roster, context.zone, speaker)
        province = _province_of_group(roster, group) or province
    common = _Common(
        now=now,
        received=min(now, (speaker.sent or context.now).astimezone(context.zone)),
        period=roster.period_of(province),
        chat_id=speaker.chat_id,
        focus=known.focus,
        name=person.name if person else speaker.name,
        seats=seats,
        calendar=context.calendar(now.date()),
        bot_link=context.bot_link,
        handbook=context.handbook,
        next_receipt=known.next_entry,
        intents=intents(),
        words=vocabulary(),
        periods=roster.neighbours,
    )
    by_type = _unasked(connection, roster, context, speaker, event, known)
    if isinstance(event, GroupEvent):
        overseer = _overseer(connection, roster, context.zone, seat)
        facts = GroupFacts(**common, person=person, group=group, staff=overseer)
        if province and concerns_criteria(event):
            return _coordinating(connection, roster, context, speaker, facts, province)
        return facts
    guest = Gathered(by_type)
    opened = _opened(connection, roster, context, speaker, event, (common, person, seat, guest))
    if opened is not None:
        return opened
    if person is None or seat is None:
        return StrangerFacts(**common, person=person, gathered=guest)
    asking = Asking(connection, roster, context, speaker, event, known.focus, seat)
    wanted = needs(seat, event, known.focus, intents()) - by_type.keys()
    if seat.is_staff or seat.unit is None:
        board = board_of_seat(connection, roster, context.zone, seat)
        by_type |= gathered(replace(asking, offices=board.offices), wanted)
        return StaffFacts(
            **common, person=person, seat=seat, board=board, gathered=Gathered(by_type)
        )
    desk = _desk(connection, roster, context.zone, seat.unit)
    by_type |= gathered(asking, wanted)
    return ContactFacts(**common, person=person, seat=seat, desk=desk, gathered=Gathered(by_type))


def _unasked(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    speaker: Speaker,
    event: Event,
    known: KnownSpeaker,
) -> dict[type[object], object]:
    """Return what no route asks for, since it is for those without a seat as well."""
    by_type: dict[type[object], object] = {}
    if isinstance(event, Membership) or (known.person and not known.person.reachable):
        by_type[Guardians] = Guardians(overseeing.guardians(connection, roster, known.seats))
    if asks_for_own_data(event):
        who = speaker.user_id
        by_type[OwnData] = own_data_rows.read(connection, who, context.now, context.zone)
    return by_type


def _coordinating(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    speaker: Speaker,
    facts: GroupFacts,
    province: str,
) -> GroupFacts:
    """Return the facts of a group with what was said of the criteria there, and who is told of it."""
    talk = criteria_rows.read(connection, roster, province, context.zone, speaker.user_id)
    seat = facts.staff.seat if facts.staff else None
    held = overseeing.holders(connection, roster, seat) if seat else ()
    return replace(facts, coordination=talk, holders=held)


def _opened(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    speaker: Speaker,
    event: Event,
    who: tuple[_Common, Person | None, Seat | None, Gathered],
) -> GuestFacts | InvitedFacts | RefusedFacts | None:
    """Return the facts of somebody who opens a link, or works at the question of one; None for all others."""
    common, person, seat, guest = who
    token = opened_link(event)
    if token:
        request_id = request_rows.by_token(connection, roster.period.id, token)
    elif forwarded_answer.is_guest(common["focus"], common["seats"], event):
        request_id = common["focus"].request
    else:
        return None
    asked = None if request_id is None else _asked(connection, roster, context, speaker, request_id)
    if asked is not None:
        request, desk, colleagues = asked
        common["period"] = roster.period_of(roster.provinces[desk.region.id])
        return GuestFacts(
            **common, person=person, gathered=guest, request=request, desk=desk,
            colleagues=colleagues,
        )  # fmt: skip
    if not token:
        return None
    invitation = _invitation(connection, roster, context, person, token)
    if invitation.state == InvitationState.VALID and invitation.seat is not None:
        unit = invitation.seat.unit
        common["period"] = roster.period_of(province_of(roster, invitation.seat))
        return InvitedFacts(
            **common,
            person=person,
            gathered=guest,
            offer=Offer(invitation.id, invitation.seat, invitation.replaced, invitation.by),
            desk=_desk(connection, roster, context.zone, unit) if unit else None,
            watchers=overseeing.watchers(connection, roster, invitation),
        )
    if invitation.state == InvitationState.MINE and seat is not None:
        return None  # the same as /mulai
    return RefusedFacts(**common, person=person, gathered=guest, state=invitation.state)


def _asked(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    speaker: Speaker,
    request_id: int,
) -> tuple[Request, Desk, tuple[Contact, ...]] | None:
    """Return a forwarded question, the desk that holds it alone, and the contacts of the office that asks."""
    opened = request_rows.read(
        connection, roster, request_id, context.now, context.zone, speaker.user_id
    )
    if opened is None:
        return None
    request, unit_id = opened
    unit = roster.units[unit_id]
    stored = answer_rows.desk(
        roster, unit, answer_rows.answer_records(connection, roster, [unit_id], context.zone)
    )
    task = stored.the_task(request.indicator)
    if request.state == RequestState.OPEN and not drafts.may_answer(task):
        request = replace(request, state=RequestState.LOCKED)
    alone = Desk(unit, stored.region, (forwarded_answer.bare(task),), stored.extension)
    return request, alone, people.contacts(connection, [unit_id]).get(unit_id, ())


def _invitation(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    person: Person | None,
    token: str,
) -> Invitation:
    invitation = people.invitation(connection, roster, token, person, context.now)
    if invitation.state == InvitationState.VALID and invitation.seat and invitation.seat.unit:
        known = roster.owed.get(invitation.seat.unit.id)
        return invitation if known is not None else Invitation(InvitationState.EXPIRED)
    return invitation


def _desk(connection: sqlite3.Connection, roster: Roster, zone: tzinfo, unit: Unit) -> Desk:
    known = answer_rows.answer_records(connection, roster, [unit.id], zone, roster.partners(unit))
    desk = answer_rows.desk(roster, unit, known)
    if any(task.mine for task in desk.tasks):  # what a new regulation changes is told at the start
        return desk
    regulation = roster.previous_answers.regulation(
        connection, unit.id, roster.owed.get(unit.id, ())
    )
    return replace(desk, regulation=regulation) if regulation else desk


def _overseer(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, seat: Seat | None
) -> Overseer | None:
    return Overseer(seat, board_of_seat(connection, roster, zone, seat)) if seat else None


def board_of_seat(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, seat: Seat
) -> Board:
    """Return only what the seat may see: its own region, or its own province."""
    return board_of(connection, roster, zone, _visible(roster, seat))


def units_of_seat(roster: Roster, seat: Seat) -> list[Unit]:
    """Return the units of that board."""
    return _owing(roster, _visible(roster, seat))


def _visible(roster: Roster, seat: Seat) -> list[Region]:
    return [roster.regions[region] for region in overseeing.regions_of(roster, seat)]


def _province_of_group(roster: Roster, group: Group | None) -> str | None:
    """Return the province that a group's board is about."""
    if group is None:
        return None
    return roster.provinces[group.region.id] if group.region else group.province


def _group(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, speaker: Speaker
) -> Group | None:
    """Return the board of this group, with what it was switched on for."""
    board_row = board_rows.of_chat(connection, speaker.chat_id)
    if board_row is None:
        return None
    scope = board_row.regions(roster)
    board = board_of(connection, roster, zone, scope)
    region = roster.regions.get(board_row.region_id or 0)
    return Group(board_row.id, region, board_row.province, board)


def board_of(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, visible: Sequence[Region]
) -> Board:
    """Return those of the regions that owe something, with their offices."""
    offices = offices_of(connection, roster, zone, _owing(roster, visible))
    with_work = {office.unit.region_id for office in offices}
    regions = tuple(region for region in visible if region.id in with_work)
    return Board(regions, offices, vocabulary(), roster.desk_cache.tallies)


def _owing(roster: Roster, regions: Sequence[Region]) -> list[Unit]:
    inside = {region.id for region in regions}
    return [
        unit
        for unit in roster.units.values()
        if unit.region_id in inside and unit.id in roster.owed
    ]


def offices_of(
    connection: sqlite3.Connection, roster: Roster, zone: tzinfo, units: Sequence[Unit]
) -> tuple[Office, ...]:
    """Return units with all that is known of them, and who holds their seats."""
    joined = people.contacts(connection, [unit.id for unit in units])
    cache = roster.desk_cache
    cache.refresh(connection, roster.units, zone)
    missing = [unit for unit in units if unit.id not in cache.desks]
    if missing:
        partners = sorted({other for unit in missing for other in roster.partners(unit)})
        numbers = [unit.id for unit in missing]
        known = answer_rows.answer_records(connection, roster, numbers, zone, partners)
        cache.desks.update((unit.id, answer_rows.desk(roster, unit, known)) for unit in missing)
    return tuple(Office(unit, cache.desks[unit.id], joined.get(unit.id, ())) for unit in units)

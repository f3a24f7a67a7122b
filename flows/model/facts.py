"""What a step is told: who speaks, from which seat, what is owed and stored, and where the chat stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from flows.model.criteria import Coordination
from flows.model.desk import Desk as Desk
from flows.model.desk import Extension as Extension
from flows.model.desk import Region as Region
from flows.model.desk import Unit as Unit
from flows.model.desk import require as require
from flows.model.focus import VALUE as VALUE
from flows.model.focus import Focus as Focus
from flows.model.focus import Stage as Stage
from flows.model.gathered import Gathered
from flows.model.intents import Intents
from flows.model.letterheads import Letterhead
from flows.model.privacy import PrivacySettings
from flows.model.record_kinds import EntryKind
from flows.model.requests import Request
from flows.model.roles import STAFF, SWITCHED, Role
from flows.model.season import Neighbour, Season
from flows.model.tallies import Tallies
from flows.model.tasks import Part as Part
from flows.model.tasks import Task as Task
from flows.model.vocabulary import EMPTY, Vocabulary
from flows.model.workdays import Calendar
from scoring import Instrument


class Seat(Struct, frozen=True):
    """A person's role in a unit, a region or a province."""

    id: int
    role: Role
    unit: Unit | None = None
    region: Region | None = None
    province: str | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def is_off(self, levels: Collection[Role]) -> bool:
        """Tell whether a period that switches these seats on does without this one."""
        return self.role in SWITCHED and self.role not in levels


class Person(Struct, frozen=True):
    id: int
    name: str
    reachable: bool = True
    paused_until: date | None = None
    language: str = "id"


class Period(Struct, frozen=True):
    """One year's run of one instrument. `institution` and `help_contact` are settings, never literals.

    `reminders`: days from the deadline on which open offices are reminded (-7: a week before).
    `letter_number`: of the letter by which the data were asked for, where one was named. `grace`: for so
    many days offices may still send after their deadline; None: until verification ends. `privacy`: what
    was set of it, by the code of a region, or without one for all. `levels`: seats that it switches on.
    A `trial` is played for practice, and counts nowhere.
    """

    id: int
    code: str
    data_year: int
    opens: date
    deadline: date
    institution: str
    help_contact: str
    instrument: Instrument
    verification_deadline: date
    reminders: tuple[int, ...] = ()
    letters: tuple[Letterhead, ...] = ()
    letter_number: str = ""
    letter_date: date | None = None
    grace: int | None = None
    trial: bool = False
    season: Season = field(default_factory=Season)
    privacy: Mapping[str, PrivacySettings] = field(default_factory=dict)
    levels: tuple[Role, ...] = ()


class Setting(Struct, frozen=True):
    """When it is, and in which period: what every policy asks, whoever speaks."""

    now: datetime
    period: Period

    @property
    def closed_at(self) -> datetime | None:
        """When the season was closed, in the zone of `now`; None while it is not."""
        moment = self.period.season.closed_at
        return moment.astimezone(self.now.tzinfo) if moment else None


class Contact(Struct, frozen=True):
    """A person who holds a seat, as others see them."""

    name: str
    chat_id: int
    seat_id: int
    reachable: bool = True


class Holder(Struct, frozen=True):
    """A seat with who holds it, since when, and whether it is suspended."""

    seat: Seat
    contact: Contact
    since: date
    suspended: bool = False


class Office(Struct, frozen=True):
    """A unit on the staff's board."""

    unit: Unit
    desk: Desk
    contacts: tuple[Contact, ...]


class Board(Struct, frozen=True):
    """What a staff seat may see: regions with their offices, answers included."""

    regions: tuple[Region, ...]
    offices: tuple[Office, ...]
    words: Vocabulary = EMPTY
    tallies: Tallies = field(default_factory=Tallies)

    def of_region(self, region: Region) -> tuple[Office, ...]:
        return tuple(office for office in self.offices if office.unit.region_id == region.id)


class Overseer(Struct, frozen=True):
    """A staff seat with all that it may see."""

    seat: Seat
    board: Board


class Group(Struct, frozen=True):
    """A group with a board (papan); `region` None: it is for the whole `province`."""

    board_id: int
    region: Region | None
    province: str | None
    board: Board


class InvitationState(StrEnum):
    """What a link is to the person who opens it.

    `outlived`: a seat of theirs was ended after it was made; `suspended`: one of theirs is.
    """

    VALID = "valid"
    USED = "used"
    MINE = "mine"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OUTLIVED = "outlived"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class Invitation(Struct, frozen=True):
    """What a link's token stands for; `seat` is what it gives, or gave.

    `by` is who made it, None where the operator did.
    """

    state: InvitationState
    id: int = 0
    seat: Seat | None = None
    replaced: Contact | None = None
    by: str | None = None


class Offer(Struct, frozen=True):
    """The seat that a link gives to whoever has opened it; `by` as in `Invitation`."""

    invitation_id: int
    seat: Seat
    replaced: Contact | None
    by: str | None


class Happening(Struct, frozen=True):
    """One line of an answer's history: a revision, a move, a note or a file. `view` depends on the kind."""

    kind: EntryKind
    by: str
    at: datetime
    view: Mapping[str, Any]


class NoPeriod(Struct, frozen=True):
    """Nothing was set up yet: nobody has a seat, and nothing is owed."""

    bot_link: str


class SpeakerFacts(Setting, frozen=True, kw_only=True):
    """What is known of whoever speaks; `received` is when Telegram got what happened.

    `words` are those that people type in place of a tap.
    `periods` are all of the installation, the one at work first. `handbook`: where it can be read.
    `gathered` is what the routes of the event asked for: it reaches handlers as parameters, by the table.
    """

    received: datetime
    chat_id: int
    focus: Focus
    name: str
    person: Person | None
    seats: tuple[Seat, ...]
    calendar: Calendar
    bot_link: str
    next_receipt: int
    intents: Intents
    words: Vocabulary
    gathered: Gathered = field(default_factory=Gathered)
    periods: tuple[Neighbour, ...] = ()
    handbook: str = ""


class StrangerFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Somebody without a seat, or without one that this event is for."""


class InvitedFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Somebody opened a link that gives a seat. `desk` is that of a contact's seat.

    `watchers` are the staff who are told that somebody took the seat.
    """

    offer: Offer
    desk: Desk | None
    watchers: tuple[Contact, ...]


class RefusedFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Somebody opened a link that gives them no seat."""

    state: InvitationState


class GuestFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Somebody to whom an office forwarded one question: `desk` holds it alone.

    `colleagues` are the contacts of that office.
    """

    desk: Desk
    request: Request
    colleagues: tuple[Contact, ...]

    @property
    def task(self) -> Task:
        """The question that was forwarded."""
        return self.desk.tasks[0]


class SeatedFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Somebody who acts from a seat."""

    person: Person
    seat: Seat

    @property
    def is_seat_off(self) -> bool:
        """Whether the seat is one that the period does without."""
        return self.seat.is_off(self.period.levels)


class ContactFacts(SeatedFacts, frozen=True, kw_only=True):
    """A contact at the desk of their office."""

    desk: Desk


class StaffFacts(SeatedFacts, frozen=True, kw_only=True):
    """Bagian Hukum, the Kanwil or an administrator, with all that the seat may see."""

    board: Board


class GroupFacts(SpeakerFacts, frozen=True, kw_only=True):
    """Something happens in a group. `group`: its board, if one is on; `staff`: who did it, if staff.

    `coordination` and the `holders` of seats are there where it is about the criteria.
    """

    group: Group | None
    staff: Overseer | None
    coordination: Coordination | None = None
    holders: tuple[Holder, ...] = ()


AnswererFacts = ContactFacts | GuestFacts
"""Somebody who fills in answers, with the desk before them."""
Seated = ContactFacts | StaffFacts
PrivateFacts = StrangerFacts | InvitedFacts | RefusedFacts | GuestFacts | Seated
Facts = NoPeriod | GroupFacts | PrivateFacts
"""What a step is told, by who speaks."""

"""A world in memory for transcripts: applies outcomes the way the shell does, without database or channel.

It proves that `flows` is channel-free; between two steps the focus passes through its stored form.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from bot.storage.codec import (
    answer_from_json,
    answer_to_json,
    flags_from_json,
    flags_to_json,
    marks_from_json,
    marks_to_json,
)
from bot.storage.people import focus_from
from bot.telegram.updates import _command
from bot.vocabulary import intents, vocabulary
from flows import step
from flows.contact import drafts, forwarded_answer
from flows.contact.evidence import shown_name
from flows.engine import choose_seat, command_of, needs
from flows.group import cards
from flows.model.answer_state import (
    Note,
    Previous,
    Proof,
    ProofState,
    Standing,
    Stored,
    ticks_that_hold,
)
from flows.model.buttons import Pressed, Verb, read
from flows.model.events import (
    Command,
    Edited,
    Event,
    GroupChanged,
    GroupCommand,
    GroupTap,
    Membership,
    Other,
    Returned,
    Tap,
    Text,
    Upload,
)
from flows.model.extensions import ExtensionRequest
from flows.model.facts import (
    Board,
    Contact,
    Desk,
    Extension,
    Facts,
    Focus,
    Group,
    Happening,
    Holder,
    Invitation,
    InvitationState,
    Office,
    Part,
    Period,
    Person,
    Region,
    Seat,
    Task,
    Unit,
)
from flows.model.health import Health
from flows.model.links import OpenLink
from flows.model.outcome import (
    AcceptInvitation,
    AddNote,
    AddProof,
    BindRequest,
    ChangeSeat,
    CreateInvitation,
    CreateRequest,
    Document,
    ExtendDeadline,
    Notice,
    Outcome,
    PauseReminders,
    Picture,
    PlanCampaign,
    ProposeAnswer,
    RecordMove,
    RequestExtension,
    RevokeInvitation,
    SaveAnswer,
    Say,
    SetFocus,
    SetReachable,
    SettleExtension,
    SettleRequest,
    SettleRoster,
    Show,
    StartCampaign,
    SteerCampaign,
    SwitchOff,
    SwitchOn,
    TakeRoster,
    TickProof,
    WithdrawProof,
)
from flows.model.outreach import Campaign, Outreach, Recent, Unanswered
from flows.model.quotas import MEGABYTE, UNUSED, Room
from flows.model.requests import NEWEST, Request, RequestState
from flows.model.roles import Role
from flows.model.roster_draft import RosterFile, RosterState
from flows.model.routes import Need
from flows.model.workdays import Calendar
from flows.staff import granting, reminding
from messages import label, render
from scoring import Instrument
from tests.flows import rosters

START = datetime(2017, 3, 10, 9, 0, tzinfo=UTC)
CAMPAIGNS = frozenset({Verb.SEND, Verb.STOP, Verb.HALT, Verb.RESUME})


@dataclass
class World:
    """One region, its units, its people, and everything said so far."""

    instrument: Instrument
    owes: dict[str, list[int]]
    now: datetime = START
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    links: dict[str, Seat] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    replaces: dict[str, int | None] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    ended: dict[str, int] = field(default_factory=dict)
    focus: dict[str, Focus] = field(default_factory=dict)
    answers: dict[tuple[str, int], list[Stored]] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    said: dict[str, list[Say | Notice | Show | Picture | Document]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    moved: dict[tuple[str, int], Standing] = field(default_factory=dict)
    proofs: dict[tuple[str, int], list[Proof]] = field(default_factory=dict)
    ticks: dict[tuple[str, int], tuple[int, frozenset[str]]] = field(default_factory=dict)
    checks: dict[tuple[str, int], tuple[int, frozenset[str]]] = field(default_factory=dict)
    notes: dict[tuple[str, int], list[Note]] = field(default_factory=dict)
    granted: dict[str, Extension] = field(default_factory=dict)
    happened: dict[tuple[str, int], list[Happening]] = field(default_factory=dict)
    paused: dict[str, date | None] = field(default_factory=dict)
    previous: dict[tuple[str, int], Previous] = field(default_factory=dict)
    health: Health = field(
        default_factory=lambda: Health(
            3, timedelta(minutes=7), 1, 2, 5 * 2**20, 120, 1, 0, timedelta(seconds=20)
        )
    )
    room: Room = UNUSED
    suspended: set[int] = field(default_factory=set)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    extension_requests: dict[int, ExtensionRequest] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    rosters: dict[int, RosterFile] = field(default_factory=dict)
    switched: SwitchOn | None = None
    reminded: dict[str, list[date]] = field(default_factory=dict)
    entries: int = 0
    messages: int = 100
    typed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.region = Region(1, "31.71", "Jakarta Pusat", aliases=("jakpus",))
        self.units = {
            code: Unit(i, 1, code, f"Suku Dinas {code.title()}", f"Sudin {code.title()}", (code,))
            for i, code in enumerate(self.owes, start=1)
        }

    @property
    def period(self) -> Period:
        return Period(
            1,
            "2017",
            2016,
            date(2017, 2, 1),
            date(2017, 3, 31),
            "Kanwil DKI Jakarta",
            "Bidang HAM Kanwil DKI Jakarta",
            self.instrument,
            date(2017, 5, 15),
        )

    def link(self, token: str, unit: str | None, role: Role = Role.CONTACT) -> None:
        number = len(self.links) + 1
        region = self.region if role in (Role.CONTACT, Role.COORDINATOR) else None
        province = None if region else "31"
        self.links[token] = Seat(number, role, self.units[unit] if unit else None, region, province)

    def chat_id(self, who: str) -> int:
        names = sorted({*self.seats, *self.focus, who})
        return 1000 + sum(ord(c) * (i + 1) for i, c in enumerate(who)) + names.index(names[0])

    def desk(self, unit: Unit) -> Desk:
        tasks = []
        for number in self.owes[unit.code]:
            others = tuple(
                Part(
                    self.units[code].short,
                    self.latest(code, number),
                    self.moved.get((code, number)),
                )
                for code, owed in self.owes.items()
                if number in owed and code != unit.code
            )
            mine, standing = self.latest(unit.code, number), self.moved.get((unit.code, number))
            files = tuple(self.proofs.get((unit.code, number), ()))
            entry, points = self.ticks.get((unit.code, number), (0, frozenset()))
            ticks = ticks_that_hold(points, entry, mine, files)
            indicator = self.instrument.indicator(number)
            revision, checks = self.checks.get((unit.code, number), (0, frozenset()))
            current = checks if mine and mine.revision == revision else frozenset()
            notes = tuple(self.notes.get((unit.code, number), ()))
            before = self.previous.get((unit.code, number))
            tasks.append(
                Task(indicator, mine, others, standing, files, ticks, current, notes, before)
            )
        return Desk(unit, self.region, tuple(tasks), self.granted.get(unit.code))

    def latest(self, code: str, number: int) -> Stored | None:
        found = self.answers.get((code, number))
        return found[-1] if found else None

    def board(self) -> Board:
        offices = []
        for code, unit in self.units.items():
            contacts = tuple(
                Contact(who, self.chat_id(who), seat.id, who not in self.unreachable)
                for who, seats in self.seats.items()
                for seat in seats
                if seat.unit and seat.unit.code == code and seat.role == Role.CONTACT
            )
            offices.append(Office(unit, self.desk(unit), contacts))
        return Board((self.region,), tuple(offices), vocabulary())

    def group(self) -> Group | None:
        """The one group, if it is switched on."""
        board, on = self.board(), self.switched
        region = next((one for one in board.regions if on and one.id == on.region_id), None)
        return Group(1, region, on.province, board) if on else None

    def facts(self, who: str, event: Event) -> Facts:
        seats = tuple(s for s in self.seats.get(who, ()) if s.id not in self.suspended)
        focus = self.focus.get(who, Focus())
        seat = choose_seat(seats, focus, event)
        wanted = needs(seat, event, focus)
        invited = self._invitation(who, event) if Need.INVITATION in wanted else None
        at = invited.seat if invited and invited.seat else seat
        asked = self._asked(who, event, focus, seats, seat)
        pressed = read(event.data) if isinstance(event, Tap) else None
        number = pressed.number() if pressed and pressed.verb in CAMPAIGNS else None
        campaign = self.campaigns.get(number or 0) if Need.CAMPAIGN in wanted else None
        return Facts(
            now=self.now,
            received=self.now,
            period=self.period,
            chat_id=self.chat_id(who),
            focus=focus,
            name=who,
            person=Person(1, who, who not in self.unreachable, self.paused.get(who))
            if seats
            else None,
            seats=seats,
            seat=seat,
            desk=asked[1] if asked and asked[1] else self.desk(at.unit) if at and at.unit else None,
            request=asked[0] if asked else None,
            health=self.health if Need.HEALTH in wanted else None,
            holders=self.holders() if Need.HOLDERS in wanted else (),
            links=self.open_links() if Need.LINKS in wanted else (),
            watchers=self.watchers(event) if invited and invited.seat else (),
            colleagues=asked[2] if asked else (),
            board=self.board() if Need.BOARD in wanted else None,
            group=self.group() if Need.GROUP in wanted else None,
            invitation=invited,
            campaign=campaign,
            roster_file=self.rosters.get(pressed.number() or 0) if pressed else None,
            reviewers=self.reviewers() if Need.REVIEWERS in wanted else (),
            history=self._history(seat, pressed) if Need.HISTORY in wanted else (),
            outreach=self.outreach(),
            guardians={one.id: self.reviewers() for one in seats if one.unit},
            token=f"NEWTOKEN{len(self.asked) + len(self.makers) or ''}"
            if Need.TOKEN in wanted
            else "",
            calendar=self.calendar,
            extension_request=self._extension(focus, pressed) if Need.EXTENSION in wanted else None,
            granters=self.reviewers((Role.KANWIL,)) if Need.EXTENSION in wanted else (),
            bot_link="https://t.me/PeduliHamBot",
            room=self.room,
            next_receipt=self.entries + 1,
            next_campaign=len(self.campaigns) + 1,
            intents=intents(),
        )

    def holders(self) -> tuple[Holder, ...]:
        return tuple(
            Holder(
                seat,
                Contact(who, self.chat_id(who), seat.id, who not in self.unreachable),
                self.now.date(),
                seat.id in self.suspended,
            )
            for who, seats in self.seats.items()
            for seat in seats
        )

    def open_links(self) -> tuple[OpenLink, ...]:
        """The newest first; those of the roster are made by nobody."""
        names = {seat.id: who for who, seats in self.seats.items() for seat in seats}
        day = self.now.date()
        return tuple(
            OpenLink(
                number, seat.role, seat.unit.id if seat.unit else None,
                seat.region.id if seat.region else None,
                seat.unit.short if seat.unit else seat.region.name if seat.region else None,
                day, day + timedelta(days=30), maker, self._seat_of(maker),
                self.replaces.get(token), names.get(self.replaces.get(token) or 0),
            )
            for number, (token, seat) in reversed([*enumerate(self.links.items(), 1)])
            if token not in self.used and token not in self.revoked and token != "OLD"
            for maker in [self.makers.get(token)]
        )  # fmt: skip

    def _void(self, seat_id: int) -> None:
        """What is open of the links that a seat made, and that would replace it."""
        hang = {link.id for link in self.open_links() if link.hangs_on(seat_id)}
        self.revoked |= {list(self.links)[number - 1] for number in hang}

    def _seat_of(self, who: str | None) -> int | None:
        return self.seats[who][0].id if who and self.seats.get(who) else None

    def watchers(self, event: Event) -> tuple[Contact, ...]:
        """Kanwil and administrators, and who made the link that is opened."""
        assert isinstance(event, Command)
        return tuple(
            Contact(who, self.chat_id(who), seat.id, who not in self.unreachable)
            for who, seats in self.seats.items()
            for seat in seats[:1]
            if seat.role in (Role.KANWIL, Role.ADMIN) or self.makers.get(event.args) == who
        )

    def outreach(self) -> Outreach:
        """Who was reminded today and this week, and on how many days without a step since."""
        today, recent, silent = self.now.date(), {}, {}
        for who, seats in self.seats.items():
            days = self.reminded.get(who, [])
            week = sum(1 for day in days if day > today - timedelta(days=7))
            known = Recent(days.count(today), week, self.paused.get(who))
            for seat in seats:
                recent[seat.id] = known
                if seat.unit and days:
                    since = datetime.combine(days[0], START.time(), UTC)
                    silent[seat.unit.id] = Unanswered(len(set(days)), since)
        return Outreach(self.calendar, recent, silent)

    def _extension(self, focus: Focus, pressed: Pressed | None) -> ExtensionRequest | None:
        number = pressed.number() if pressed and pressed.verb in granting.VERBS else None
        one = self.extension_requests.get(number or int(focus.review.get("request", 0)))
        return replace(one, chat_id=None) if one and one.by in self.unreachable else one

    def reviewers(
        self, roles: tuple[Role, ...] = (Role.COORDINATOR, Role.KANWIL)
    ) -> tuple[Contact, ...]:
        return tuple(
            Contact(who, self.chat_id(who), seat.id, who not in self.unreachable)
            for who, seats in self.seats.items()
            for seat in seats
            if seat.role in roles
        )

    def _asked(
        self, who: str, event: Event, focus: Focus, seats: tuple[Seat, ...], seat: Seat | None
    ) -> tuple[Request, Desk | None, tuple[Contact, ...]] | None:
        """What the shell gathers of a forwarded question; `asked` maps a token to its row."""
        command = command_of(event)
        pressed = read(event.data) if isinstance(event, Tap) else None
        rows = list(self.asked.values())
        if command and command.name == "mulai" and command.args:
            row = self.asked.get(command.args)
        elif forwarded_answer.is_guest(focus, seats, event):
            row = rows[(focus.request or 0) - 1]
        elif seat and seat.unit and pressed and pressed.verb in (Verb.USE, Verb.DROP):
            row = next((r for r in rows if r["id"] == pressed.number()), None)
            if row is None or row["unit"] is not seat.unit:
                return None
            return self._request_of(row, None), None, ()
        else:
            return None
        if row is None:
            return None
        request, desk = self._request_of(row, who), self.desk(row["unit"])
        task = desk.the_task(row["indicator"])
        if request.state == RequestState.OPEN and not drafts.may_answer(task):
            request = replace(request, state=RequestState.LOCKED)
        alone = Desk(row["unit"], desk.region, (forwarded_answer.bare(task),), desk.extension)
        office = next(o for o in self.board().offices if o.unit is row["unit"])
        return request, alone, office.contacts

    def _request_of(self, row: dict[str, Any], who: str | None) -> Request:
        state = RequestState.OPEN
        if row["answered"]:
            state = RequestState.ANSWERED
        elif row["maker"] not in {seat.id for held in self.seats.values() for seat in held}:
            state = RequestState.REVOKED
        elif who is not None and row["person"] not in ("", who):
            state = RequestState.TAKEN
        elif row["until"] <= self.now:
            state = RequestState.EXPIRED
        elif [
            one["id"] > row["id"]
            for one in self.asked.values()
            if (one["unit"], one["indicator"]) == (row["unit"], row["indicator"])
        ].count(True) >= NEWEST:
            state = RequestState.REPLACED
        return Request(
            row["id"], state, row["indicator"], row["unit"].name, row["until"], row["person"],
            row["answer"], row["reason"], row["settled"], row["marks"], row["document"],
        )  # fmt: skip

    def _ask(self, who: str, change: Any) -> None:
        rows = list(self.asked.values())
        self.entries += 1
        match change:
            case CreateRequest():
                self.asked[change.token] = {
                    "id": len(rows) + 1, "unit": self.unit(change.unit_id),
                    "indicator": change.indicator, "until": change.until, "person": "",
                    "answered": False, "answer": None, "reason": None, "settled": False,
                    "document": None, "marks": (), "maker": self.seats[who][0].id,
                }  # fmt: skip
            case BindRequest():
                self.entries -= 1
                rows[change.request_id - 1]["person"] = who
            case ProposeAnswer():
                rows[change.request_id - 1].update(
                    answered=True, answer=change.answer, reason=change.reason,
                    settled=change.answer is None, document=change.document, marks=change.marks,
                )  # fmt: skip
            case SettleRequest():
                rows[change.request_id - 1]["settled"] = True

    def _history(self, seat: Seat | None, pressed: Pressed | None) -> tuple[Happening, ...]:
        assert seat is not None
        assert pressed is not None
        if seat.unit:
            return tuple(self.happened.get((seat.unit.code, pressed.number() or 0), ()))
        unit = self.unit(pressed.number() or 0)
        return tuple(self.happened.get((unit.code, pressed.number(1) or 0), ())) if unit else ()

    def unit(self, number: int) -> Unit | None:
        return next((one for one in self.units.values() if one.id == number), None)

    def _happens(self, who: str, kind: str, change: Any, **view: Any) -> None:
        unit = self.unit(change.unit_id)
        assert unit is not None
        one = Happening(kind, who, self.now, {"reason": None, "receipt": self.entries, **view})
        self.happened.setdefault((unit.code, change.indicator), []).append(one)

    def _invitation(self, who: str, event: Event) -> Invitation:
        command = command_of(event)
        token = command.args if command else ""
        if token not in self.links:
            return Invitation(InvitationState.UNKNOWN)
        if token == "OLD":
            return Invitation(InvitationState.EXPIRED)
        if token in self.used:
            mine = self.used[token] == who
            return Invitation(InvitationState.MINE if mine else InvitationState.USED)
        if token in self.revoked:
            return Invitation(InvitationState.REVOKED)
        if any(seat.id in self.suspended for seat in self.seats.get(who, ())):
            return Invitation(InvitationState.SUSPENDED)
        number = list(self.links).index(token) + 1
        if number <= self.ended.get(who, 0):
            return Invitation(InvitationState.OUTLIVED)
        seat, held = self.links[token], self._holder(token)
        return Invitation(InvitationState.VALID, number, seat, held, self.makers.get(token))

    def _holder(self, token: str) -> Contact | None:
        for who, seats in self.seats.items():
            for seat in seats:
                if seat.id == self.replaces.get(token):
                    return Contact(who, self.chat_id(who), seat.id, who not in self.unreachable)
        return None

    def send(self, who: str, event: Event) -> Outcome:
        """One step, applied."""
        facts = self.facts(who, event)
        outcome = step(facts, event)
        assert step(facts, event) == outcome, "not a function"
        self.outcomes.append(outcome)
        for change in outcome.changes:
            self._apply(who, change, facts, event)
        for message in outcome.messages:
            chat = who
            if isinstance(message, Say) and message.chat_id is not None:
                chat = next(name for name in self.seats if self.chat_id(name) == message.chat_id)
            self.said.setdefault(chat, []).append(message)
        return outcome

    def _apply(self, who: str, change: Any, facts: Facts, event: Event) -> None:  # noqa: C901
        match change:
            case SetFocus():
                focus = change.focus
                stored = orjson.loads(
                    orjson.dumps({name: getattr(focus, name) for name in Focus.__slots__})
                )
                self.focus[who] = focus_from(focus.seat_id, focus.turn, stored)
            case SaveAnswer():
                self._save(who, change)
            case RecordMove():
                self._move(who, change, facts)
            case AddProof():
                self._prove(who, change)
            case WithdrawProof():
                self.settle_proof(change.proof_id, ProofState.WITHDRAWN)
                self._happens(who, "withdrawn", change)
            case TickProof():
                unit = next(one for one in self.units.values() if one.id == change.unit_id)
                key, ticks = (unit.code, change.indicator), frozenset(change.ticks)
                self.entries += 1
                if change.revision is None:
                    self.ticks[key] = (self.entries, ticks)
                else:
                    self.checks[key] = (change.revision, ticks)
            case AddNote():
                unit = next(one for one in self.units.values() if one.id == change.unit_id)
                role = facts.the_seat.role
                note = Note(who, role, self.now, change.text, change.closes)
                self.notes.setdefault((unit.code, change.indicator), []).append(note)
                self.entries += 1
                self._happens(who, "note", change, text=change.text, closes=change.closes)
            case ExtendDeadline():
                unit = next(one for one in self.units.values() if one.id == change.unit_id)
                self.granted[unit.code] = Extension(change.until, change.reason)
                self.entries += 1
            case RequestExtension():
                self.entries += 1
                chat = self.chat_id(who)
                asked = (change.unit_id, change.until, change.reason, who, chat)
                self.extension_requests[self.entries] = ExtensionRequest(self.entries, *asked)
            case SettleExtension():
                self.entries += 1
                one = self.extension_requests[change.request_id]
                one = replace(one, settled_by=who, granted=change.granted)
                self.extension_requests[one.id] = one
            case AcceptInvitation():
                assert isinstance(event, Command)
                self.used[event.args] = who
                self._void(self.replaces.get(event.args) or 0)
                for held in self.seats.values():
                    held[:] = [seat for seat in held if seat.id != self.replaces.get(event.args)]
                self.seats.setdefault(who, []).append(self.links[event.args])
                self.entries += 1
            case CreateRequest() | BindRequest() | ProposeAnswer() | SettleRequest():
                self._ask(who, change)
            case CreateInvitation():
                self._invite(who, change)
            case RevokeInvitation():
                self.revoked.add(list(self.links)[change.invitation_id - 1])
                self.entries += 1
            case ChangeSeat():
                self.entries += 1
                if change.action != "resume":
                    self._void(change.seat_id)
                if change.action == "end":
                    for name, held in self.seats.items():
                        if any(seat.id == change.seat_id for seat in held):
                            self.ended[name] = len(self.links)
                        held[:] = [seat for seat in held if seat.id != change.seat_id]
                elif change.action == "suspend":
                    self.suspended.add(change.seat_id)
                else:
                    self.suspended.discard(change.seat_id)
            case SetReachable():
                (self.unreachable.discard if change.reachable else self.unreachable.add)(who)
            case PauseReminders():
                self.paused[who] = change.until
                self.entries += 1
            case PlanCampaign():
                number = len(self.campaigns) + 1
                self.campaigns[number] = Campaign(
                    number, change.scope, started=False, expired=False
                )
            case StartCampaign():
                self._remind(change, facts)
            case SteerCampaign():
                campaign = self.campaigns[change.campaign_id]
                state = "running" if change.running else "stopped"
                self.campaigns[change.campaign_id] = replace(campaign, state=state)
            case SwitchOn():
                self.switched = change
            case SwitchOff():
                self.switched = None
            case TakeRoster():
                gone = RosterState.REPLACED
                self.rosters = {k: replace(one, state=gone) for k, one in self.rosters.items()}
                number = len(self.rosters) + 1
                name = shown_name(change.upload)
                self.rosters[number] = RosterFile(number, name, RosterState.WAITING, 0)
            case SettleRoster():
                one = self.rosters[change.file_id]
                self.rosters[change.file_id] = replace(one, state=change.state)

    def _remind(self, change: StartCampaign, facts: Facts) -> None:
        """The first recipient gets theirs at once; the others wait, for somebody to stop it."""
        number, (first, *rest) = change.campaign_id, change.recipients
        counts = (
            {"sent": 1, "waiting": len(rest)}
            if first[1] <= facts.now
            else {"waiting": 1 + len(rest)}
        )
        campaign = replace(self.campaigns[number], started=True, state="running", counts=counts)
        self.campaigns[number] = campaign
        self.entries += 1
        for office in self.board().offices if "sent" in counts else ():
            for contact in office.contacts:
                if contact.seat_id == first[0]:
                    said = reminding.by_hand(
                        facts, office, contact, number, reminding.sender(facts)
                    )
                    self.said.setdefault(contact.name, []).append(said)
                    self.reminded.setdefault(contact.name, []).append(self.now.date())

    def _save(self, who: str, change: SaveAnswer) -> None:
        unit = next(one for one in self.units.values() if one.id == change.unit_id)
        history = self.answers.setdefault((unit.code, change.indicator), [])
        assert change.revision == len(history) + 1
        self.entries += 1
        indicator = self.instrument.indicator(change.indicator)
        choices = frozenset(one.code for one in indicator.inputs if one.kind == "choice")
        answer = answer_from_json(
            orjson.loads(orjson.dumps(answer_to_json(change.answer))), choices
        )
        flags = flags_from_json(orjson.loads(orjson.dumps(flags_to_json(change.flags))))
        said = (
            change.revision, self.entries, answer, change.reason, who, self.now, flags, change.source,
            marks_from_json(orjson.loads(orjson.dumps(marks_to_json(change.marks)))),
        )  # fmt: skip
        history.append(Stored(*said))
        self._happens(
            who, "answer", change, answer=answer, revision=change.revision, reason=change.reason
        )
        self.now += timedelta(minutes=1)

    def _invite(self, who: str, change: CreateInvitation) -> None:
        self.makers[change.token] = who
        unit = next((one for one in self.units.values() if one.id == change.unit_id), None)
        self.link(change.token, unit.code if unit else None, change.role)
        self.replaces[change.token] = change.replaces
        self.entries += 1

    def _prove(self, who: str, change: AddProof) -> None:
        unit = next(one for one in self.units.values() if one.id == change.unit_id)
        self.entries += 1
        number = sum(len(found) for found in self.proofs.values()) + 1
        up = change.upload
        name = shown_name(up)
        size, waiting = up.size or 0, ProofState.WAITING
        one = Proof(number, up.kind, up.file_id, name, size, waiting, who, self.now)
        one = replace(one, revision=change.revision)
        self.proofs.setdefault((unit.code, change.indicator), []).append(one)
        self._happens(who, "evidence", change, name=name)

    def settle_proof(self, number: int, state: ProofState, **more: Any) -> None:
        """What the fetching of a file, or its withdrawal, makes of it."""
        for found in self.proofs.values():
            found[:] = [replace(p, state=state, **more) if p.id == number else p for p in found]

    def _move(self, who: str, change: RecordMove, facts: Facts) -> None:
        unit = next(one for one in self.units.values() if one.id == change.unit_id)
        self.entries += 1
        assert facts.seat is not None
        self.moved[unit.code, change.indicator] = Standing(
            change.next, str(change.action), facts.seat.role, change.revision, who, self.now,
            change.reason, change.code, change.corrected, change.late,
        )  # fmt: skip
        self._happens(
            who, "move", change, action=str(change.action), reason=change.reason,
            corrected=change.corrected, code=change.code, revision=change.revision,
        )  # fmt: skip
        self.now += timedelta(minutes=1)

    def press(self, who: str, wanted: str) -> Outcome:
        """Tap the newest button labelled `wanted` (or, with … at the end, holding it)."""
        for message in reversed(self.said.get(who, [])):
            if isinstance(message, Say):
                for row in message.keyboard:
                    for button in row:
                        shown = label(button.label, button.view)
                        if shown == wanted or (wanted[-1] == "…" and wanted[:-1] in shown):
                            return self.send(who, Tap(button.data, self._id(), f"q{self._id()}"))
        raise AssertionError(f"{who} sees no button {wanted!r}")

    def type(self, who: str, text: str) -> Outcome:
        if text.startswith("/"):
            return self.send(who, _command(text))
        self.typed.append(self._id())
        return self.send(who, Text(text, self.typed[-1]))

    def do(self, who: str, what: str) -> Outcome:  # noqa: C901
        """Things that are neither typed nor tapped."""
        kind, _, rest = what.partition(" ")
        if kind == "sends":
            return self.send(who, Other(rest))
        if kind == "uploads":  # uploads <kind> <name or -> <bytes>
            what, name, size = rest.split(" ")
            unique = f"u{self._id()}"
            told = None if name == "-" else name
            return self.send(
                who, Upload(what, f"f{unique}", unique, told, int(size), None, self._id())
            )
        if kind == "fetched":
            number, _, state = rest.partition(" ")
            self.settle_proof(
                int(number), ProofState(state), again=state == "stored" and number == "2"
            )
            return Outcome()
        if kind == "stored":  # megabytes of the person, and of the office
            person, office = (int(number) * MEGABYTE for number in rest.split(" "))
            self.room = Room(person, office)
            return Outcome()
        if kind == "edits":  # edits <how many messages ago> <new text>
            ago, _, text = rest.partition(" ")
            return self.send(who, Edited(text, self.typed[-int(ago)]))
        if kind == "quotes":  # quotes <some words of an earlier message> | <new text>
            words, _, text = rest.partition(" | ")
            quoted = next(
                plain for one in reversed(self.said[who]) if words in (plain := bare(text_of(one)))
            )
            self.typed.append(self._id())
            return self.send(who, Text(text, self.typed[-1], quoted))
        if kind == "blocks":
            return self.send(who, Membership(reachable=False))
        if kind == "returned":
            return self.send(who, Returned())
        if kind == "later":
            self.now += timedelta(minutes=int(rest))
            self.campaigns = {k: replace(c, expired=True) for k, c in self.campaigns.items()}
            self.rosters = {k: replace(r, expired=True) for k, r in self.rosters.items()}
            return Outcome()
        if kind == "again":  # presses the nth newest button of that label, however old
            ago, _, wanted = rest.partition(" ")
            return self.send(
                who, Tap(self._old(who, wanted)[-int(ago)], self._id(), f"q{self._id()}")
            )
        if kind == "forges":
            return self.send(who, Tap(rest, self._id(), f"q{self._id()}"))
        if kind == "roster":  # what the shell says of the newest file
            number, one = max(self.rosters.items())
            one = replace(one, state=rosters.state_after(rest), preview=one.preview + 1)
            self.rosters[number] = one
            made = rosters.said(rest, one, self.seats[who][0].id, self.now)
            self.said[who] += made
            return Outcome((), made)
        if kind == "waits":  # waits <days>
            self.now += timedelta(days=int(rest))
            return Outcome()
        if kind == "reminds":  # reminds <whom> <on how many of the last days>
            whom, _, days = rest.partition(" ")
            past = [(self.now - timedelta(days=2 * n)).date() for n in range(int(days), 0, -1)]
            self.reminded[whom] = past
            return Outcome()
        if kind == "finishes":  # the campaign of that number has served everybody
            one = self.campaigns[int(rest)]
            self.campaigns[int(rest)] = replace(one, state="finished")
            return Outcome()
        if kind.startswith("group"):
            return self._in_group(who, kind, rest)
        assert kind == "leaves", what
        self.seats[who] = self.seats[who][1:]
        return Outcome()

    def _in_group(self, who: str, kind: str, rest: str) -> Outcome:
        if kind == "group":  # says something there
            name, _, args = rest.lstrip("/").partition(" ")
            name, _, target = name.partition("@")
            return self.send(who, GroupCommand(name, args, target or None))
        if kind == "group-taps":  # a button of anybody's message there
            held = next(data for one in self.said if (data := self._old(one, rest)))
            return self.send(who, GroupTap(held[-1], self._id(), f"q{self._id()}"))
        if kind == "group-bot":  # is in or out
            return self.send(who, GroupChanged(rest == "in", came=True))
        assert kind == "group-board"
        board = cards.papan(self.facts(who, GroupCommand("")), self.board(), ended=rest == "ends")
        self.said[who].append(board)
        return Outcome()

    def _old(self, who: str, wanted: str) -> list[str]:
        return [
            button.data
            for message in self.said[who]
            if isinstance(message, Say)
            for row in message.keyboard
            for button in row
            if label(button.label, button.view) == wanted
        ]

    def _id(self) -> int:
        self.messages += 1
        return self.messages


def bare(text: str) -> str:
    """A message as the client shows it, without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def text_of(message: Say | Notice | Show | Picture | Document) -> str:
    """A message as people read it, buttons included."""
    if isinstance(message, Document):
        body = f"\n{render(message.body, message.view)}" if message.body else ""
        return f"(document {message.filename}) {render(message.name, message.view)}{body}"
    if isinstance(message, Show):
        return f"({message.kind} {message.name}) {render('evidence/shown', message.view)}"
    if isinstance(message, Picture):
        return f"(picture) {render(message.name, message.view)}"
    if isinstance(message, Notice):
        return f"[{render(message.name, message.view)}]" if message.name else ""
    rows = [
        "  ".join(f"[{label(button.label, button.view)}]" for button in row)
        for row in message.keyboard
    ]
    return "\n".join([render(message.name, message.view), *rows])

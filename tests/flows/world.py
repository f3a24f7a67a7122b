"""One region for transcripts and tests: the real dispatcher over a real database in memory, and what everybody heard.

What people read is taken from the letters that were committed for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from bot.clock import iso
from bot.demo.rehearsal import rehearsal_model
from bot.demo.rehearsal.rehearsal_model import RehearsalStep
from bot.demo.rehearsal.rehearsal_player import Fits
from bot.storage import (
    campaign_rows,
    due,
    evidence_rows,
    outbox,
    people,
    returned_sheet_rows,
    roster_uploads,
)
from bot.storage.due import ReminderLogLine
from bot.storage.load_facts import load_facts
from bot.storage.outbox import DeliveryResult, OutboxMessage
from bot.storage.step_context import Speaker, StepContext
from bot.telegram.rendering import letters
from bot.telegram.updates import Incoming, _command
from bot.workers.campaign_worker import Campaigns
from bot.workers.season_worker import Seasons
from flows import step
from flows.group import cards
from flows.model.answer_file import AnswerFile
from flows.model.buttons import WRITING, Verb, read
from flows.model.events import (
    Edited,
    Event,
    GroupChanged,
    GroupCommand,
    GroupEvent,
    GroupTap,
    Membership,
    Other,
    Returned,
    SheetRead,
    Tap,
    Text,
    Upload,
)
from flows.model.facts import Facts, Setting, StaffFacts
from flows.model.health import Health
from flows.model.outcome import (
    Message,
    Notice,
    Outcome,
    RecordMove,
    SaveAnswer,
    Say,
    StartCampaign,
)
from flows.model.quotas import DEFAULT, MEGABYTE
from flows.model.reminder_kinds import MANUAL
from flows.model.returned_sheet import SheetRow
from flows.model.roles import Role
from flows.model.roster_draft import RosterFile, RosterState, Wrong
from flows.model.season import CloseSeason
from flows.route_table import TABLE
from tests.flows import rosters, sheets, tables
from tests.flows.ground import GROUP, LINK, Ground, run_now
from tests.flows.heard import UNSEEN, Heard, heard
from tests.flows.verbs import NAMES

HEALTH = Health(3, timedelta(minutes=7), 1, 2, 5 * 2**20, 120, 1, 0, timedelta(seconds=20))
"""What /kesehatan tells here: the true size of a database changes with every table."""


@dataclass
class World(Ground):
    """A region of which each office owes what `owes` says; `inboxes` hold what each person has heard so far.

    A minute goes by with each answer that is saved or moved. What the bot does by itself (reminders, files,
    rosters) happens where a test says so. `steps_twice`: prove that the same facts give the same outcome.
    """

    inboxes: dict[str, list[Heard]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    sent_messages: list[Message] = field(default_factory=list)
    typed: list[int] = field(default_factory=list)
    answered: list[rehearsal_model.Replies] = field(default_factory=list)
    new: dict[str, list[Heard]] = field(default_factory=dict)
    """What each person heard at the last step of a transcript."""
    taps: set[str] = field(default_factory=set)
    """What taps did: which verb edits, sends, notifies or alerts with which message."""
    messages: int = 100
    steps_twice: bool = False

    def facts(self, who: str, event: Event) -> Facts:
        """Everything that the bot would know if this came from somebody now."""
        surroundings = StepContext(self.now, UTC, LINK, calendar=self.dispatcher.calendar)
        with patch("secrets.token_urlsafe", self._token):
            return load_facts(
                self.connection, self.roster, surroundings, self._speaker(who, event), event
            )

    def staff(self, who: str, event: Event) -> StaffFacts:
        """The same of somebody who acts from a staff seat."""
        facts = self.facts(who, event)
        assert isinstance(facts, StaffFacts)
        return facts

    def send(self, who: str, event: Event) -> Outcome:
        """Hand the bot an update, and hear what it says. What fails in the bot fails here."""
        self.connection.execute("DELETE FROM strangers")  # their pause is over by the next line
        number, failed = self._id(), self.dispatcher.counters.failed
        update = Incoming(number, self._speaker(who, event), event, lambda: "{}")
        with (
            patch("bot.dispatch.step", self._step),
            patch("secrets.token_urlsafe", self._token),
            patch("bot.storage.load_needs.health_at", lambda *_: HEALTH),
        ):
            queued = run_now(self.dispatcher.handle([update]))
        if self.dispatcher.counters.failed > failed:
            raise AssertionError(self._scalar("SELECT error FROM failed_updates ORDER BY id DESC"))
        outcome = self.outcomes[-1]
        self.hears(who, queued)
        for change in outcome.changes:
            if isinstance(change, SaveAnswer | RecordMove):
                self.clock.advance(minutes=1)
            elif isinstance(change, StartCampaign):
                self._remind(who, change)
            elif isinstance(change, CloseSeason):
                self._tell_results(who)
        return outcome

    def hears(self, who: str, queued: Sequence[OutboxMessage]) -> None:
        """Give letters to whom they are for; those without a chat, and a group's, to `who`."""
        names = {chat: name for name, chat in self.chats.items()}
        files = dict(self.connection.execute("SELECT file_id, name FROM evidence"))
        for letter in queued:
            if letter.method not in UNSEEN:
                message = heard(letter, files)
                self.inboxes.setdefault(names.get(letter.chat_id, who), []).append(message)
                if letter.chat_id in names:
                    self._can_press(letter.chat_id, message)

    def _can_press(self, chat_id: int, message: Heard) -> None:
        """Assert that each button of a message does something for whoever is told it."""
        seats = self._seats(chat_id)
        for label, data in [one for row in message.keyboard for one in row]:
            if not data:
                continue
            pressed, place = read(data), f"[{label}] of {message.name}: {data}"
            assert pressed is not None, place
            assert "None" not in pressed.rest, place
            if pressed.verb in WRITING or pressed.verb in (Verb.GROUP_ON, Verb.GROUP_REGION):
                continue
            if pressed.first == 0:  # a guest of one question, who needs no seat
                continue
            assert pressed.first in seats, place
            role = seats[pressed.first]
            assert TABLE.button(pressed.verb, role) or pressed.verb == Verb.CALLED, place
            assert pressed.verb != Verb.CALLED or pressed.rest[0] in TABLE.menu(role), place

    def _seats(self, chat_id: int) -> dict[int, Role]:
        rows = self.connection.execute(
            "SELECT s.id, s.role FROM seats s JOIN persons p ON p.id = s.person_id"
            " WHERE p.telegram_id = ?",
            (chat_id,),
        )
        return {seat: Role(role) for seat, role in rows}

    def tell(self, who: str, *messages: Message) -> None:
        """Let the bot say something by itself."""
        self.sent_messages += messages
        self.hears(who, [one for said in messages for one in letters(said, self.chat_id(who))])

    # A driver for transcripts

    async def act(self, step: RehearsalStep) -> None:
        """Do what a step of a transcript says."""
        before = {name: len(messages) for name, messages in self.inboxes.items()}
        acts = {"types": self.type, "taps": self.press, "does": self.do}
        acts[step.act](step.who, step.value)
        self.new = {name: its[before.get(name, 0) :] for name, its in self.inboxes.items()}
        mine = self.new.get(step.who, ())
        says, notices = (
            tuple(one.name for one in mine if one.name and one.kind == kind)
            for kind in ("text", "notice")
        )
        self.answered.append(rehearsal_model.Replies(says, notices))

    async def replies(self, _: Fits) -> list[rehearsal_model.Replies]:
        """What whoever acted was told at each step, which is all there will be."""
        return self.answered

    def press(self, who: str, wanted: str) -> Outcome:
        """Tap the newest button labelled `wanted` (or, with … at the end, holding it)."""
        for message in reversed(self.inboxes.get(who, [])):
            for row in message.keyboard:
                for shown, data in row:
                    if shown == wanted or (wanted[-1] == "…" and wanted[:-1] in shown):
                        return self.tap(who, data)
        raise AssertionError(f"{who} sees no button {wanted!r}")

    def tap(self, who: str, data: str) -> Outcome:
        """Tap a button with this data, whether there is one or not."""
        event = Tap(data, self._id(), f"q{self._id()}")
        outcome, pressed = self.send(who, event), read(data)
        for message in outcome.messages if pressed else ():
            way = _way_of(message, event)
            self.taps |= {f"{NAMES.get(pressed.verb)} {way}"} if way else set()
        return outcome

    def type(self, who: str, text: str) -> Outcome:
        if text.startswith("/"):
            return self.send(who, _command(text))
        self.typed.append(self._id())
        return self.send(who, Text(text, self.typed[-1]))

    def do(self, who: str, what: str) -> Outcome:
        """Do what is neither typed nor tapped: `<verb> <rest>`, the verbs being the methods `do_…`."""
        verb, _, rest = what.partition(" ")
        getattr(self, f"do_{verb.replace('-', '_')}")(who, rest)
        return self.outcomes[-1] if self.outcomes else Outcome()

    def do_sends(self, who: str, kind: str) -> None:
        self.send(who, Other(kind))

    def do_uploads(self, who: str, rest: str) -> None:
        """`<kind> <name or -> <bytes>`."""
        kind, name, size = rest.split(" ")
        number = self._id()
        file_name = None if name == "-" else name
        upload = Upload(kind, f"f{number}", f"u{number}", file_name, int(size), None, self._id())
        self.send(who, upload)

    def do_fetched(self, who: str, rest: str) -> None:
        """`<number of the file> <state>`; the second file came before."""
        number, _, state = rest.partition(" ")
        again = state == "stored" and number == "2"
        self.write(
            "UPDATE evidence SET state = ?, again = ? WHERE id = ?", state, again, int(number)
        )

    def do_stored(self, who: str, rest: str) -> None:
        """Megabytes of the person, and of the office, that are in the store."""
        person, office = (int(number) * MEGABYTE for number in rest.split(" "))
        seat, chat = self.seats[who][0], self.chat_id(who)
        self.write("DELETE FROM evidence WHERE sha256 IS NOT NULL")
        room = evidence_rows.room_of(self.connection, self.roster, DEFAULT, seat, chat)
        mine = person - room.person
        for digest, owner, size in (("a", chat, mine), ("b", 1, office - room.office - mine)):
            self.write(
                "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id,"
                " name, size, chat_id, by, at, state, sha256)"
                " VALUES (1, ?, 99, 'photo', ?, ?, 'lain.jpg', ?, ?, ?, ?, 'stored', ?)",
                seat.unit and seat.unit.id, digest, digest, size, owner, who, iso(self.now), digest,
            )  # fmt: skip

    def do_edits(self, who: str, rest: str) -> None:
        """`<how many messages ago> <new text>`."""
        ago, _, text = rest.partition(" ")
        self.send(who, Edited(text, self.typed[-int(ago)]))

    def do_quotes(self, who: str, rest: str) -> None:
        """`<some words of an earlier message> | <new text>`."""
        words, _, text = rest.partition(" | ")
        quoted = next(one.bare for one in reversed(self.inboxes[who]) if words in one.bare)
        self.typed.append(self._id())
        self.send(who, Text(text, self.typed[-1], quoted))

    def do_answers(self, who: str, rest: str) -> None:
        """`<an own message of before> | <new text>`."""
        own, _, text = rest.partition(" | ")
        self.typed.append(self._id())
        self.send(who, Text(text, self.typed[-1], own=own))

    def do_blocks(self, who: str, _: str) -> None:
        self.send(who, Membership(reachable=False))

    def do_returned(self, who: str, _: str) -> None:
        self.send(who, Returned())

    def do_later(self, who: str, minutes: str) -> None:
        self.clock.advance(minutes=int(minutes))

    def do_waits(self, who: str, days: str) -> None:
        self.clock.advance(days=int(days))

    def do_again(self, who: str, rest: str) -> None:
        """Press the nth newest button of that label, however old."""
        ago, _, wanted = rest.partition(" ")
        self.tap(who, self._old(who, wanted)[-int(ago)])

    def do_forges(self, who: str, data: str) -> None:
        """Tap a button that nobody was shown; in its data a seat goes by the number of its link."""
        pressed = read(data)
        if pressed and pressed.verb not in WRITING:
            seats = [str(pressed.first), *pressed.rest[: pressed.verb == Verb.HOLDER]]
            others = pressed.rest[len(seats) - 1 :]
            data = ".".join([pressed.verb, *(self._seat(int(link)) for link in seats), *others])
        self.tap(who, data)

    def do_leaves(self, who: str, _: str) -> None:
        """The oldest seat ends, and nobody is told."""
        people.change_seat(self.connection, self.seats[who][0].id, "end", iso(self.now))

    def do_reminds(self, who: str, rest: str) -> None:
        """`<whom> <on how many days>`: every second day up to now."""
        whom, _, days = rest.partition(" ")
        for back in range(int(days), 0, -1):
            self.reminded(whom, self.now - timedelta(days=2 * back))

    def reminded(self, whom: str, at: datetime) -> None:
        """Let somebody have had a reminder."""
        seats = self.seats[whom]
        for seat in seats:
            assert seat.unit is not None
            line = ReminderLogLine(1, seat.unit.id, seat.id, MANUAL, at.date(), "sent")
            due.note(self.connection, line, at)

    def do_finishes(self, who: str, number: str) -> None:
        """The campaign of that number has served everybody."""
        campaign_rows.finish(self.connection, int(number), iso(self.now))

    def do_roster(self, who: str, what: str) -> None:
        """What the worker says of the newest file; see `rosters.messages`."""
        row = self.connection.execute(
            "SELECT id, seat_id, chat_id, file_id, name, state, content, base, previews"
            " FROM roster_files ORDER BY id DESC LIMIT 1"
        ).fetchone()
        file = roster_uploads.WaitingRoster(*row)
        state, now = rosters.state_after(what), iso(self.now)
        if state == RosterState.SHOWN:
            until = iso(self.now + timedelta(hours=24))
            roster_uploads.show(self.connection, file, b"", "", "", until)
        else:
            roster_uploads.settle(self.connection, file.id, state, now)
        roster_file = RosterFile(file.id, file.name, state, file.previews + 1)
        self.tell(who, *rosters.messages(what, roster_file, file.seat_id, self.now))

    def do_import(self, who: str, what: str) -> None:
        """What the worker says of the newest file of answers; see `tables.messages`."""
        row = self.connection.execute(
            "SELECT id, seat_id, name, previews FROM answer_files ORDER BY id DESC LIMIT 1"
        ).fetchone()
        file = AnswerFile(row[0], row[2], tables.state_after(what), row[3] + 1)
        self.connection.execute(
            "UPDATE answer_files SET state = ?, previews = previews + 1, expires_at = ? WHERE id = ?",
            (file.state, iso(self.now + timedelta(hours=24)), file.id),
        )
        self.tell(who, *tables.messages(what, file, row[1], self.now))

    def do_sheet(self, who: str, what: str) -> None:
        """`fills ROWS`, `reads ROWS` (whatever was sent), `fails WHY`, `breaks`: what came back of the queue."""
        [row] = returned_sheet_rows.waiting(self.connection)
        verb, _, rest = what.partition(" ")
        event = partial(SheetRead, row.seat_id, row.id, row.name)
        match verb:
            case "fills":
                self.happen(
                    who, event(sheets.rows(sheets.newest(self.sent_messages), sheets.cells(rest)))
                )
            case "reads":
                rows = ({**one, "seen": "seen" in one} for one in sheets.cells(rest))
                self.happen(who, event(tuple(SheetRow(**one) for one in rows)))
            case "fails":
                self.happen(who, event(why=rest))
            case _:
                fault = Wrong(
                    "formula", "Sel ini berisi rumus.", "Tulis nilainya.", None, "Periksa", "J2"
                )
                self.happen(who, event(wrong=(fault,) * 9))

    def happen(self, who: str, event: Event) -> Outcome:
        """Let something happen that the shell found out by itself."""
        with patch("bot.dispatch.step", self._step):
            self.hears(who, run_now(self.dispatcher.tell([(self._speaker(who, event), event)])))
        return self.outcomes[-1]

    def do_group(self, who: str, text: str) -> None:
        """Say something in the group."""
        name, _, args = text.lstrip("/").partition(" ")
        name, _, target = name.partition("@")
        self.send(who, GroupCommand(name, args, target or None))

    def do_group_taps(self, who: str, label: str) -> None:
        """Tap a button of anybody's message there."""
        held = next(data for one in self.inboxes if (data := self._old(one, label)))
        self.send(who, GroupTap(held[-1], self._id(), f"q{self._id()}"))

    def do_group_bot(self, who: str, rest: str) -> None:
        """The bot is `in` or out."""
        self.send(who, GroupChanged(rest == "in", came=True))

    def do_group_board(self, who: str, rest: str) -> None:
        setting = Setting(self.now, self.period)
        self.tell(who, cards.papan(setting, self.board(), ended=rest == "ends"))

    def do_feeds(self, who: str, number: str) -> None:
        """The next recipient of the campaign of that number gets theirs, if it is time."""
        self._feed(who, int(number))

    def _remind(self, who: str, change: StartCampaign) -> None:
        """The first recipient gets theirs, if it is time; the others wait, for somebody to stop it."""
        self._feed(who, change.campaign_id)

    def _feed(self, who: str, campaign_id: int) -> None:
        dispatcher = self.dispatcher
        worker = Campaigns(
            dispatcher.database, self.clock, UTC, dispatcher.calendar, lambda _: None,
            roster=dispatcher.roster,
        )  # fmt: skip
        [running] = [
            one for one in campaign_rows.under_way(self.connection, ()) if one.id == campaign_id
        ]
        with patch("bot.workers.campaign_worker.SLICE", 1):
            feed = worker._feed if running.words is None else worker._announce
            sent = feed(self.connection, self.roster, running, self.now)
        marks = [DeliveryResult(one.id, "sent", self._id()) for one in sent]
        outbox.mark(self.connection, marks, iso(self.now))
        campaign_rows.settle(self.connection, marks)
        self.hears(who, sent)

    def _tell_results(self, who: str) -> None:
        """What follows a closing by itself: everybody hears the result."""
        dispatcher, sent = self.dispatcher, list[OutboxMessage]()
        worker = Seasons(
            dispatcher.database, self.clock, UTC, dispatcher.calendar, sent.extend,
            roster=dispatcher.roster,
        )  # fmt: skip
        run_now(worker.tick())
        self.hears(who, sent)

    def _step(self, facts: Facts, event: Event) -> Outcome:
        outcome = step(facts, event)
        if self.steps_twice:
            assert step(facts, event) == outcome, "not a function"
        self.outcomes.append(outcome)
        self.sent_messages += outcome.messages
        return outcome

    def _token(self, _: int) -> str:
        """Tokens that a transcript can write down."""
        made = self._scalar("SELECT count(*) FROM invitations WHERE created_by IS NOT NULL")
        made += self._scalar("SELECT count(*) FROM requests")
        return f"NEWTOKEN{made or ''}"

    def _speaker(self, who: str, event: Event) -> Speaker:
        user = self.chat_id(who)
        return Speaker(GROUP if isinstance(event, GroupEvent) else user, user, who, "id")

    def _scalar(self, query: str) -> Any:
        return self.connection.execute(query).fetchone()[0]

    def _seat(self, link: int) -> str:
        query = "SELECT used_seat FROM invitations WHERE id = ?"
        row = self.connection.execute(query, (link,)).fetchone()
        return str(row[0] if row and row[0] else 1000 + link)

    def _old(self, who: str, wanted: str) -> list[str]:
        return [
            data
            for message in self.inboxes[who]
            for row in message.keyboard
            for shown, data in row
            if shown == wanted
        ]

    def _id(self) -> int:
        self.messages += 1
        return self.messages


def _way_of(message: Message, event: Tap) -> str | None:
    """Return how a message comes by a tap (in place of what was tapped, below it, or as a notice), and which."""
    if isinstance(message, Notice) and message.name:
        return f"{'alerts' if message.alert else 'notifies'} {message.name}"
    if isinstance(message, Say):
        return f"{'edits' if message.edit == event.message_id else 'sends'} {message.name}"
    return None

"""The unit of work: a batch of updates in one transaction, each in its own savepoint.

Facts, step, changes, outgoing messages and the update's id are committed together; only then may
Telegram be told that the batch is taken. A poisoned update rolls back alone and is kept.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import partial

import orjson

from bot import holidays
from bot.clock import Clock, iso
from bot.counters import Pulse
from bot.storage import failed, languages, menus, outbox, people, updates
from bot.storage.apply_changes import Writer
from bot.storage.database import Database
from bot.storage.load_facts import gather
from bot.storage.outbox import Letter
from bot.storage.roster import RosterCache
from bot.storage.surroundings import Speaker, Surroundings
from bot.strangers import Allowance, Strangers
from bot.telegram.rendering import command_menus, letters
from bot.telegram.update_guard import reread
from bot.telegram.updates import Incoming
from bot.trouble import is_of_machine
from flows import step
from flows.model.events import Event, Inline, Membership
from flows.model.facts import NoPeriod, SpeakerFacts
from flows.model.outcome import (
    ChooseLanguage,
    InlineAnswer,
    Message,
    Notice,
    Outcome,
    RegisterCommands,
    Say,
    SetFocus,
)
from flows.model.quotas import DEFAULT, Quota
from flows.model.roles import Role
from flows.model.workdays import Calendar
from messages import INDONESIAN

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Dispatcher:
    """Runs batches; `fault` is called at named points, for the campaigns that kill the process there."""

    database: Database
    clock: Clock
    zone: tzinfo
    bot_link: str = ""
    fault: Callable[[str], None] = lambda _: None
    roster: RosterCache = field(default_factory=RosterCache)
    pulse: Pulse = field(default_factory=Pulse)
    calendar: Callable[[date], Calendar] = holidays.calendar
    quota: Quota = DEFAULT
    allowance: Allowance = field(default_factory=Allowance)

    def __post_init__(self) -> None:
        self.roster.live_by(self.clock, self.zone)

    async def handle(self, batch: Sequence[Incoming]) -> list[Letter]:
        """Commit a batch and return the letters it queued. sqlite3.Error: nothing was committed."""
        if not batch:
            return []
        sent = await self.database.transaction(lambda connection: self._work(connection, batch))
        self.pulse.batch(len(batch))
        return sent

    async def tell(self, events: Sequence[tuple[Speaker, Event]]) -> list[Letter]:
        """Run events of our own making (no update of Telegram's) in one transaction."""

        def work(connection: sqlite3.Connection) -> list[Letter]:
            around = self._around()
            sent: list[Letter] = []
            for speaker, event in events:
                sent += self._one(connection, around, speaker, event)
            outbox.put(connection, sent, iso(around.now))
            return sent

        return await self.database.transaction(work)

    async def replay(self) -> list[Letter]:
        """Do the kept updates that the operator wants again; what fails again is kept with its new error.

        Effects, letters and the new state are one transaction, so each is done once.
        """
        if not await self.database.read(lambda connection: failed.found(connection, "replay")):
            return []
        return await self.database.transaction(self._replayed)

    def _replayed(self, connection: sqlite3.Connection) -> list[Letter]:
        around = self._around()
        now = iso(around.now)
        sent: list[Letter] = []
        for one in failed.found(connection, "replay"):
            done, fault = _attempt(connection, partial(self._again, connection, around, one.body))
            state, error = ("kept", _trace(fault)) if fault else ("replayed", None)
            sent += done
            failed.move(connection, one.code, state, now, before=("replay",), error=error)
            log.info("update %s, code %s: %s after its replay", one.update_id, one.code, state)
        outbox.put(connection, sent, now)
        return sent

    def lost(self, connection: sqlite3.Connection, chat_id: int) -> list[Letter]:
        """A message could not be delivered to this person any more; inside the caller's transaction.

        What goes wrong in the telling must not hold up the marks of what was delivered.
        """
        around, speaker = self._around(), Speaker(chat_id, chat_id, "", "id")
        gone = Membership(reachable=False)
        sent, fault = _attempt(connection, partial(self._one, connection, around, speaker, gone))
        if fault:
            log.error("the staff could not be told of a contact that is lost", exc_info=fault)
            people.set_reachable(connection, chat_id, iso(around.now))
        return sent

    def _again(
        self, connection: sqlite3.Connection, around: Surroundings, body: str
    ) -> list[Letter]:
        again = reread(body)
        if again.speaker is None or again.event is None:
            return []
        return self._one(connection, around, again.speaker, again.event)

    def _around(self) -> Surroundings:
        return Surroundings(self.clock(), self.zone, self.bot_link, self.quota, self.calendar)

    def _work(self, connection: sqlite3.Connection, batch: Sequence[Incoming]) -> list[Letter]:
        around = self._around()
        self.fault("begun")
        done = updates.already_handled(connection, [one.update_id for one in batch])
        strangers = Strangers.look(connection, batch, around.now, self.allowance)
        sent: list[Letter] = []
        for one in batch:
            if one.update_id in done:
                continue
            done.add(one.update_id)
            sent += self._guarded(connection, around, one, strangers)
            self.fault("update_done")
        strangers.keep(connection)
        outbox.put(connection, sent, iso(around.now))
        updates.mark_handled(connection, [one.update_id for one in batch], iso(around.now))
        self.fault("before_commit")
        return sent

    def _guarded(
        self,
        connection: sqlite3.Connection,
        around: Surroundings,
        one: Incoming,
        strangers: Strangers,
    ) -> list[Letter]:
        if one.fault:
            self._keep(connection, one, one.fault, around)
        if one.event is None or one.speaker is None:
            return []
        if strangers.silences(one):
            return []
        work = partial(self._one, connection, around, one.speaker, one.event)
        sent, fault = _attempt(connection, work)
        if fault is not None:
            sent = self._poisoned(connection, around, one, fault)
        for letter in sent:
            letter.update_id = one.update_id
        return strangers.passed(connection, one, sent)

    def _one(
        self,
        connection: sqlite3.Connection,
        around: Surroundings,
        speaker: Speaker,
        event: Event,
    ) -> list[Letter]:
        facts = gather(connection, self.roster.get(connection), around, speaker, event)
        outcome = step(facts, event)
        writer = Writer(connection, around, speaker, facts)
        for change in outcome.changes:
            writer.apply(change)
        writer.note_arrivals(outcome.changes)
        self.fault("changes_written")
        if isinstance(facts, NoPeriod):
            return self._written(connection, speaker, outcome, INDONESIAN)
        found = self._written(connection, speaker, outcome, _language(facts, outcome))
        if _moves_on(facts.focus.turn, outcome):
            for letter in found:
                letter.supersedes = letter.chat_id == speaker.chat_id
        return found + _menus(connection, speaker, outcome)

    def _written(
        self, connection: sqlite3.Connection, speaker: Speaker, outcome: Outcome, mine: str
    ) -> list[Letter]:
        """The letters of an outcome, each in its recipient's language; `mine` is the speaker's.

        The batch puts them into the outbox together.
        """
        found: list[Letter] = []
        for message in outcome.messages:
            to = _recipient(message, speaker)
            language = mine if to == speaker.user_id else languages.chosen(connection, to)
            found += letters(message, speaker.chat_id, language)
        self.fault("letters_written")
        return [outbox.sealed(letter) for letter in found]

    def _poisoned(
        self,
        connection: sqlite3.Connection,
        around: Surroundings,
        one: Incoming,
        error: Exception,
    ) -> list[Letter]:
        code = self._keep(connection, one, _trace(error), around)
        assert one.speaker is not None
        if isinstance(one.event, Inline):  # typed in some other chat: the next letter asks again
            return []
        query = getattr(one.event, "query_id", None)
        told: tuple[Notice | Say, ...] = (Say("help/trouble", {"code": f"G-{code}"}),)
        if query:
            told = (Notice(query), *told)
        mine = languages.chosen(connection, one.speaker.user_id)
        return self._written(connection, one.speaker, Outcome((), told), mine)

    def _keep(
        self, connection: sqlite3.Connection, one: Incoming, trace: str, around: Surroundings
    ) -> int:
        self.pulse.failed += 1
        now = iso(around.now)
        code = updates.keep_failed(connection, one.update_id, one.body(), trace, now)
        kind = trace.strip().rpartition("\n")[2].partition(":")[0]
        log.error("update %s kept as failed, code %s: %s", one.update_id, code, kind)
        return code


def _language(facts: SpeakerFacts, outcome: Outcome) -> str:
    """In which language the speaker is answered: the one that was just chosen, or that of before."""
    for change in outcome.changes:
        if isinstance(change, ChooseLanguage):
            return change.language
    return facts.person.language if facts.person else INDONESIAN


def _recipient(message: Message, speaker: Speaker) -> int:
    """Who reads it: whoever tapped or asked, or else the chat."""
    if isinstance(message, Notice | InlineAnswer):
        return speaker.user_id
    return (message.chat_id if isinstance(message, Say) else None) or speaker.chat_id


def _moves_on(turn: int, outcome: Outcome) -> bool:
    """Whether the question that was open is over: its buttons carry a turn that has passed."""
    return any(isinstance(one, SetFocus) and one.focus.turn != turn for one in outcome.changes)


def _menus(connection: sqlite3.Connection, speaker: Speaker, outcome: Outcome) -> list[Letter]:
    """The menu of the chat, where it is not the one that stands there: after an update, or on another seat.

    A contact's chat that never had one of its own shows the default menu, which is a contact's, in the
    language of the phone; whoever chose a language has it in that one.
    """
    sent: list[Letter] = []
    for change in outcome.changes:
        if not isinstance(change, RegisterCommands):
            continue
        before = menus.shown(connection, speaker.chat_id)
        chosen = languages.choice(connection, speaker.chat_id)
        if (before, chosen, change) == (None, None, RegisterCommands(Role.CONTACT)):
            continue
        made = command_menus(change, speaker.chat_id, chosen)
        said = orjson.dumps([one.payload for one in made], option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(said).hexdigest()
        if digest != before:
            menus.keep(connection, speaker.chat_id, digest)
            sent += [outbox.sealed(one) for one in made]
    return sent


def _attempt(
    connection: sqlite3.Connection, work: Callable[[], list[Letter]]
) -> tuple[list[Letter], Exception | None]:
    """Do the work in a savepoint: what a poisoned update wrote is taken back, and stops no other."""
    connection.execute("SAVEPOINT one")
    sent: list[Letter] = []
    fault = None
    try:
        sent = work()
    except Exception as error:
        if is_of_machine(error):
            raise  # not the update is at fault: nothing of the transaction may count as done
        connection.execute("ROLLBACK TO one")
        fault = error
    connection.execute("RELEASE one")
    return sent, fault


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error, limit=-5))

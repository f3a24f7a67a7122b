"""The unit of work: a batch of updates in one transaction, each in its own savepoint.

Facts, step, changes, outgoing messages and the update's id are committed together; only then may
Telegram be told that the batch is taken. A poisoned update rolls back alone and is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Callable, Sequence
from datetime import date, tzinfo
from functools import partial

from msgspec import Struct, field

from bot import holidays
from bot.clock import Clock, iso
from bot.counters import Counters
from bot.storage import failed_updates, handled_updates, language_rows, outbox, people, periods
from bot.storage.apply_changes import ChangeWriter
from bot.storage.database import Database
from bot.storage.load_facts import load_facts
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster, RosterCache
from bot.storage.step_context import Speaker, StepContext
from bot.strangers import Allowance, Strangers
from bot.telegram.chat_menus import new_menus
from bot.telegram.intake import BATCH
from bot.telegram.rendering import letters
from bot.telegram.stamping import stamped
from bot.telegram.update_guard import reread
from bot.telegram.updates import Incoming
from bot.trouble import is_of_machine
from flows import step
from flows.model.buttons import read
from flows.model.criteria_changes import AgreeCriteria
from flows.model.events import Event, GroupTap, Inline, Membership, Tap
from flows.model.facts import ContactFacts, Facts, NoPeriod, SpeakerFacts
from flows.model.outcome import (
    ChooseLanguage,
    InlineAnswer,
    Message,
    Notice,
    Outcome,
    RecordMove,
    Say,
    SetFocus,
    SetNotice,
)
from flows.model.quotas import DEFAULT, Quota
from flows.model.season import CloseSeason, ReopenSeason
from flows.model.workdays import Calendar
from messages import INDONESIAN

log = logging.getLogger(__name__)
MOST_UNMARKED = 1_000


class Dispatcher(Struct):
    """Runs batches; `fault` is called at named points, for the campaigns that kill the process there."""

    database: Database
    clock: Clock
    zone: tzinfo
    bot_link: str = ""
    fault: Callable[[str], None] = lambda _: None
    roster: RosterCache = field(default_factory=RosterCache)
    counters: Counters = field(default_factory=Counters)
    calendar: Callable[[date], Calendar] = holidays.calendar
    quota: Quota = DEFAULT
    handbook: str = ""
    allowance: Allowance = field(default_factory=Allowance)
    unmarked: list[int] = field(default_factory=list)
    """Updates of strangers that nothing came of: delivered once more after a crash, nothing would again."""

    def __post_init__(self) -> None:
        self.roster.live_by(self.clock, self.zone)

    async def handle(self, batch: Sequence[Incoming]) -> list[OutboxMessage]:
        """Commit a batch and return the letters it queued. sqlite3.Error: nothing was committed."""
        if not batch:
            return []
        sent = await self._transaction(lambda connection: self._work(connection, batch))
        self.counters.batch(len(batch))  # only now: a batch that was rolled back comes again
        return sent

    async def tell(self, events: Sequence[tuple[Speaker, Event]]) -> list[OutboxMessage]:
        """Run events of our own making (no update of Telegram's) in one transaction."""

        def work(connection: sqlite3.Connection) -> list[OutboxMessage]:
            context = self._begun(connection)
            sent: list[OutboxMessage] = []
            for speaker, event in events:
                sent += self._run(connection, context, speaker, event)
            outbox.put(connection, sent, iso(context.now))
            return sent

        return await self._transaction(work)

    async def replay(self) -> list[OutboxMessage]:
        """Do the kept updates that the operator wants again; what fails again is kept with its new error.

        Effects, letters and the new state are one transaction, so each is done once.
        """
        if not await self.database.read(
            lambda connection: failed_updates.listed(connection, "replay")
        ):
            return []
        return await self._transaction(self._replayed)

    async def _transaction(
        self, work: Callable[[sqlite3.Connection], list[OutboxMessage]]
    ) -> list[OutboxMessage]:
        """Commit the work, or take back with it what the roster was told of an agreement."""
        try:
            return await self.database.transaction(work)
        except BaseException:
            self.roster.doubt()
            raise

    def _attempt(
        self, connection: sqlite3.Connection, work: Callable[[], list[OutboxMessage]]
    ) -> tuple[list[OutboxMessage], Exception | None]:
        """Do the work in a savepoint: what a poisoned update wrote is taken back, and stops no other."""
        sent, fault = _attempt(connection, work)
        if fault is not None:
            self.roster.doubt()
        return sent, fault

    def _replayed(self, connection: sqlite3.Connection) -> list[OutboxMessage]:
        context = self._begun(connection)
        now = iso(context.now)
        sent: list[OutboxMessage] = []
        for kept in failed_updates.listed(connection, "replay"):
            done, fault = self._attempt(
                connection, partial(self._again, connection, context, kept.body)
            )
            state, error = ("kept", _trace(fault)) if fault else ("replayed", None)
            sent += done
            failed_updates.move(connection, kept.code, state, now, before=("replay",), error=error)
            log.info("update %s, code %s: %s after its replay", kept.update_id, kept.code, state)
        outbox.put(connection, sent, now)
        return sent

    def lost(self, connection: sqlite3.Connection, chat_id: int) -> list[OutboxMessage]:
        """Note, inside the caller's transaction, that this person can no longer be reached.

        What goes wrong in the telling must not hold up the marks of what was delivered.
        """
        context, speaker = self._begun(connection), Speaker(chat_id, chat_id, "", "id")
        gone = Membership(reachable=False)
        sent, fault = self._attempt(
            connection, partial(self._run, connection, context, speaker, gone)
        )
        if fault:
            log.error("the staff could not be told of a contact that is lost", exc_info=fault)
            # The fact itself has to stay, else the chat would be written to again and again.
            people.set_reachable(connection, chat_id, iso(context.now))
        return sent

    def _again(
        self, connection: sqlite3.Connection, context: StepContext, body: str
    ) -> list[OutboxMessage]:
        again = reread(body)
        if again.speaker is None or again.event is None:
            return []
        return self._run(connection, context, again.speaker, again.event)

    def _begun(self, connection: sqlite3.Connection) -> StepContext:
        """Return what surrounds all of a transaction: its time, and the roster as it is now."""
        self.roster.get(connection)
        return StepContext(
            self.clock(), self.zone, self.bot_link, self.quota, self.calendar, self.handbook
        )

    def _work(
        self, connection: sqlite3.Connection, batch: Sequence[Incoming]
    ) -> list[OutboxMessage]:
        context = self._begun(connection)
        self.fault("begun")
        strangers = Strangers.look(connection, batch, context.now, self.allowance)
        ids = [one.update_id for one in batch]
        if self._passes_over(batch, ids, strangers):
            return []
        done = handled_updates.already_handled(connection, ids)
        sent: list[OutboxMessage] = []
        for update in batch:
            if update.update_id in done:
                continue
            done.add(update.update_id)  # a batch may hold the same update twice
            sent += self._guarded(connection, context, update, strangers)
            self.fault("update_done")
        strangers.keep(connection)
        # Once for the whole batch: every statement lets other threads in, which costs more than rows.
        outbox.put(connection, sent, iso(context.now))
        # Also what failed: it is kept, and would fail again if Telegram delivered it again.
        handled_updates.mark_handled(connection, [*self.unmarked, *ids], iso(context.now))
        self.unmarked.clear()  # also if the commit fails: they need no mark
        self.fault("before_commit")
        return sent

    def _passes_over(
        self, batch: Sequence[Incoming], ids: Sequence[int], strangers: Strangers
    ) -> bool:
        """Tell whether nothing comes of a full batch: then nothing is written, for seats wait behind it."""
        if len(batch) < BATCH or not all(map(strangers.silences, batch)):
            return False
        self.unmarked += ids
        return len(self.unmarked) < MOST_UNMARKED

    def _guarded(
        self,
        connection: sqlite3.Connection,
        context: StepContext,
        update: Incoming,
        strangers: Strangers,
    ) -> list[OutboxMessage]:
        if update.fault:
            self._keep(connection, update, update.fault, context)
        if update.event is None or update.speaker is None:
            return []
        if strangers.silences(update):  # before the facts are gathered: a flood must stay cheap
            return []
        work = partial(self._run, connection, context, update.speaker, update.event)
        sent, fault = self._attempt(connection, work)
        if fault is not None:
            sent = self._poisoned(connection, context, update, fault)
        for letter in sent:
            letter.update_id = update.update_id
        return strangers.passed(connection, update, sent)

    def _run(
        self,
        connection: sqlite3.Connection,
        context: StepContext,
        speaker: Speaker,
        event: Event,
    ) -> list[OutboxMessage]:
        roster = self._roster_for(connection, speaker, event)
        facts = load_facts(connection, roster, context, speaker, event)
        outcome = step(facts, event)
        writer = ChangeWriter(connection, context, speaker, facts)
        for change in outcome.changes:
            writer.apply(change)
            if isinstance(change, AgreeCriteria):
                self.roster.agree(_period(facts), change.province, change.instrument)
            elif isinstance(change, CloseSeason | ReopenSeason):
                self.roster.end(connection, _period(facts))
            elif isinstance(change, SetNotice):
                self.roster.word(connection, _period(facts))
        writer.note_arrivals(outcome.changes)
        self.fault("changes_written")
        if isinstance(facts, NoPeriod):  # nobody has a seat yet: no language, question or menu
            return self._written(connection, speaker, outcome, INDONESIAN, trial=False)
        if len(facts.periods) > 1:
            outcome = stamped(outcome, facts.period.id)
        mine = _language(facts, outcome)
        sent = self._written(connection, speaker, outcome, mine, trial=facts.period.trial)
        if _moves_on(facts.focus.turn, outcome):
            for letter in sent:
                # Once it has arrived, the buttons of the old question are taken away.
                letter.supersedes = letter.chat_id == speaker.chat_id
        gone = _sends(facts, outcome)
        for letter in sent if gone else ():
            # The same for what could be done to answers that the office has sent by this.
            letter.sends = gone if letter.chat_id == speaker.chat_id else ()
        return sent + new_menus(connection, speaker.chat_id, outcome)

    def _roster_for(
        self, connection: sqlite3.Connection, speaker: Speaker, event: Event
    ) -> Roster | None:
        """Return the period that an event is about: the one its button was made in, else the chat's choice.

        A tap takes the chat over to the period of its button, so that what is typed next belongs to it.
        """
        working = self.roster.within(connection)
        if working is None or len(working.neighbours) < 2:
            return working
        pressed = read(event.data) if isinstance(event, Tap | GroupTap) else None
        is_private = speaker.chat_id == speaker.user_id
        choice = periods.chosen(connection, speaker.chat_id) if is_private else None
        wanted = pressed.period if pressed and pressed.period is not None else choice
        roster = self.roster.within(connection, wanted)
        if is_private and roster is not None and wanted != choice:
            own = roster.period.id
            periods.choose(connection, speaker.chat_id, own if own != working.period.id else None)
        return roster

    def _written(
        self,
        connection: sqlite3.Connection,
        speaker: Speaker,
        outcome: Outcome,
        mine: str,
        *,
        trial: bool,
    ) -> list[OutboxMessage]:
        """Render the letters of an outcome, each in its recipient's language; `mine` is the speaker's.

        The batch puts them into the outbox together.
        """
        written: list[OutboxMessage] = []
        for message in outcome.messages:
            to = _recipient(message, speaker)
            language = mine if to == speaker.user_id else language_rows.chosen(connection, to)
            written += letters(message, speaker.chat_id, language, trial=trial)
        self.fault("letters_written")
        return [outbox.with_serialized_payload(letter) for letter in written]

    def _poisoned(
        self,
        connection: sqlite3.Connection,
        context: StepContext,
        update: Incoming,
        error: Exception,
    ) -> list[OutboxMessage]:
        code = self._keep(connection, update, _trace(error), context)
        assert update.speaker is not None
        if isinstance(update.event, Inline):  # typed in some other chat: the next letter asks again
            return []
        query = getattr(update.event, "query_id", None)
        messages: tuple[Notice | Say, ...] = (Say("help/trouble", {"code": f"G-{code}"}),)
        if query:
            messages = (Notice(query), *messages)
        mine = language_rows.chosen(connection, update.speaker.user_id)
        assert update.event is not None
        roster = self._roster_for(connection, update.speaker, update.event)
        trial = roster is not None and roster.period.trial
        return self._written(connection, update.speaker, Outcome((), messages), mine, trial=trial)

    def _keep(
        self, connection: sqlite3.Connection, update: Incoming, trace: str, context: StepContext
    ) -> int:
        self.counters.failed += 1
        now = iso(context.now)
        code = handled_updates.keep_failed(connection, update.update_id, update.body(), trace, now)
        kind = trace.strip().rpartition("\n")[2].partition(":")[0]
        log.error("update %s kept as failed, code %s: %s", update.update_id, code, kind)
        return code


def _period(facts: Facts) -> int:
    assert not isinstance(facts, NoPeriod), "nothing is decided before the set-up"
    return facts.period.id


def _language(facts: SpeakerFacts, outcome: Outcome) -> str:
    """Return the language to answer the speaker in: the one just chosen, else the one of before."""
    for change in outcome.changes:
        if isinstance(change, ChooseLanguage):
            return change.language
    return facts.person.language if facts.person else INDONESIAN


def _recipient(message: Message, speaker: Speaker) -> int:
    """Return whose language a message is in: whoever tapped or asked, else the chat's."""
    if isinstance(message, Notice | InlineAnswer):
        return speaker.user_id
    return (message.chat_id if isinstance(message, Say) else None) or speaker.chat_id


def _moves_on(turn: int, outcome: Outcome) -> bool:
    """Tell whether the open question is over: its buttons then carry a turn that has passed."""
    return any(
        isinstance(change, SetFocus) and change.focus.turn != turn for change in outcome.changes
    )


def _sends(facts: SpeakerFacts, outcome: Outcome) -> tuple[tuple[int, int], ...]:
    """Return seat and indicator of each answer that an office has sent: it is the reviewers' from then on."""
    if not isinstance(facts, ContactFacts):
        return ()
    moves = (change for change in outcome.changes if isinstance(change, RecordMove))
    return tuple((facts.seat.id, move.indicator) for move in moves)


def _attempt(
    connection: sqlite3.Connection, work: Callable[[], list[OutboxMessage]]
) -> tuple[list[OutboxMessage], Exception | None]:
    """Do the work in a savepoint, and return what it failed by."""
    connection.execute("SAVEPOINT one")
    sent: list[OutboxMessage] = []
    fault = None
    try:
        sent = work()
    except Exception as error:
        if is_of_machine(error):
            raise  # not the update is at fault: nothing of the transaction may count as done
        connection.execute("ROLLBACK TO one")
        fault = error
    # Also after a rollback: ROLLBACK TO undoes the writes, but leaves the savepoint open.
    connection.execute("RELEASE one")
    return sent, fault


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error, limit=-5))

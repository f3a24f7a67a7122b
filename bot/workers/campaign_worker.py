"""Feeds reminders by hand and announcements into the outbox, slice by slice; shows staff how far they are.

Who still needs one is worked out when the slice is written. A slice, its log and its letters are one
transaction, so a restart loses and repeats none; the outbox never holds a whole campaign.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from bot.clock import iso, parse
from bot.storage import campaign_rows, due, outbox, people
from bot.storage.campaign_rows import Decided, Running
from bot.storage.due import ReminderLogLine
from bot.storage.load_facts import offices_of
from bot.storage.load_needs import outreach_of
from bot.storage.outbox import OutboxMessage
from bot.storage.roster import Roster
from bot.storage.step_context import StepContext
from bot.telegram.updates import Incoming
from bot.workers.worker import Ticking, at_work, letters_to
from flows.model.buttons import Verb, read
from flows.model.events import Tap
from flows.model.facts import Setting
from flows.model.outcome import Say
from flows.model.outreach import Sender
from flows.model.reminder_kinds import MANUAL
from flows.model.workdays import CLOSES
from flows.policy import timing
from flows.staff import announcing, audience, campaigning, reminding
from flows.staff.audience import Recipient

log = logging.getLogger(__name__)
STEERING = (Verb.SEND, Verb.ANNOUNCE_SEND, Verb.HALT, Verb.RESUME)
SLICE, REFILL_BELOW = 100, 50
"""Queue a slice of letters whenever fewer than REFILL_BELOW wait: a stop takes effect within seconds."""
SHOW_EVERY = 3.0
DEBOUNCE_SECONDS = 0.05
"""Pause between two looks, so that many marks cause one."""


def concerns(batch: Sequence[Incoming]) -> bool:
    """Tell whether a batch may have started or steered a campaign."""
    taps = (read(update.event.data) for update in batch if isinstance(update.event, Tap))
    return any(tap is not None and tap.verb in STEERING for tap in taps)


class ShownProgress(Struct):
    """What a progress message says, since when, and the letter that made it say so."""

    counts: dict[str, int]
    state: str
    at: float
    letter: OutboxMessage | None


@dataclass(slots=True)
class Campaigns(Ticking):
    """`run` until cancelled; set `wake` when something was started, steered or delivered."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _shown: dict[int, ShownProgress] = field(default_factory=dict)
    _late: bool = False

    async def run(self) -> None:
        """Look whenever woken; and once more where a progress was too young to be changed."""
        while True:
            try:
                async with asyncio.timeout(SHOW_EVERY if self._late else None):
                    await self.wake.wait()
            except TimeoutError:
                pass
            self.wake.clear()
            try:
                await self.tick()
            except sqlite3.OperationalError as error:
                log.error("reminders by hand wait, the database says: %s", error)
            await asyncio.sleep(DEBOUNCE_SECONDS)

    async def tick(self) -> None:
        """Look once at every campaign that is under way."""
        ids = list(self._shown)
        running = await self.database.read(
            lambda connection: campaign_rows.under_way(connection, ids)
        )
        self._late = False
        for campaign in running:
            clock = asyncio.get_running_loop().time()
            sent, shown = await self.database.transaction(
                lambda connection, campaign=campaign, clock=clock: self._work(
                    connection, campaign, clock
                )  # type: ignore[misc]
            )
            self._remember(campaign, shown)
            self.send(sent)

    def _remember(self, campaign: Running, shown: ShownProgress | None) -> None:
        if shown is not None:
            self._shown[campaign.id] = shown
            if shown.state != "running" and not shown.counts.get("queued"):
                del self._shown[campaign.id]

    def _work(
        self, connection: sqlite3.Connection, campaign: Running, clock: float
    ) -> tuple[list[OutboxMessage], ShownProgress | None]:
        roster = self.roster.get(connection)
        if roster is None:
            return [], None
        now = self.clock()
        sent: list[OutboxMessage] = []
        before = campaign_rows.counts(connection, campaign.id)
        if campaign.state == "running" and before.get("queued", 0) < REFILL_BELOW:
            feed = self._feed if campaign.words is None else self._announce
            sent = feed(connection, roster, campaign, now)
        counts = campaign_rows.counts(connection, campaign.id)
        is_done = not counts.get("waiting") and not counts.get("queued")
        state = "finished" if campaign.state == "running" and is_done else campaign.state
        reports, shown = self._tell(connection, campaign, counts, state, clock)
        outbox.put(connection, reports, iso(now))
        self.fault("campaign_written")
        return sent + reports, shown

    # Feeding

    def _feed(
        self, connection: sqlite3.Connection, roster: Roster, campaign: Running, now: datetime
    ) -> list[OutboxMessage]:
        waiting = campaign_rows.next_slice(connection, campaign.id, iso(now), SLICE)
        if not waiting:
            return []
        units = {row.unit_id for row in waiting if not row.has_left} & set(roster.owed)
        context = StepContext(now, self.zone, "", calendar=self.calendar)
        asked = sorted((roster.units[unit] for unit in units), key=lambda unit: unit.id)
        offices = offices_of(connection, roster, self.zone, asked)
        outreach = outreach_of(connection, roster, context, offices)
        setting = Setting(now, roster.period)
        plan = audience.plan(setting, outreach, offices, {row.seat_id for row in waiting})
        by = people.sender(connection, roster, campaign.seat_id)
        going = {found.contact.seat_id: found for found in plan.recipients}
        why = {skip.contact.seat_id: skip.reason for skip in plan.skipped if skip.contact}
        whole = {skip.office.unit.id: skip.reason for skip in plan.skipped if not skip.contact}
        written: dict[int, OutboxMessage] = {}
        sent: list[OutboxMessage] = []
        for seat, recipient in going.items():
            if recipient.at <= now:
                sent += self._written(connection, setting, campaign, by, recipient)
                written[seat] = sent[-1]
        outbox.put(connection, sent, iso(now))
        decided = []
        for row in waiting:
            seat = row.seat_id
            if seat in written:
                decided.append(Decided(seat, "queued", letter_id=written[seat].id))
            elif seat in going:  # its working day is over
                decided.append(Decided(seat, "waiting", until=going[seat].at))
            else:
                reason = why.get(seat) or whole.get(row.unit_id) or "left"
                self._note(connection, roster, campaign, row.unit_id, seat, reason)
                decided.append(Decided(seat, "skipped", reason))
        campaign_rows.decide(connection, campaign.id, decided)
        return sent

    def _announce(
        self, connection: sqlite3.Connection, roster: Roster, campaign: Running, now: datetime
    ) -> list[OutboxMessage]:
        """Write the next letters of an announcement; whoever has left a seat meanwhile gets none."""
        setting, words = Setting(now, roster.period), campaign.words or ""
        by = people.sender(connection, roster, campaign.seat_id)
        sent: list[OutboxMessage] = []
        decided = []
        for row in campaign_rows.next_addressed(connection, campaign.id, iso(now), SLICE):
            if row.chat_id is None:
                decided.append(Decided(row.seat_id, "skipped", "left"))
                continue
            message = announcing.announced(setting, words, by, row.chat_id, campaign.id)
            written = letters_to(connection, row.chat_id, message, period_id=setting.period.id)
            outbox.put(connection, written, iso(now))
            decided.append(Decided(row.seat_id, "queued", letter_id=written[-1].id))
            sent += written
        campaign_rows.decide(connection, campaign.id, decided)
        return sent

    def _written(
        self,
        connection: sqlite3.Connection,
        setting: Setting,
        campaign: Running,
        by: Sender | None,
        recipient: Recipient,
    ) -> list[OutboxMessage]:
        office, contact = recipient.office, recipient.contact
        closing = datetime.combine(recipient.at.date(), CLOSES, recipient.at.tzinfo)
        line = ReminderLogLine(
            setting.period.id, office.unit.id, contact.seat_id, MANUAL, recipient.at.date(),
            "sent", campaign_id=campaign.id,
        )  # fmt: skip
        reminder_id = due.note(connection, line, setting.now)
        message = reminding.by_hand(setting, office, contact, campaign.id, by)
        sent = letters_to(connection, contact.chat_id, message, period_id=setting.period.id)
        for letter in sent:
            letter.not_after, letter.reminder_id = iso(closing), reminder_id
        return sent

    def _note(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        campaign: Running,
        unit_id: int,
        seat_id: int,
        reason: str,
    ) -> None:
        """Log who was promised a reminder and gets none."""
        now = self.clock()
        day = now.astimezone(timing.zone_of(roster.regions[roster.units[unit_id].region_id]))
        line = ReminderLogLine(
            roster.period.id, unit_id, seat_id, MANUAL, day.date(), "withheld", reason, campaign.id
        )
        due.note(connection, line, now)

    # Telling

    def _tell(
        self,
        connection: sqlite3.Connection,
        campaign: Running,
        counts: dict[str, int],
        state: str,
        clock: float,
    ) -> tuple[list[OutboxMessage], ShownProgress | None]:
        """Render the progress when it changed and the last one has gone; at the end the result, once."""
        if state == "finished":
            campaign_rows.finish(connection, campaign.id, iso(self.clock()))
            messages = [
                self._progress(connection, campaign, counts, state),
                campaigning.result(counts, announced=campaign.words is not None),
            ]
            about = at_work(self.roster, connection)
            sent = letters_to(connection, campaign.chat_id, *messages, period_id=about)
            return sent, ShownProgress(counts, state, clock, None)
        last = self._shown.get(campaign.id)
        if last is not None and last.counts == counts and last.state == state:
            return [], last
        wait = last is not None and last.state == state and clock - last.at < SHOW_EVERY
        if last and (wait or (last.letter and outbox.is_queued(connection, last.letter.id))):
            self._late = True
            return [], None
        progress = self._progress(connection, campaign, counts, state)
        about = at_work(self.roster, connection)
        sent = letters_to(connection, campaign.chat_id, progress, period_id=about)
        return sent, ShownProgress(counts, state, clock, sent[-1])

    def _progress(
        self, connection: sqlite3.Connection, campaign: Running, counts: dict[str, int], state: str
    ) -> Say:
        opens = None
        if state == "running" and not counts.get("queued"):
            opening = campaign_rows.opens(connection, campaign.id)
            moment = parse(opening).astimezone(self.zone) if opening else None
            opens = moment if moment and moment > self.clock() else None
        return campaigning.progress(
            campaign.id,
            campaign.seat_id,
            state,
            counts,
            campaign.message_id,
            opens,
            announced=campaign.words is not None,
        )

"""The tick of reminders: plans rows ahead, and decides on those whose hour has come.

Both in slices, each a transaction of its own: planning a nation's days takes a second, and people tap.

A row is settled in the transaction that queues its messages, so a restart loses and repeats none.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from bot.clock import iso
from bot.storage import due, outbox, reviews
from bot.storage.due import DueReminder, ReminderLogLine
from bot.storage.load_facts import offices_of
from bot.storage.outbox import OutboxMessage
from bot.storage.reviews import Extensions
from bot.storage.roster import Roster
from bot.workers.worker import Ticking, letters_to
from flows.contact import promises
from flows.model.facts import Office, Setting
from flows.model.reminder_kinds import NUDGE, PROMISE, ReminderKind
from flows.model.season import Phase
from flows.model.workdays import CLOSES, MORNING
from flows.policy import schedule, season_policy, timing
from flows.policy.schedule import Due, Lapse, Postpone, Send
from flows.policy.timing import zone_of
from flows.staff import reminding
from scoring.replacing import replace

log = logging.getLogger(__name__)
SLICE, PLANNED_AT_ONCE = 100, 200
LOOK_BACK = timedelta(days=14)
"""How long ago a question may have been left open to be worth a nudge after a long holiday."""


DaysByZone = Mapping[timezone, date]


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """By what a period is planned: another day, roster or extension makes another. `count`: so many of its
    offices are; `left`: when questions were left open, by office.
    """

    days: DaysByZone
    roster: Roster
    granted: Extensions
    left: Mapping[int, datetime] = field(default_factory=dict, compare=False)
    count: int = field(default=0, compare=False)
    is_whole: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Reminders(Ticking):
    """`tick` plans and sends what is due; `send` takes what was committed."""

    _plans: dict[int, ReminderPlan] = field(default_factory=dict)
    _running_before: frozenset[int] = frozenset()

    async def tick(self) -> int:
        """Decide on all that is due by now; returns how many rows were."""
        while plan := await self.database.transaction(self._plan_some):
            self._plans[plan.roster.period.id] = plan  # now: what was rolled back is not planned
        return await self.all_due(self._work, SLICE)

    def _work(self, connection: sqlite3.Connection) -> tuple[int, list[OutboxMessage]]:
        roster = self.roster.get(connection)
        if roster is None:
            return 0, []
        now = self.clock()
        running = self._running(connection, roster, now)
        rows = due.waiting(connection, now, SLICE)
        if not rows:
            return 0, []
        sent: list[OutboxMessage] = []
        for period_id, of_period in running.items():
            its = [row for row in rows if row.period_id == period_id]
            sent += self._decide(connection, of_period, its, now) if its else []
        outbox.put(connection, sent, iso(now))
        self.fault("reminders_written")
        return len(rows), sent

    def _running(
        self, connection: sqlite3.Connection, working: Roster, now: datetime
    ) -> dict[int, Roster]:
        """Return the periods in which offices may have something to do: the one at work, and those beside it
        that have opened, are not over and were not closed.
        """
        today, provinces = now.astimezone(self.zone).date(), set(working.provinces.values())
        running = {working.period.id: working}
        for period in working.neighbours:
            if period.trial and not working.period.trial:
                continue  # the real season runs
            stations = {
                season_policy.station(period, period.season(province), today)
                for province in provinces
            }
            if stations & {Phase.OPEN, Phase.VERIFICATION}:
                roster = self.roster.get(connection, period.id)
                running |= {roster.period.id: roster} if roster else {}
        return running

    # Planning

    def _plan_some(self, connection: sqlite3.Connection) -> ReminderPlan | None:
        """Plan the next offices of a period whose plan is not whole or not of today; None: all is planned."""
        working = self.roster.get(connection)
        if working is None:
            return None
        now = self.clock()
        running = self._running(connection, working, now)
        if running.keys() != self._running_before:
            due.end_others(connection, list(running))
            self._running_before = frozenset(running)
        for period_id, roster in running.items():
            plan = self._plans.get(period_id)
            if plan is None or plan.is_whole or plan.roster is not roster:
                plan = self._plans[period_id] = self._compared(connection, plan, roster, now)
            if not plan.is_whole:
                return self._go_on(connection, plan)
        return None

    def _compared(
        self,
        connection: sqlite3.Connection,
        plan: ReminderPlan | None,
        roster: Roster,
        now: datetime,
    ) -> ReminderPlan:
        """Return the plan of a period as it is, or a new one where that is not of today any more."""
        granted = reviews.extensions(connection, roster, list(roster.owed))
        days = {zone: now.astimezone(zone).date() for zone in map(zone_of, roster.regions.values())}
        fresh = ReminderPlan(days, roster, granted)
        if plan == fresh:
            return replace(plan, roster=roster)
        left = due.left_open(connection, roster.period.id, now - LOOK_BACK, now)
        return replace(fresh, left=dict(left))

    def _go_on(self, connection: sqlite3.Connection, plan: ReminderPlan) -> ReminderPlan:
        """Plan the rows of the deadline and of what is left open, for the next offices."""
        roster, days = plan.roster, plan.days
        order, until = sorted(roster.owed), plan.count + PLANNED_AT_ONCE
        units, is_whole = order[plan.count : until], until >= len(order)
        wanted, nudges = [], []
        same = dict[tuple[date, timezone], list[tuple[ReminderKind, date, datetime]]]()
        for unit_id in units:
            zone = zone_of(roster.regions[roster.units[unit_id].region_id])
            calendar = self.calendar(days[zone])
            extension = plan.granted.get(unit_id)
            deadline = (
                max(extension.until, roster.period.deadline)
                if extension
                else roster.period.deadline
            )
            if (deadline, zone) not in same:  # a nation of offices has a handful of deadlines
                days_of = schedule.planned(deadline, roster.period.reminders, calendar)
                same[deadline, zone] = [
                    (kind, day, datetime.combine(day, MORNING, zone))
                    for kind, day in days_of.items()
                ]
            wanted += [(unit_id, *planned) for planned in same[deadline, zone]]
            if unit_id in plan.left:
                day = schedule.nudge_day(plan.left[unit_id].astimezone(zone).date(), calendar)
                if day == days[zone]:
                    nudges.append((unit_id, NUDGE, day, datetime.combine(day, MORNING, zone)))
        wanted += self._promised(connection, roster, days, units)
        # Ids between two slices are of offices that owe nothing any more.
        after = order[plan.count - 1] if plan.count else 0
        span = (after, due.LAST if is_whole else units[-1])
        due.plan(connection, roster.period.id, wanted, min(days.values()), span)
        due.add(connection, roster.period.id, nudges)
        return replace(plan, count=until, is_whole=is_whole)

    def _promised(
        self, connection: sqlite3.Connection, roster: Roster, days: DaysByZone, of: Sequence[int]
    ) -> list[due.Planned]:
        """Return a row for each day on which an office is asked for figures that it promised."""
        units = due.promising(connection, roster.period.id, of)
        asked = [roster.units[unit] for unit in units]
        rows = []
        for office in offices_of(connection, roster, self.zone, asked):
            zone = zone_of(office.desk.region)
            for day in promises.days(office.desk, self.calendar(days[zone])):
                if day <= roster.period.verification_deadline:
                    at = datetime.combine(day, MORNING, zone)
                    rows.append((office.unit.id, PROMISE, day, at))
        return rows

    # Deciding

    def _decide(
        self, connection: sqlite3.Connection, roster: Roster, rows: list[DueReminder], now: datetime
    ) -> list[OutboxMessage]:
        units = [roster.units[unit] for unit in dict.fromkeys(row.unit_id for row in rows)]
        owing = [unit for unit in units if unit.id in roster.owed]
        offices = {one.unit.id: one for one in offices_of(connection, roster, self.zone, owing)}
        late = due.superseded(connection, now, rows)
        sent: list[OutboxMessage] = []
        for row in rows:
            office = offices.get(row.unit_id)
            if office is None:  # the roster took its questions away
                self._note(connection, roster, row, None, "lapsed", "not_owing", now)
                due.settle(connection, row.id, "lapsed", "not_owing")
                continue
            sent += self._remind(connection, roster, row, office, row.id in late, now)
        return sent

    def _remind(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        row: DueReminder,
        office: Office,
        superseded: bool,
        now: datetime,
    ) -> list[OutboxMessage]:
        local = now.astimezone(zone_of(office.desk.region))
        recent = due.recent(connection, [row.unit_id], local.date(), local.tzinfo or self.zone)
        setting = Setting(now, roster.period_of(roster.provinces[office.unit.region_id]))
        deadline = timing.deadline(setting, office.desk)
        calendar = self.calendar(local.date())
        promised = promises.due(office.desk, row.day, calendar) if row.kind == PROMISE else ()
        is_over = not season_policy.may_go_on(setting, office.desk)
        reminder = Due(
            row.kind, row.day, office, deadline, superseded, is_over, tuple(promised), recent
        )
        whole = schedule.whole(reminder, local, calendar)
        if isinstance(whole, Postpone):
            due.postpone(connection, row.id, whole.until)
            return []
        if whole is not None:
            outcome = "lapsed" if isinstance(whole, Lapse) else "withheld"
            self._note(connection, roster, row, None, outcome, whole.reason, now)
            due.settle(
                connection, row.id, "lapsed" if outcome == "lapsed" else "done", whole.reason
            )
            return []
        due.settle(connection, row.id, "done", None)
        return self._each(connection, roster, setting, row, reminder, local)

    def _each(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        setting: Setting,
        row: DueReminder,
        reminder: Due,
        local: datetime,
    ) -> list[OutboxMessage]:
        closing = iso(datetime.combine(local.date(), CLOSES, local.tzinfo))
        sent: list[OutboxMessage] = []
        for contact in reminder.office.contacts:
            decision = schedule.decide(reminder, contact, local)
            if not isinstance(decision, Send):
                outcome = "lapsed" if isinstance(decision, Lapse) else "withheld"
                seat = contact.seat_id
                self._note(connection, roster, row, seat, outcome, decision.reason, local)
                continue
            reminder_id = self._note(connection, roster, row, contact.seat_id, "sent", None, local)
            message = reminding.scheduled(setting, reminder, contact)
            for letter in letters_to(connection, contact.chat_id, message, roster=roster):
                letter.bulk, letter.not_after, letter.reminder_id = True, closing, reminder_id
                sent.append(letter)
        return sent

    def _note(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        row: DueReminder,
        seat_id: int | None,
        outcome: str,
        reason: str | None,
        now: datetime,
    ) -> int:
        """Log a decision under the local day on which it was made."""
        region = roster.regions[roster.units[row.unit_id].region_id]
        day = now.astimezone(zone_of(region)).date()
        line = ReminderLogLine(
            roster.period.id, row.unit_id, seat_id, row.kind, day, outcome, reason
        )
        return due.note(connection, line, now)

"""Brings a period to what a roster says of it: its days, its instrument, who signs its letters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.clock import iso
from bot.roster.letters import stored
from bot.roster.noting import note
from bot.roster.plan import ParsedRoster
from bot.roster.proposals import Proposals
from bot.roster.result import Fact, Item, SetupResult
from bot.roster.roster_refusals import SetupCode, SetupError
from bot.storage import periods, record, season_rows
from bot.storage import setup as store
from bot.storage.setup import ColumnValue, KnownPeriod, Put
from flows.model.criteria import OPERATOR
from flows.model.criteria import Author as Proposer
from flows.model.record_kinds import EntryKind
from flows.model.season import Season


class SetupAuthor(Struct, frozen=True):
    """Who applies a roster in chat, and the file that was sent: its name and SHA-256."""

    name: str
    person_id: int
    seat_id: int
    file: str
    digest: str


class Wanted(Struct, frozen=True):
    """What is to be applied, when, by whom; `link_base` is what a token is appended to."""

    roster: ParsedRoster
    now: datetime
    link_base: str
    new_links: bool = False
    author: SetupAuthor | None = None

    def entry(self, period_id: int, kind: EntryKind, details: dict[str, Any]) -> record.Entry:
        """Return an entry of the period for the record, by whoever applies the roster."""
        who: dict[str, int] = {}
        if self.author:
            who = {"person_id": self.author.person_id, "seat_id": self.author.seat_id}
        return record.Entry(period_id, kind, iso(self.now), details=details, **who)


class PeriodDone(Struct, frozen=True):
    """What became of the period: its number, the instrument that it has, and what is told of it."""

    id: int
    instrument: str
    result: SetupResult


def set_up_period(connection: sqlite3.Connection, wanted: Wanted) -> PeriodDone:
    """Write the period; who calls holds the transaction. Raises SetupError."""
    setup = _PeriodSetup(connection, wanted)
    setup.run()
    return PeriodDone(setup.period_id, setup.instrument, setup.result)


@dataclass(slots=True)
class _PeriodSetup:
    connection: sqlite3.Connection
    wanted: Wanted
    result: SetupResult = field(default_factory=SetupResult)
    period_id: int = 0
    instrument: str = field(init=False)
    trial: bool = field(init=False)

    def __post_init__(self) -> None:
        self.instrument = self.roster.period.instrument.hash
        self.trial = bool(self.roster.period.trial)

    @property
    def roster(self) -> ParsedRoster:
        return self.wanted.roster

    def run(self) -> None:
        plan, roster = self.roster.period, self.roster
        known = store.known_period(self.connection, plan.code)
        if known:
            self.instrument = self._allowed(known)
            self.trial = self._is_trial(known)
        digest = self.instrument
        if digest == plan.instrument.hash:
            store.freeze(self.connection, digest, plan.instrument.code, plan.texts)
        values: dict[str, ColumnValue] = {
            "instrument": digest,
            "data_year": plan.data_year,
            "opens": plan.opens.isoformat(),
            "deadline": plan.deadline.isoformat(),
            "verification_deadline": plan.verification_deadline.isoformat(),
            "reminders": json.dumps(plan.reminders),
            "letter_number": plan.letter_number,
            "letter_date": plan.letter_date.isoformat() if plan.letter_date else "",
            "institution": roster.institution,
            "help_contact": roster.help_contact,
            "grace": plan.grace,
            "invitation_days": roster.invitation_days,
            "trial": int(self.trial),
            "levels": ", ".join(plan.levels),
        }
        put = store.put(self.connection, "periods", {"code": plan.code}, values)
        self.period_id = put.id
        short: dict[str, ColumnValue] = {"instrument": f"{plan.instrument.code} ({digest[:12]}…)"}
        shortened = Put(put.id, put.created, _shortened(put.before))
        dates = {"opens": str(plan.opens), "deadline": str(plan.deadline)}
        today = self.wanted.now.date()
        at_work, *others = periods.in_order(self.connection, today)
        when = "now" if at_work.id == put.id else "later" if plan.opens > today else "never"
        opened = Fact("opened", {"instrument": plan.instrument.code, **dates, "when": when})
        told_letters = self._letters()
        facts = (opened,) if put.created else told_letters
        note(self.result, shortened, "period", plan.code, facts, values | short)
        if at_work.id != put.id:
            params = {"period": plan.code, "opens": str(plan.opens)}
            fact = Fact("at_work_until", params) if when == "later" else Fact("newer")
            self.result.left.append(Item("period", at_work.code, (fact,)))
        for other in others:
            if other.id != put.id and other.opens > today:
                self.result.left.append(
                    Item("period", other.code, (Fact("follows", {"opens": str(other.opens)}),))
                )

    def _letters(self) -> tuple[Fact, ...]:
        """Store who signs the letters, where the roster says it."""
        letters = self.roster.letters
        if letters is None:
            return ()
        is_news = store.set_letters(self.connection, self.period_id, stored(letters))
        return (Fact("letters"),) if is_news else ()

    def _allowed(self, known: KnownPeriod) -> str:
        """Refuse what a period that goes on cannot bear; return the instrument that it keeps."""
        plan = self.roster.period
        ends = season_rows.of_period(self.connection, known.id)
        if known.state != "open" or ends.get(self.roster.province, Season()).closed_at:
            raise SetupError("closed", period=plan.code)
        if known.instrument == plan.instrument.hash and known.data_year == plan.data_year:
            return known.instrument
        if not known.is_running:
            return plan.instrument.hash
        if known.has_answers and known.data_year != plan.data_year:
            old, new = known.data_year, plan.data_year
            raise SetupError("other_year", period=plan.code, old=old, new=new)
        if known.instrument_code != plan.instrument.code:
            named = {"old": known.instrument_code, "new": plan.instrument.code}
            raise SetupError("other_instrument", period=plan.code, **named)
        if known.instrument != plan.instrument.hash:
            self._keep(known)
        return known.instrument

    def _is_trial(self, known: KnownPeriod) -> bool:
        """Return whether the period is a trial from now on; one with answers stays what it is."""
        wanted = self.roster.period.trial
        if wanted is None or wanted == known.trial or not known.has_answers:
            return known.trial if wanted is None else wanted
        code: SetupCode = "was_trial" if known.trial else "was_season"
        raise SetupError(code, period=self.roster.period.code)

    def _keep(self, known: KnownPeriod) -> None:
        """Keep the period's own instrument: other figures are proposed, other texts are left aside."""
        roster, code = self.roster, self.roster.period.code
        self.period_id = known.id
        self.result.left.append(Item("period", code, (Fact("keeps_texts"),)))
        name, file = ("", Path(roster.file).name)
        if self.wanted.author:
            name, file = self.wanted.author.name, self.wanted.author.file
        by = Proposer(name, file, OPERATOR)
        proposals = Proposals(self.connection, self.result, known, roster.province, by)
        obstacles = proposals.make(roster.period.instrument, iso(self.wanted.now), self._append)
        if obstacles:
            raise SetupError("no_proposal", period=code, obstacles=obstacles)

    def _append(self, kind: EntryKind, details: dict[str, Any]) -> int:
        return record.append(self.connection, self.wanted.entry(self.period_id, kind, details))


def _shortened(before: Mapping[str, ColumnValue]) -> dict[str, ColumnValue]:
    return {
        name: f"{str(old)[:12]}…" if name == "instrument" else old for name, old in before.items()
    }

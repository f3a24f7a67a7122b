"""Brings a database to what a roster says, in one transaction; what is so already stays untouched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from bot.clock import iso
from bot.roster.letters import stored
from bot.roster.plan import RegionPlan, Roster, UnitPlan
from bot.roster.proposals import Proposals
from bot.roster.result import OBSTACLES, Fact, Item, SetupResult
from bot.roster.seats import Seats, link_root
from bot.storage import periods, record, seasons
from bot.storage import setup as store
from bot.storage.database import in_transaction
from bot.storage.setup import Holder, KnownPeriod, Put, Value
from bot.terminal import known_as
from flows.model.criteria import OPERATOR
from flows.model.criteria import Author as Proposer
from flows.model.record import EntryKind
from flows.model.season import Season
from scoring.replacing import replace

SetupCode = Literal[
    "other_province", "closed", "other_year", "other_instrument", "no_proposal", "was_trial",
    "was_season",
]  # fmt: skip
REFUSALS: dict[SetupCode, str] = {
    "other_province": "The roster is for the province {found}; the seat belongs to {wanted}.",
    "closed": "The period {period} is closed. Set up a new one with another code.",
    "other_year": (
        "The period {period} has answers for {old}; data_year cannot become {new}."
        " Set up a new period with another code."
    ),
    "other_instrument": (
        "The period {period} has answers under {old}; it cannot change to {new}."
        " Set up a new period with another code."
    ),
    "was_trial": (
        "The period {period} is a trial and has answers; it cannot become the real season. Set up"
        " a new period with another code: the trial ends when that one opens."
    ),
    "was_season": "The period {period} has answers that count; give a trial a code of its own.",
    "no_proposal": (
        "The period {period} is running, and no agreement can change this: {obstacles}."
        " Take it back in the instrument's file, or set up a new period with another code."
    ),
}


class SetupError(Exception):
    """A roster that reads well, but that this database cannot follow; a code of REFUSALS."""

    def __init__(self, code: SetupCode, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        params, obstacles = self.params, self.params.get("obstacles")
        if isinstance(obstacles, dict):
            params = {
                **params,
                "obstacles": "; ".join(_obstacle(*one) for one in obstacles.items()),
            }
        return known_as(REFUSALS[self.code]).format(**params)


def _obstacle(code: str, numbers: str) -> str:
    return known_as(OBSTACLES[code]) + (f" ({numbers})" if numbers else "")


class Author(Struct, frozen=True):
    """Who applies a roster in chat, and the file that was sent: its name and SHA-256."""

    name: str
    person_id: int
    seat_id: int
    file: str
    digest: str


def apply_roster(
    connection: sqlite3.Connection,
    roster: Roster,
    *,
    now: datetime,
    bot_username: str | None,
    new_links: bool = False,
    author: Author | None = None,
) -> SetupResult:
    """Apply the roster; inside the transaction that is open, else in one of its own.

    `now` is told in the zone of the installation: its day decides which period is at work.
    Raises SetupError, having written nothing in a transaction of its own.
    """
    applying = _Applying(connection, roster, now, link_root(bot_username), new_links, author)
    if connection.in_transaction:
        return applying.run()
    return in_transaction(connection, lambda _: applying.run())


def foretold(connection: sqlite3.Connection, roster: Roster, *, now: datetime) -> SetupResult:
    """Return what `apply_roster` would do, without doing it; inside the open transaction.

    Raises SetupError as it would.
    """
    connection.execute("SAVEPOINT foretold")
    try:
        return apply_roster(connection, roster, now=now, bot_username=None)
    finally:
        connection.execute("ROLLBACK TO foretold")
        connection.execute("RELEASE foretold")


class _Applying:
    def __init__(
        self,
        connection: sqlite3.Connection,
        roster: Roster,
        now: datetime,
        link_base: str,
        new_links: bool,
        author: Author | None,
    ) -> None:
        self.connection = connection
        self.roster = roster
        self.author = author
        self.now = iso(now)
        self.today = now.date()
        self.result = SetupResult()
        self.seats = Seats(
            connection, self.result, now, roster.invitation_days, link_base, new_links
        )
        self.period_id = 0
        self.regions: dict[str, tuple[int, str]] = {}
        self.instrument = roster.period.instrument.hash
        self.trial = bool(roster.period.trial)

    def run(self) -> SetupResult:
        roster, result = self.roster, self.result
        self._period()
        province = store.put(
            self.connection, "provinces", {"code": roster.province}, {"name": roster.province_name}
        )
        shown = {"name": roster.province_name}
        self._note(province, "province", roster.province_name, shown=shown)
        for region in roster.regions:
            self._region(region)
        self.seats.staff(
            roster.province, roster.province_name, roster.staff, roster.period.levels, self.regions
        )
        here = {region.code for region in roster.regions}
        for code, name in store.regions_at_work(self.connection, self.period_id):
            if code not in here:
                result.left.append(Item("region", name, (Fact("elsewhere"),)))
        if result.is_effective:
            self._record()
        return result

    def _note(
        self,
        put: Put,
        what: str,
        name: str,
        more: tuple[Fact, ...] = (),
        shown: Mapping[str, str] | None = None,
    ) -> None:
        """File a row under created, changed or same; `shown` has the new values for the reader."""
        facts = tuple(
            Fact("value", {"column": column, "old": _shown(old), "new": (shown or {})[column]})
            for column, old in put.before.items()
        )
        if put.created:
            self.result.created.append(Item(what, name, more))
        elif facts or more:
            self.result.changed.append(Item(what, name, (*facts, *more)))
        else:
            self.result.same[what] += 1

    def _period(self) -> None:
        plan, roster = self.roster.period, self.roster
        known = store.known_period(self.connection, plan.code)
        if known:
            self.instrument = self._allowed(known)
            self.trial = self._is_trial(known)
        digest = self.instrument
        if digest == plan.instrument.hash:
            store.freeze(self.connection, digest, plan.instrument.code, plan.texts)
        values: dict[str, Value] = {
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
        shown = {name: _shown(value) for name, value in values.items()}
        short = {"instrument": f"{plan.instrument.code} ({digest[:12]}…)"}
        shortened = Put(put.id, put.created, _shortened(put.before))
        dates = {"opens": str(plan.opens), "deadline": str(plan.deadline)}
        at_work, *others = periods.in_order(self.connection, self.today)
        when = "now" if at_work.id == put.id else "later" if plan.opens > self.today else "never"
        opened = Fact("opened", {"instrument": plan.instrument.code, **dates, "when": when})
        told_letters = self._letters()
        facts = (opened,) if put.created else told_letters
        self._note(shortened, "period", plan.code, facts, shown | short)
        if at_work.id != put.id:
            params = {"period": plan.code, "opens": str(plan.opens)}
            fact = Fact("at_work_until", params) if when == "later" else Fact("newer")
            self.result.left.append(Item("period", at_work.code, (fact,)))
        for other in others:
            if other.id != put.id and other.opens > self.today:
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
        ends = seasons.of_period(self.connection, known.id)
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
        if self.author:
            name, file = self.author.name, self.author.file
        by = Proposer(name, file, OPERATOR)
        proposals = Proposals(self.connection, self.result, known, roster.province, by)
        obstacles = proposals.make(roster.period.instrument, self.now, self._append)
        if obstacles:
            raise SetupError("no_proposal", period=code, obstacles=obstacles)

    def _append(self, kind: EntryKind, details: dict[str, Any]) -> int:
        """Append an entry of the period to the record, by whoever applies the roster."""
        who: dict[str, int] = {}
        if self.author:
            who = {"person_id": self.author.person_id, "seat_id": self.author.seat_id}
        entry = record.Entry(self.period_id, kind, self.now, details=details, **who)
        return record.append(self.connection, entry)

    def _region(self, plan: RegionPlan) -> None:
        values: dict[str, Value] = {
            "province": self.roster.province,
            "kind": plan.kind,
            "name": plan.name,
            "zone": plan.zone,
        }
        put = store.put(self.connection, "regions", {"code": plan.code}, values)
        self.regions[plan.code] = (put.id, plan.name)
        renamed = store.set_aliases(self.connection, "region_id", put.id, plan.aliases)
        more = (Fact("names"),) if renamed and not put.created else ()
        shown = {name: str(value) for name, value in values.items()}
        self._note(put, "region", plan.name, more, shown)
        for unit in plan.units:
            unit_id = self._unit(put.id, unit)
            if unit.owes:
                holder = Holder("contact", "unit_id", unit_id)
                self.seats.fill(holder, plan.name, [(unit.short, unit.name)] * unit.seats)
        heads = [unit for unit in plan.units if unit.coordinates]
        named = [(unit.short, unit.name) for unit in heads for _ in range(unit.seats)]
        self.seats.fill(Holder("coordinator", "region_id", put.id), plan.name, named)
        self._retire(put.id, plan)

    def _unit(self, region_id: int, unit: UnitPlan) -> int:
        values: dict[str, Value] = {"name": unit.name, "short": unit.short}
        put = store.put(
            self.connection, "units", {"region_id": region_id, "code": unit.code}, values
        )
        facts = self._owed(put, unit)
        if store.set_aliases(self.connection, "unit_id", put.id, unit.aliases) and not put.created:
            facts.append(Fact("names"))
        people: dict[str, Value] = {"seats": unit.seats, "coordinates": int(unit.coordinates)}
        seats = store.put(self.connection, "office_seats", {"unit_id": put.id}, people)
        shown = {name: str(value) for name, value in (values | people).items()}
        both = replace(put, before={**put.before, **seats.before})
        self._note(both, "unit", unit.short, tuple(facts), shown)
        return put.id

    def _owed(self, put: Put, unit: UnitPlan) -> list[Fact]:
        """Add and end assignments; returns what changed."""
        before = store.assigned(self.connection, self.period_id, put.id)
        added, ended = set(unit.owes) - before, before - set(unit.owes)
        store.assign(self.connection, self.period_id, put.id, sorted(added), self.now)
        store.unassign(self.connection, self.period_id, put.id, sorted(ended), self.now)
        if not before:
            return [_about("owes", added)] if added else []
        silent = ended & store.answered(self.connection, self.period_id, put.id) if ended else set()
        differences = (("owes_too", added), ("owes_no_more", ended), ("unheard", silent))
        return [_about(code, numbers) for code, numbers in differences if numbers]

    def _retire(self, region_id: int, plan: RegionPlan) -> None:
        """End offices that the roster no longer has; those with answers or people are left."""
        here = {unit.code for unit in plan.units}
        for unit_id, code, short in store.units_of(self.connection, region_id):
            if code in here:
                continue
            holder = Holder("contact", "unit_id", unit_id)
            answers = bool(store.answered(self.connection, self.period_id, unit_id))
            people = bool(store.seated(self.connection, holder))
            if answers or people:
                code = (
                    "has_both" if answers and people else "has_answers" if answers else "has_people"
                )
                self.result.left.append(Item("unit", short, (Fact(code),)))
                continue
            ended = store.assigned(self.connection, self.period_id, unit_id)
            store.unassign(self.connection, self.period_id, unit_id, sorted(ended), self.now)
            revoked = 0
            if not store.owes_elsewhere(self.connection, self.period_id, unit_id):
                revoked = store.revoke(self.connection, holder, self.now, staff_too=True)
            if ended or revoked:
                self.result.changed.append(Item("unit", short, (Fact("retired"),)))

    def _record(self) -> None:
        result = self.result
        details: dict[str, Any] = {
            "by": "setup",
            "created": [str(item) for item in result.created],
            "changed": [str(item) for item in result.changed],
            "links": len(result.links),
            "roster": self.roster.digest,
            "instrument": self.instrument,
        }
        if result.proposed:
            details["proposed"] = [str(item) for item in result.proposed]
            details["proposed_from"] = self.roster.period.instrument.hash
        if self.author:
            sent = {"name": self.author.file, "sha256": self.author.digest}
            details |= {"by": self.author.name, "file": sent}
        self._append(EntryKind.SETUP, details)


def _shown(value: Value) -> str:
    return "–" if value is None else str(value)


def _numbers(indicators: set[int]) -> str:
    return ", ".join(str(number) for number in sorted(indicators))


def _about(code: str, numbers: set[int]) -> Fact:
    return Fact(code, {"numbers": _numbers(numbers)})


def _shortened(before: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: f"{str(old)[:12]}…" if name == "instrument" else old for name, old in before.items()
    }

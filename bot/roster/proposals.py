"""A changed instrument file meets a running period: it proposes its figures, and nothing counts yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from bot.roster.result import Fact, Item, SetupResult
from bot.storage import criteria_rows as store
from bot.storage.criteria_rows import EntryWriter
from bot.storage.setup import KnownPeriod
from flows.model import criteria
from flows.model.criteria import Author, Criterion, Sort
from flows.model.criteria_changes import ProposeCriterion
from flows.staff import criteria_wishes, meeting_floor
from flows.staff.criteria_wishes import Wish
from scoring import Instrument
from scoring.amending import Change
from scoring.load import load_texts

Obstacles = Mapping[str, str]
"""What no agreement can change, by its code, with the numbers of the indicators that it is about."""


class Proposals:
    """Compares a file with what a period was set up with, and proposes to one province what differs."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        result: SetupResult,
        known: KnownPeriod,
        province: str,
        by: Author,
    ) -> None:
        self.connection = connection
        self.result = result
        self.known = known
        self.province = province
        self.by = by

    def make(self, after: Instrument, now: str, note: EntryWriter) -> Obstacles:
        """Propose what can be proposed; return what cannot be, before anything is written."""
        before = load_texts(self.known.texts)
        if obstacles := criteria_wishes.obstacles(before, after):
            return {str(code): ", ".join(map(str, numbers)) for code, numbers in obstacles.items()}
        files = store.in_force(self.connection, self.known.id, self.province)
        in_force = load_texts(files)
        for wish in criteria_wishes.wishes(before, after, in_force):
            self._propose(wish, in_force, files, now, note)
        return {}

    def _propose(
        self,
        wish: Wish,
        in_force: Instrument,
        files: Mapping[str, str],
        now: str,
        note: EntryWriter,
    ) -> None:
        criterion, name = wish.criterion, _named(in_force, wish.criterion)
        if wish.partly:
            self.result.left.append(Item("criterion", name, (Fact("partly_read"),)))
        if not wish.change:
            return
        change, after = _fitting(files, criterion, wish.change)
        if after is None:
            self.result.left.append(Item("criterion", name, (Fact("unfit"),)))
            return
        earlier = store.proposed_before(
            self.connection, self.known.id, self.province, criterion.code
        )
        if change in earlier:
            self.result.left.append(Item("criterion", name, (Fact("proposed_already"),)))
            return
        before = criteria.figures(in_force, criterion)
        facts = _facts(before, criteria.figures(after, criterion), change)
        self.result.proposed.append(Item("criterion", name, facts))
        proposal = ProposeCriterion(self.province, criterion.code, change, self.by)
        store.write(self.connection, proposal, self.known.id, None, now, note)


def _fitting(
    files: Mapping[str, str], criterion: Criterion, change: Change
) -> tuple[Change, Instrument | None]:
    """Return the change as it fits what is in force, with the version that it makes; None for no fit.

    The example of the file may speak of figures that are otherwise by now: then it is left out.
    """
    without = {part: given for part, given in change.items() if part != "example"}
    for tried in (change, without):
        if after := meeting_floor.tried(files, criterion, tried).instrument:
            return tried, after
    return change, None


def _named(instrument: Instrument, criterion: Criterion) -> str:
    indicator = criteria.indicator_of(instrument, criterion)
    if indicator is not None:
        return f"{indicator.no} {indicator.name}"
    if criterion.sort == Sort.RATING:
        return criteria.rating_of(instrument, criterion.name).name
    return criterion.name or str(criterion.sort)


def _facts(before: Mapping[str, Any], after: Mapping[str, Any], change: Change) -> tuple[Fact, ...]:
    """Return what a proposal would change, part by part; figures before and after where they are short."""
    facts = [
        Fact("proposes", {"part": part, "old": _shown(before[part]), "new": _shown(after[part])})
        for part in criteria.changed(before, after)
    ]
    if "status" in change:
        facts.append(Fact("proposes_source", {"text": str(change["source"])}))
    return tuple(facts)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(one[-1] if len(one) == 2 else one[0]) for one in value)
    return "" if value is None else str(value)

"""`@bot jakpus` in any chat: the status card, of what the staff seat may see; nothing for anybody else."""

from __future__ import annotations

from flows.group import cards
from flows.model.events import Inline
from flows.model.facts import Board, Office, Region, Setting, StaffFacts
from flows.model.outcome import Card, InlineAnswer, Outcome
from flows.model.scope import Scope
from flows.reading import names

MOST = 20


def answered(facts: StaffFacts, event: Inline) -> Outcome:
    """Return one card per match; without a name the regions of the seat."""
    results = _matches(facts, facts.board, event.query)
    return Outcome((), (InlineAnswer(event.query_id, tuple(results[:MOST])),))


def _matches(setting: Setting, board: Board, query: str) -> list[Card]:
    if not query.strip():
        return [_region(setting, board, region) for region in board.regions[:MOST]]
    regions = names.regions(board, query) or _begun(board, query)
    offices = [] if regions else names.offices(board, query)
    return [_region(setting, board, region) for region in regions[:MOST]] + [
        _office(setting, board, office) for office in offices[:MOST]
    ]


def _region(setting: Setting, board: Board, region: Region) -> Card:
    name, view = cards.region(setting, board, region)
    return Card(str(Scope(region_id=region.id)), region.name, "inline_region", name, view)


def _office(setting: Setting, board: Board, office: Office) -> Card:
    name, view = cards.office(setting, board, office)
    return Card(str(Scope(unit_id=office.unit.id)), office.unit.name, "inline_office", name, view)


def _begun(board: Board, query: str) -> list[Region]:
    """Return the regions whose name begins as far as it has been typed."""
    typed = names.words(query)
    return [
        region
        for region in board.regions
        if typed
        and any(names.words(name).startswith(typed) for name in (region.name, *region.aliases))
    ]

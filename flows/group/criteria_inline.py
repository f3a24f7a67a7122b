"""`@bot kriteria air bersih` in any chat: criteria as cards for whoever has a seat; nothing for others.

A card is read by whoever is in that chat: it has the figures and their sources, not what was said of them.
"""

from __future__ import annotations

from flows.contact import criteria_views
from flows.model.criteria import Coordination, Criterion
from flows.model.events import Event, Inline
from flows.model.facts import Seated
from flows.model.outcome import Card, InlineAnswer, Outcome
from flows.reading import criteria_names
from scoring import Instrument
from scoring.replacing import replace

WORD = "kriteria"
MOST = 20


def asks_for_criteria(event: Event) -> bool:
    """Tell whether an inline query begins with the name of the command."""
    return isinstance(event, Inline) and event.query.casefold().split()[:1] == [WORD]


def answered(facts: Seated, event: Inline, talk: Coordination) -> Outcome:
    """Return a card for each criterion that the words mean; without words the first ones."""
    instrument = facts.period.instrument
    bare = replace(talk, comments=(), proposals=())
    _, _, words = event.query.strip().partition(" ")
    meant = _meant(instrument, words.strip())[:MOST]
    cards = tuple(_card(instrument, criterion, bare) for criterion in meant)
    return Outcome((), (InlineAnswer(event.query_id, cards),))


def _meant(instrument: Instrument, words: str) -> tuple[Criterion, ...]:
    its = {right.code: some for right, some in criteria_views.by_right(instrument)}
    if not words:
        return tuple(criterion for some in its.values() for criterion in some)
    right = criteria_names.right(instrument, words)
    return its[right.code] if right else criteria_names.indicators(instrument, words)


def _card(instrument: Instrument, criterion: Criterion, talk: Coordination) -> Card:
    view = criteria_views.shown(instrument, criterion, talk)
    title = f"{view['no']}. {view['name']}"
    return Card(criterion.code, title, "inline_criterion", "criteria/criterion", view)

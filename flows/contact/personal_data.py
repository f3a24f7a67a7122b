"""`/data`: whoever asks gets what is held about them, with a seat or without one."""

from __future__ import annotations

from msgspec.structs import asdict

from flows.contact import joining
from flows.model import privacy, walks
from flows.model.facts import SpeakerFacts
from flows.model.outcome import Outcome, Say, SentDocument
from flows.model.own_data import OwnData

FILENAME = "data-saya.txt"


def sent(facts: SpeakerFacts, _: str, own: OwnData) -> Outcome:
    """Return what is held as a file to be read; a sentence where it is hardly anything."""
    view = joining.help_view(facts)
    if not own.is_known:
        days = privacy.of(facts.period.privacy).days("letters")
        counts = {**view, "letters": own.letters, "failed": own.failed, "days": days}
        return Outcome((), (Say("joining/data_stranger", counts),))
    held = asdict(own)
    return Outcome(
        (), (SentDocument("joining/data", {**view, **held}, FILENAME, body="joining/data_file"),)
    )


ROUTES = (walks.everybody.command("data", sent, OwnData, place=203),)

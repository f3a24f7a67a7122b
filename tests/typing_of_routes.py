"""What mypy refuses of a route. Checked with the packages: an ignore that is not needed fails there."""

from __future__ import annotations

from flows.model import walks
from flows.model.buttons import OwnVerb, Pressed, Verb
from flows.model.events import Tap, Text
from flows.model.facts import ContactFacts, SeatedFacts, StaffFacts, Stage
from flows.model.needs import Holders, OpenLinks, Reviewers
from flows.model.outcome import Outcome


def of_contacts(_: ContactFacts, __: str) -> Outcome:
    """A handler for contacts."""
    return Outcome()


def of_all(_: SeatedFacts, __: str) -> Outcome:
    """A handler for everybody with a seat."""
    return Outcome()


def needing(_: StaffFacts, __: Tap, ___: Pressed, ____: Holders, _____: OpenLinks) -> Outcome:
    """A handler with two needs."""
    return Outcome()


def written(_: ContactFacts, __: Text, ___: Reviewers) -> Outcome | None:
    """A handler of words, with a need."""


ACCEPTED = (
    walks.contact.command("a", of_contacts),
    walks.staff.command("a", of_all),
    walks.everybody.command("b", of_all, place=1),
    walks.staff.button(Verb.HOLDER, needing, Holders, OpenLinks),
    walks.staff.button(OwnVerb("ho"), needing, Holders, OpenLinks),
    walks.contact.words(Stage.NOTE, written, Reviewers),
)
REFUSED = (
    walks.staff.command("a", of_contacts),  # type: ignore[arg-type]
    walks.everybody.command("a", of_contacts),  # type: ignore[arg-type]
    walks.staff.button(Verb.HOLDER, needing),  # type: ignore[arg-type]
    walks.staff.button(Verb.HOLDER, needing, Holders),  # type: ignore[arg-type]
    walks.staff.button(Verb.HOLDER, needing, OpenLinks, Holders),  # type: ignore[arg-type]
    walks.staff.button("ho", needing, Holders, OpenLinks),  # type: ignore[call-overload]
    walks.contact.words(Stage.NOTE, written),  # type: ignore[arg-type]
)

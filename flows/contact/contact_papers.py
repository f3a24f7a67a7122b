"""`/berkas` of a contact: the office's sheet to be signed, and the receipt of what was sent."""

from __future__ import annotations

from flows.model import bundles, handouts, walks
from flows.model.answer_state import State
from flows.model.bundles import BUNDLE, SEND
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import ContactFacts
from flows.model.handouts import HANDOUT
from flows.model.outcome import Notice, OrderPaper, Outcome, Say, not_yours

SHEET, RECEIPT = "office_sheet", "receipt"
LABELS = {
    SHEET: "paper_sheet", RECEIPT: "paper_receipt", BUNDLE: "paper_bundle",
    HANDOUT: "paper_handout",
}  # fmt: skip


def command(facts: ContactFacts) -> Outcome:
    """`/berkas`: what there is to choose from."""
    seat = facts.seat.id
    rows = tuple((Button(LABELS[kind], data(Verb.PAPER, seat, kind)),) for kind in _kinds(facts))
    return Outcome((), (Say("papers/office", {"unit": facts.desk.unit.name}, rows),))


def _kinds(facts: ContactFacts) -> tuple[str, ...]:
    """Return what can be made: the receipt only once something was sent."""
    is_sent = any(task.state not in (State.EMPTY, State.DRAFT) for task in facts.desk.tasks)
    has_files = any(task.kept for task in facts.desk.tasks)
    return (SHEET, *((RECEIPT,) if is_sent else ()), *((BUNDLE,) if has_files else ()), HANDOUT)


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Order the paper of a button."""
    kind = pressed.rest[0] if pressed.rest else ""
    if kind in (BUNDLE, SEND):
        return _bundle(facts, event, kind)
    if kind not in _kinds(facts):
        return not_yours(event)
    if kind == HANDOUT:
        sheet = handouts.of(facts.period, facts.bot_link, facts.desk.region.name)
        return Outcome((), (Notice(event.query_id), sheet))
    order = OrderPaper(kind, "pdf", unit_id=facts.desk.unit.id)
    return Outcome((order,), (Notice(event.query_id, "notice/paper_ordered", {"kind": kind}),))


def _bundle(facts: ContactFacts, event: Tap, kind: str) -> Outcome:
    """Say how much evidence the office has stored, or have it made as archives."""
    unit, region = facts.desk.unit, facts.desk.region
    if kind == SEND:
        order = OrderPaper(BUNDLE, "zip", unit_id=unit.id, message_id=event.message_id)
        return bundles.ordered(order, event)
    of = f"--region {region.code} --unit {unit.code} --period {facts.period.code}"
    command = f"peduli-ham bundle {of} --split --out bundel.zip"
    message = bundles.offered((facts.desk,), facts.seat.id, unit.id, unit.name, command)
    return Outcome((), (message,))


ROUTES = (
    walks.contact.command("berkas", walks.plain(command), place=126),
    walks.contact.button(Verb.PAPER, on_tap),
)

"""The one table of what people can do, collected from the walks: engine, menus, `/bantuan` and README agree.

A walk says its `ROUTES` itself; a new walk is one more name in `WALKS`.
"""

from __future__ import annotations

from flows.contact import (
    answering,
    browsing,
    choosing_language,
    criteria,
    evidence,
    forwarding,
    joining,
    mending,
    pausing,
    submitting,
)
from flows.group import grouping
from flows.model import walks
from flows.model.facts import Seated
from flows.model.outcome import Outcome
from flows.model.routes import Table
from flows.staff import (
    arrivals,
    call_list,
    campaigning,
    extending,
    granting,
    history,
    inviting,
    lateness,
    linking,
    meeting,
    operating,
    pictures,
    proposing,
    reminding,
    review_checklist,
    review_decision,
    review_queue,
    rights,
    roster_upload,
    score_differences,
    seating,
    status,
    threads,
)

WALKS = (
    answering, browsing, choosing_language, criteria, evidence, forwarding, joining, mending, pausing,
    submitting,
    arrivals, call_list, campaigning, extending, granting, history, inviting, lateness, linking, meeting,
    operating, pictures, proposing, reminding, review_checklist, review_decision, review_queue, rights,
    roster_upload, score_differences, seating, status, threads,
    grouping,
)  # fmt: skip
ALIASES = {
    "start": "mulai",
    "help": "bantuan",
    "menu": "kategori",
    "language": "bahasa",
    "posisi": "gantiperan",
}
"""Other names, understood for good: people have learnt them, and old messages name them."""


def explain(facts: Seated, unknown: str | None = None) -> Outcome:
    """Return what the seat may do; `unknown`: a command that there is not, named in front of it."""
    names = TABLE.menu(facts.seat.role, several=len(facts.seats) > 1)
    return joining.help_message(facts, names, unknown)


OWN = (
    walks.everybody.command("bantuan", walks.plain(explain), place=220, group=True),
)  # fmt: skip
TABLE = Table((*(route for walk in WALKS for route in walk.ROUTES), *OWN), ALIASES)

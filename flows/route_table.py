"""The one table of what people can do, collected from the walks: engine, menus, `/bantuan` and README agree.

A walk is a module of `flows.contact`, `flows.staff` or `flows.group` that has `ROUTES`: nobody lists them.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from flows import contact, group, staff
from flows.contact import joining
from flows.model import walks
from flows.model.facts import Seated
from flows.model.outcome import Outcome
from flows.model.routes import RouteTable

ALIASES = {
    "start": "mulai",
    "help": "bantuan",
    "menu": "kategori",
    "language": "bahasa",
    "posisi": "gantiperan",
}
"""Other names, understood for good: people have learnt them, and old messages name them."""


def _walks(room: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of a room that declare what people can do there."""
    for module in iter_modules(room.__path__, f"{room.__name__}."):
        walk = import_module(module.name)
        if hasattr(walk, "ROUTES"):
            yield walk


def explain(facts: Seated) -> Outcome:
    """Return what the seat may do."""
    role = facts.seat.role
    names = TABLE.menu(role, several=len(facts.seats) > 1, off=facts.is_seat_off)
    return joining.help_message(facts, names)


OWN = (
    walks.everybody.command("bantuan", walks.plain(explain), place=220, group=True),
)  # fmt: skip
WALKS = tuple(walk for room in (contact, staff, group) for walk in _walks(room))
TABLE = RouteTable((*(route for walk in WALKS for route in walk.ROUTES), *OWN), ALIASES)

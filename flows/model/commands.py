"""The one table of commands: who may use which, in what order menus and `/bantuan` show them.

What a command says of itself is in `messages/id/`: `command_…` in labels.toml for the menu, a line of
`help/_commands` for `/bantuan`. How it is answered is `engine`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.model.roles import STAFF, Role

EVERYBODY = frozenset(Role)
CONTACT = frozenset({Role.CONTACT})
ADMIN = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Entry:
    """One command. `several`: only for who holds several seats; `group`: also answered in groups."""

    name: str
    roles: frozenset[Role]
    several: bool = False
    group: bool = False


TABLE = (
    Entry("lanjut", CONTACT),
    Entry("kategori", CONTACT),
    Entry("ringkasan", CONTACT),
    Entry("status", STAFF, group=True),
    Entry("terlambat", STAFF),
    Entry("verifikasi", STAFF),
    Entry("tanya", EVERYBODY),
    Entry("ingatkan", STAFF),
    Entry("telepon", STAFF),
    Entry("perpanjang", STAFF),
    Entry("undang", STAFF),
    Entry("serahterima", STAFF),
    Entry("peran", STAFF),
    Entry("papan", STAFF, group=True),
    Entry("roster", ADMIN),
    Entry("kesehatan", ADMIN),
    Entry("jeda", frozenset({Role.CONTACT, Role.COORDINATOR, Role.KANWIL})),
    Entry("gantiperan", EVERYBODY, several=True),
    Entry("tentang", EVERYBODY, group=True),
    Entry("privasi", EVERYBODY),
    Entry("mulai", EVERYBODY),
    Entry("bantuan", EVERYBODY, group=True),
)
"""In the order of the menus."""
ALIASES = {
    "start": "mulai",
    "help": "bantuan",
    "menu": "kategori",
    "posisi": "gantiperan",
}
"""Other names, understood for good: people have learnt them, and old messages name them."""
KNOWN = frozenset(one.name for one in TABLE)


def menu(role: Role, *, several: bool = False) -> tuple[str, ...]:
    """What a role may use, in order; with what changes the seat where there are `several`."""
    return tuple(one.name for one in TABLE if role in one.roles and (several or not one.several))


def group_menu() -> tuple[str, ...]:
    """What is answered in groups, in order."""
    return tuple(one.name for one in TABLE if one.group)


def full_name(name: str) -> str:
    """A command by its own name, whichever way it was called."""
    return ALIASES.get(name, name)

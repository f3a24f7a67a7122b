"""What a seat allows."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a seat allows (least rights: each query is scoped by it)."""

    CONTACT = "contact"
    COORDINATOR = "coordinator"
    KANWIL = "kanwil"
    ADMIN = "admin"


STAFF = frozenset({Role.COORDINATOR, Role.KANWIL, Role.ADMIN})
EVERYBODY = frozenset(Role)
CONTACT = frozenset({Role.CONTACT})
ADMIN = frozenset({Role.ADMIN})

"""What a seat allows."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a seat allows (least rights: each query is scoped by it)."""

    CONTACT = "contact"
    COORDINATOR = "coordinator"
    SECRETARY = "secretary"
    """Sekretaris Kota/Daerah, who approves what the whole city hands in."""
    BUREAU = "bureau"
    """Biro Hukum of the province, which forwards what its cities hand in."""
    KANWIL = "kanwil"
    READER = "reader"
    """Pimpinan or Ditjen: looks, and changes nothing."""
    ADMIN = "admin"


LEVELS = (Role.SECRETARY, Role.BUREAU)
"""Who stands between Bagian Hukum and the Kanwil, in the order in which a submission passes them."""
SWITCHED = (*LEVELS, Role.READER)
"""Seats that there are only in periods which switch them on."""
RUNNING = frozenset({Role.COORDINATOR, Role.KANWIL, Role.ADMIN})
"""Staff who run a season in every period."""
STAFF = RUNNING | frozenset(SWITCHED)
EVERYBODY = frozenset(Role)
SPEAKING = EVERYBODY - {Role.READER}
"""Whose word goes on record."""
CONTACT = frozenset({Role.CONTACT})
ADMIN = frozenset({Role.ADMIN})

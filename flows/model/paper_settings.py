"""Who signs the papers of a season, and under which letterhead: settings of a period and a place.

What nobody has set is left open on the paper, to be filled in by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class SignerRole(StrEnum):
    """As what somebody signs; an office's head has a role of their own, by the office's code."""

    LEGAL = "legal"  # head of Bagian Hukum, who has drawn it up
    SECRETARY = "secretary"  # Sekretaris Kota/Daerah, who takes note
    KANWIL = "kanwil"  # head of the regional office, or who signs for them
    CHAIR = "chair"  # who led a meeting
    EXAMINER = "examiner"  # who checked the answers


class Signer(Struct, frozen=True):
    """The lines above a name (office and title), the name with its titles, rank, and number (NIP)."""

    lines: tuple[str, ...] = ()
    name: str | None = None
    rank: str | None = None
    number: str | None = None


class PaperSettings(Struct, frozen=True):
    """`of` is a region's code, or the province's for the Kanwil; `head` are the lines of the letterhead.

    `signers` by `SignerRole`, or by the code of an office for its head. `numbers` are the papers' own
    (Nomor) by their kind, `copies` who gets one (Tembusan).
    """

    of: str
    head: tuple[str, ...] = ()
    place: str | None = None
    signers: Mapping[str, Signer] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[str, ...] = ()

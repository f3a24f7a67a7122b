"""Who signs the letters of an institution, as the roster says; the rest is left to be filled in."""

from __future__ import annotations

from msgspec import Struct


class Letterhead(Struct, frozen=True):
    """`of` is a region's code, or the province's for the Kanwil; `signer` are the lines above the name."""

    of: str
    place: str | None = None
    signer: tuple[str, ...] = ()
    name: str | None = None
    number: str | None = None
    copies: tuple[str, ...] = ()

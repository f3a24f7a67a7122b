"""An invitation that nobody has opened yet, as staff see it: for which seat, by whom, until when."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from flows.model.roles import Role


class OpenLink(Struct, frozen=True):
    """`by` is None for a link of the operator's roster; `replaces` is the seat that its use would end."""

    id: int
    role: Role
    unit_id: int | None
    region_id: int | None
    where: str | None
    made: date
    until: date
    by: str | None = None
    maker: int | None = None
    replaces: int | None = None
    replaced: str | None = None

    def hangs_on(self, seat_id: int) -> bool:
        """Tell whether it is void once this seat is not held any more: made by it, or made to replace it."""
        return seat_id in (self.maker, self.replaces)

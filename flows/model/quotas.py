"""How much evidence a person and an office may have kept in one period, in bytes."""

from __future__ import annotations

from msgspec import Struct

from scoring.replacing import replace

MEGABYTE = 2**20
PERSON = 500 * MEGABYTE
OFFICE = 1000 * MEGABYTE


class Quota(Struct, frozen=True):
    """What the settings say; the defaults are many times what a season of scans needs."""

    person: int = PERSON
    office: int = OFFICE


DEFAULT = Quota()


class Room(Struct, frozen=True):
    """What a person and their office have stored, or sent and not yet stored, against the quota."""

    person: int = 0
    office: int = 0
    quota: Quota = DEFAULT

    def over(self, size: int) -> str | None:
        """Return whose quota one more file would exceed: `quota_person`, `quota_office`, or nobody's."""
        if self.person + size > self.quota.person:
            return "quota_person"
        return "quota_office" if self.office + size > self.quota.office else None

    def taken(self, size: int) -> Room:
        """Return the same with one file more."""
        return replace(self, person=self.person + size, office=self.office + size)

    def shown(self, why: str) -> dict[str, int]:
        """Return what a refusal says: used and allowed, in megabytes."""
        is_person = why == "quota_person"
        used, most = (
            (self.person, self.quota.person) if is_person else (self.office, self.quota.office)
        )
        return {"used": -(-used // MEGABYTE), "quota": most // MEGABYTE}

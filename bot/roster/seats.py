"""Who of the roster has not joined yet, and a link for each."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from bot.clock import iso
from bot.roster.period_setup import Wanted
from bot.roster.plan import StaffPlan
from bot.roster.result import Fact, Item, Link, SetupResult
from bot.storage import people
from bot.storage.roster_rows import RosterRows
from bot.storage.setup import SeatHolder
from flows.model.roles import SWITCHED, Role

PLACEHOLDER = "<username_bot>"


def link_root(username: str | None) -> str:
    """Return the address that a token is appended to."""
    return f"https://t.me/{username or PLACEHOLDER}?start="


class Seats:
    """Fills the seats of a roster. A seat is taken by who holds it, or by a link that is still open."""

    def __init__(self, rows: RosterRows, result: SetupResult, wanted: Wanted, days: int) -> None:
        self.rows = rows
        self.result = result
        self.expires = (wanted.now + timedelta(days=days)).replace(microsecond=0)
        self.until = iso(self.expires)
        self.link_base = wanted.link_base
        self.new_links = wanted.new_links

    def fill(self, holder: SeatHolder, region: str, wanted: Sequence[tuple[str, str]]) -> None:
        """Make links for those of `wanted` (office, label) that nobody holds and nobody was sent."""
        if self.new_links and (void := self.rows.revoke(holder)):
            office = next((office or label for office, label in wanted), region)
            self.result.changed.append(
                Item("links", office, (Fact("revoked", {"count": str(void)}),))
            )
        seated = self.rows.seated(holder)
        invited = self.rows.invited(holder)
        taken = Counter([*seated, *invited])
        missing = max(0, len(wanted) - taken.total())
        free = []
        for office, label in wanted:
            if taken[label]:
                taken[label] -= 1
            else:
                free.append((office, label))
        for office, label in free[:missing]:
            self._invite(holder, region, office, label)
        self.result.same["seat taken"] += min(len(seated), len(wanted))
        self.result.same["open link"] += len(invited)

    def staff(
        self,
        province: str,
        name: str,
        staff: Sequence[StaffPlan],
        levels: Collection[str] = (),
        regions: Mapping[str, tuple[int, str]] = MappingProxyType({}),
    ) -> None:
        """Fill the seats of the province's staff, each known by name and role; those of `levels` too.

        `regions`: number and name of each by its code.
        """
        for member in staff:
            if member.role in SWITCHED and member.role not in levels:
                continue
            if member.region:
                region_id, region = regions[member.region]
                self.fill(
                    SeatHolder(member.role, "region_id", region_id, member.name),
                    region,
                    [("", member.name)],
                )
            else:
                holder = SeatHolder(member.role, "province", province, member.name)
                self.fill(holder, name, [("", member.name)])
        places: list[tuple[str, str, int | str]] = [
            (role, "province", province) for role in ("kanwil", "admin", Role.BUREAU, Role.READER)
        ]
        for region_id, _ in regions.values():
            places += [(role, "region_id", region_id) for role in (Role.SECRETARY, Role.READER)]
        for role, column, owner in places if staff else ():
            known = {one.name for one in staff if one.role == role}
            holder = SeatHolder(role, column, owner)
            seated = self.rows.seated(holder)
            for label in sorted({*seated, *self.rows.invited(holder)}):
                if label not in known:
                    why = Fact("seated" if label in seated else "invited", {"role": role})
                    self.result.left.append(Item("staff", label, (why,)))

    def _invite(self, holder: SeatHolder, region: str, office: str, label: str) -> None:
        token = secrets.token_urlsafe(24)
        self.rows.invite(holder, label, people.token_hash(token), self.until)
        url = f"{self.link_base}{token}"
        self.result.links.append(Link(region, office, holder.role, label, token, url, self.expires))

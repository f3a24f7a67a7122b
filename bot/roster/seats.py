"""Who of the roster has not joined yet, and a link for each."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.clock import iso
from bot.roster.plan import StaffPlan
from bot.roster.result import Fact, Item, Link, SetupResult
from bot.storage import people
from bot.storage import setup as store
from bot.storage.setup import Holder
from flows.model.roles import SWITCHED, Role

PLACEHOLDER = "<username_bot>"


def link_root(username: str | None) -> str:
    """Return the address that a token is appended to."""
    return f"https://t.me/{username or PLACEHOLDER}?start="


class Seats:
    """Fills the seats of a roster. A seat is taken by who holds it, or by a link that is still open."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        result: SetupResult,
        now: datetime,
        days: int,
        link_base: str,
        new_links: bool,
    ) -> None:
        self.connection = connection
        self.result = result
        self.now = iso(now)
        self.expires = (now + timedelta(days=days)).replace(microsecond=0)
        self.link_base = link_base
        self.new_links = new_links

    def fill(self, holder: Holder, region: str, wanted: Sequence[tuple[str, str]]) -> None:
        """Make links for those of `wanted` (office, label) that nobody holds and nobody was sent."""
        if self.new_links and (void := store.revoke(self.connection, holder, self.now)):
            office = next((office or label for office, label in wanted), region)
            self.result.changed.append(
                Item("links", office, (Fact("revoked", {"count": str(void)}),))
            )
        seated = store.seated(self.connection, holder)
        invited = store.invited(self.connection, holder, self.now)
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
                    Holder(member.role, "region_id", region_id, member.name),
                    region,
                    [("", member.name)],
                )
            else:
                holder = Holder(member.role, "province", province, member.name)
                self.fill(holder, name, [("", member.name)])
        places: list[tuple[str, str, int | str]] = [
            (role, "province", province) for role in ("kanwil", "admin", Role.BUREAU, Role.READER)
        ]
        for region_id, _ in regions.values():
            places += [(role, "region_id", region_id) for role in (Role.SECRETARY, Role.READER)]
        for role, column, owner in places if staff else ():
            known = {one.name for one in staff if one.role == role}
            holder = Holder(role, column, owner)
            seated = store.seated(self.connection, holder)
            for label in sorted({*seated, *store.invited(self.connection, holder, self.now)}):
                if label not in known:
                    why = Fact("seated" if label in seated else "invited", {"role": role})
                    self.result.left.append(Item("staff", label, (why,)))

    def _invite(self, holder: Holder, region: str, office: str, label: str) -> None:
        token = secrets.token_urlsafe(24)
        fields = {"role": holder.role, holder.column: holder.owner, "label": label}
        people.create_invitation(self.connection, token, iso(self.expires), self.now, fields)
        url = f"{self.link_base}{token}"
        self.result.links.append(Link(region, office, holder.role, label, token, url, self.expires))

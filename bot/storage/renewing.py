"""New links in the place of those that nobody has opened: they are kept hashed, so none is shown twice."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clock import iso
from bot.storage import open_invitations, people, periods, record
from flows.model.record_kinds import EntryKind


class Renewed(NamedTuple):
    """A link that works now: for whom, with its token."""

    role: str
    region: str
    office: str
    label: str
    token: str
    expires: datetime


FIELDS = ("role", "unit_id", "region_id", "province", "label", "created_by", "replaces")


def renew(
    connection: sqlite3.Connection, now: datetime, days: int, regions: Collection[int] | None = None
) -> list[Renewed]:
    """Revoke what is open or ran out unopened, and make anew what it was for; one entry of the record.

    `now` is in the installation's zone. `regions`: only links of these regions, none of the province's
    staff.
    """
    rows = connection.execute(
        "SELECT i.id, coalesce(ur.id, r.id), coalesce(ur.name, r.name, p.name, ''),"
        f" coalesce(u.short, ''), {', '.join(f'i.{name}' for name in FIELDS)}"
        " FROM invitations i LEFT JOIN units u ON u.id = i.unit_id"
        " LEFT JOIN regions ur ON ur.id = u.region_id LEFT JOIN regions r ON r.id = i.region_id"
        " LEFT JOIN provinces p ON p.code = i.province"
        " WHERE i.used_at IS NULL AND i.revoked_at IS NULL"
        " ORDER BY 3, i.role = 'contact', u.short, i.id"
    ).fetchall()
    made, expires = [], (now + timedelta(days=days)).replace(microsecond=0)
    for invitation_id, region_id, region, office, *values in rows:
        if regions is not None and region_id not in regions:
            continue
        fields, token = dict(zip(FIELDS, values, strict=True)), secrets.token_urlsafe(24)
        open_invitations.revoke(connection, invitation_id, iso(now))
        people.create_invitation(connection, token, iso(expires), iso(now), fields)
        made.append(Renewed(fields["role"], region, office, fields["label"], token, expires))
    period = periods.at_work(connection, now.date())
    if made and period:
        details = {"by": "operator", "count": len(made)}
        record.append(
            connection, record.Entry(period, EntryKind.RENEWED, iso(now), details=details)
        )
    return made

"""The people of the demo and the period they play in: Jakarta Pusat as it ships, with dates around today.

Or, in a copy of a database, whoever was invited there.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.demo.botapi import Sandbox
from bot.demo.botapi.state import Chat
from bot.demo.coming import ZONE
from bot.holidays import calendar
from bot.roster import ParsedRoster, SetupResult, apply_roster, bundled
from bot.roster.plan import StaffPlan
from bot.roster.previous_answers_file import apply_previous_answers, bundled_previous_answers
from bot.storage import demo_rows, people
from bot.storage.database import connect, in_transaction
from bot.storage.demo_rows import EXAMPLE, WaitingInvitation
from bot.storage.roster import read_roster
from flows.model.facts import require
from flows.model.roles import Role
from scoring.replacing import replace

TOKEN = "1000000001:DEMO"  # noqa: S105  # of our own server, worth nothing elsewhere
USERNAME = "PeduliHamDemoBot"
BOT_NAME = "Peduli HAM"
NOTICE = "Data contoh — seluruh angka rekaan"
REGION = "Jakarta Pusat"
FIRST_SHOWN = ("Sudinkes", "coordinator", "kanwil")
LABELS = {
    "coordinator": "Bagian Hukum", "secretary": "Sekretaris", "bureau": "Biro Hukum", "kanwil": "Kanwil",
    "reader": "Pemantau", "admin": "Administrator",
}  # fmt: skip
NAMES = {
    "Sudinkes": "Siti Aminah", "Sudin Tamhut": "Dedi Kurnia", "Sudindik 1": "Ani Lestari",
    "Sudindik 2": "Tono Wibowo", "Sudin SDA": "Agus Salim", "Sudin PRKP": "Lina Marlina",
    "Sudin Nakertransgi": "Joko Susilo", "Sudinsos": "Maya Sari", "Suban Kesbangpol": "Eko Prasetyo",
    "Suban Kepegawaian": "Rini Astuti", "Sudin PPAPP": "Wati Handayani", "coordinator": "Hana Putri",
    "kanwil": "Budi Santoso", "admin": "Nia Rahma", "secretary": "Yusuf Hidayat", "bureau": "Ratna Dewi",
    "reader": "Bambang Irawan",
}  # fmt: skip
"""Invented people."""
IN_GROUP = ("kanwil", "coordinator", "Sudinkes", "Sudindik 1", "Sudin SDA", "Sudin PRKP")

OPENED, DEADLINE, VERIFIED = -30, 21, 66
"""The period's days, seen from today."""


@cache
def words() -> dict[str, Any]:
    """Return what people read of this season that is not the shipped roster's."""
    place = resources.files("bot") / "demo" / "season.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def season(
    today: date, opens: int = OPENED, deadline: int = DEADLINE, levels: Sequence[str] = ()
) -> ParsedRoster:
    """Return the shipped roster with dates around today, marked as an example where people read it.

    `levels`: who sits between Bagian Hukum and the Kanwil, or looks on, by their roles.
    """
    roster = bundled("jakarta-pusat")
    last = today + timedelta(days=deadline)
    period = replace(
        roster.period,
        code=str(today.year),
        data_year=today.year - 1,
        opens=today + timedelta(days=opens),
        deadline=calendar(last).on_or_after(last),
        verification_deadline=last + timedelta(days=VERIFIED - DEADLINE),
        levels=tuple(levels),
    )
    city = roster.regions[0].code
    seated = [
        StaffPlan(NAMES[level], level, city if level == Role.SECRETARY else "") for level in levels
    ]
    texts = words()
    return replace(
        roster,
        period=period,
        staff=(*roster.staff, *seated),
        institution=texts["institution"],
        help_contact=f"{texts['help_contact']} {EXAMPLE}",
        invitation_days=texts["invitation_days"],
    )


def lasting(roster: ParsedRoster) -> ParsedRoster:
    """Return a roster whose links outlast every move of the demo's clock."""
    return replace(roster, invitation_days=words()["invitation_days"])


def prepare(
    path: Path, clock: Clock, roster: ParsedRoster, before: str | None = None
) -> list[WaitingInvitation]:
    """Apply the roster to a new database; return the links of all who are to join.

    `before`: whose answers of the year before come along.
    """
    connection = connect(path)

    def work(db: sqlite3.Connection) -> SetupResult:
        done = apply_roster(db, roster, now=clock(), bot_username=USERNAME)
        if before is not None:
            period = require(read_roster(db, roster.period.code))
            apply_previous_answers(
                db, period, bundled_previous_answers(before, period), now=clock()
            )
        return done

    try:
        demo_rows.mark(connection)
        links = in_transaction(connection, work).links
    finally:
        connection.close()
    return [
        WaitingInvitation(link.role, link.region, link.office, link.label, link.token)
        for link in links
    ]


def resume(path: Path, clock: Clock) -> tuple[list[WaitingInvitation], list[tuple[int, str]]]:
    """Take up a database as it is: new links for whoever has not joined, and those who have (id, name)."""
    expires = clock() + timedelta(days=words()["invitation_days"])
    with closing(connect(path)) as connection:
        waiting = in_transaction(connection, lambda db: demo_rows.renewed(db, expires))
        return waiting, people.everyone(connection)


def opening(path: Path, now: datetime) -> datetime | None:
    """Return when the period opens if nobody has joined and it is not running; None: begin now."""
    with closing(connect(path)) as connection:
        roster = read_roster(connection)
        if roster is None or demo_rows.has_people(connection):
            return None
    return first_day(roster.period.opens, roster.period.deadline, now)


def first_day(opens: date, deadline: date, now: datetime) -> datetime | None:
    """Return when a period opens that does not run now; None: begin now."""
    if opens <= now.astimezone(ZONE).date() <= deadline:
        return None
    return datetime.combine(opens, time(9), ZONE).astimezone(UTC)


def region_of(path: Path) -> str:
    """Return the name of the region that is played; of the first, should there be several."""
    with closing(connect(path)) as connection:
        roster = read_roster(connection)
    return next((region.name for region in roster.regions.values()), REGION) if roster else REGION


def cast(
    server: Sandbox, links: list[WaitingInvitation], joined: Sequence[tuple[int, str]] = ()
) -> dict[str, int]:
    """Make the bot and the people; returns the ids of those with a link, by office or role."""
    server.add_bot(TOKEN, USERNAME, BOT_NAME)
    keys = {name: key for key, name in NAMES.items()}
    for account_id, name in joined:
        server.person(name, person_id=account_id, started=True, label=_label(keys.get(name, name)))
    several = len({link.region for link in links if link.office}) > 1
    people: dict[str, int] = {}
    for link in sorted(links, key=_place):
        key = link.role if link.role in LABELS else link.office
        label = _label(key)
        if several and link.role not in ("bureau", "kanwil", "admin"):
            label = f"{label} {link.region}"
        free = [one for one in (label, f"{label}: {link.label}") if not _is_label(server, one)]
        label = free[0] if free else f"{label} {len(server.people()) + 1}"
        person = server.person(
            link.label if key in people else NAMES.get(key, link.label), label=label
        )
        person.account.start_link = link.token
        people.setdefault(key, person.id)
    return people


def group(server: Sandbox, region: str = REGION) -> Chat:
    """Create the coordination group: Kanwil, Bagian Hukum, some contacts, and the bot."""
    names = [NAMES[key] for key in IN_GROUP]
    everyone = {person.account.first_name: person for person in reversed(server.people())}
    members = [everyone[name] for name in names if name in everyone] or server.people()[:6]
    chat = server.group(words()["group"].format(region=region), *members)
    chat.members[server.bot.account.id] = "administrator"
    return chat


def _is_label(server: Sandbox, label: str) -> bool:
    return any(person.account.label == label for person in server.people())


def _label(key: str) -> str:
    return LABELS.get(key) or f"Kontak {key}"


def _place(link: WaitingInvitation) -> tuple[int, str]:
    wanted = link.role if link.role in FIRST_SHOWN else link.office
    return (FIRST_SHOWN.index(wanted) if wanted in FIRST_SHOWN else len(FIRST_SHOWN), link.office)

"""The people of the demo and the period they play in: Jakarta Pusat as it ships, with dates around today."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.holidays import calendar
from bot.sandbox import Sandbox
from bot.sandbox.state import Chat
from bot.setup import Link, Roster, SetupResult, apply_roster, bundled
from bot.setup.lookback import apply_lookback, bundled_lookback
from bot.storage import people
from bot.storage.database import connect, in_transaction
from bot.storage.roster import read_roster
from flows.facts import known

TOKEN = "1000000001:DEMO"  # noqa: S105  # of our own server, worth nothing elsewhere
USERNAME = "PeduliHamDemoBot"
BOT_NAME = "Peduli HAM"
NOTICE = "Data contoh — seluruh angka rekaan"
GROUP = "Koordinasi HAM Jakarta Pusat"
FIRST_SHOWN = ("Sudinkes", "coordinator", "kanwil")
LABELS = {"coordinator": "Bagian Hukum", "kanwil": "Kanwil", "admin": "Administrator"}
NAMES = {
    "Sudinkes": "Siti Aminah", "Sudin Tamhut": "Dedi Kurnia", "Sudindik 1": "Ani Lestari",
    "Sudindik 2": "Tono Wibowo", "Sudin SDA": "Agus Salim", "Sudin PRKP": "Lina Marlina",
    "Sudin Nakertransgi": "Joko Susilo", "Sudinsos": "Maya Sari", "Suban Kesbangpol": "Eko Prasetyo",
    "Suban Kepegawaian": "Rini Astuti", "Sudin PPAPP": "Wati Handayani", "coordinator": "Hana Putri",
    "kanwil": "Budi Santoso", "admin": "Nia Rahma",
}  # fmt: skip
"""Invented people."""
IN_GROUP = ("kanwil", "coordinator", "Sudinkes", "Sudindik 1", "Sudin SDA", "Sudin PRKP")
OPENED, DEADLINE, VERIFIED = -30, 21, 66
"""The period's days, seen from today."""


def season(today: date, opens: int = OPENED, deadline: int = DEADLINE) -> Roster:
    """The shipped roster with its dates around today, and said to be an example where people read it."""
    roster = bundled("jakarta-pusat")
    last = today + timedelta(days=deadline)
    period = replace(
        roster.period,
        code=str(today.year),
        data_year=today.year - 1,
        opens=today + timedelta(days=opens),
        deadline=calendar(last).on_or_after(last),
        verification_deadline=last + timedelta(days=VERIFIED - DEADLINE),
    )
    contact = f"{roster.help_contact} (data contoh)"
    return replace(roster, period=period, help_contact=contact)


def prepare(path: Path, clock: Clock, roster: Roster) -> tuple[list[Link], list[tuple[int, str]]]:
    """Apply the roster; links for whoever has not joined, and those who have (id, name)."""
    connection = connect(path)
    try:

        def work(db: sqlite3.Connection) -> SetupResult:
            done = apply_roster(db, roster, now=clock(), bot_username=USERNAME, new_links=True)
            period = known(read_roster(db))
            apply_lookback(db, period, bundled_lookback("jakarta-pusat", period), now=clock())
            return done

        result = in_transaction(connection, work)
        return result.links, people.everyone(connection)
    finally:
        connection.close()


def cast(box: Sandbox, links: list[Link], joined: list[tuple[int, str]]) -> dict[str, int]:
    """Make the bot and the people; returns the ids of those with a link, by office or role."""
    box.add_bot(TOKEN, USERNAME, BOT_NAME)
    keys = {name: key for key, name in NAMES.items()}
    for number, name in joined:
        box.person(name, number=number, started=True, label=_label(keys.get(name, name)))
    found = {}
    for link in sorted(links, key=_place):
        key = link.role if link.role in LABELS else link.office
        person = box.person(NAMES.get(key) or link.label, label=_label(key))
        person.account.start_link = link.token
        found[key] = person.id
    return found


def group(box: Sandbox) -> Chat:
    """The coordination group: Kanwil, Bagian Hukum, some contacts, and the bot."""
    names = [NAMES[key] for key in IN_GROUP]
    found = {one.account.first_name: one for one in box.people()}
    chat = box.group(GROUP, *(found[name] for name in names if name in found))
    chat.members[box.bot.account.id] = "administrator"
    return chat


def _label(key: str) -> str:
    return LABELS.get(key) or f"Kontak {key}"


def _place(link: Link) -> tuple[int, str]:
    wanted = link.role if link.role in FIRST_SHOWN else link.office
    return (FIRST_SHOWN.index(wanted) if wanted in FIRST_SHOWN else len(FIRST_SHOWN), link.office)

"""What the shell says after reading or applying a roster, made from real files on a real database in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from openpyxl.workbook import Workbook

from bot.roster import RosterError, apply_roster, bundled, foretold, read_roster
from bot.roster.sources import ROSTERS
from bot.storage.migrations import migrate
from bot.workers.roster_upload_worker import plan_of, seat_link, wrongs
from flows.model.outcome import Message
from flows.model.roster_draft import RosterFile, RosterState
from flows.staff import roster_upload
from scoring.replacing import replace
from tests.support import workbooks

PUSAT = (ROSTERS / "jakarta-pusat.yaml").read_text(encoding="utf-8")
OFFICE = """\
      - code: satpol-pp
        name: Satuan Polisi Pamong Praja
        short: Satpol PP
        owes: [12]
      - code: bagkum
"""


def edited(*changes: tuple[str, str]) -> str:
    text = PUSAT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


BIGGER = edited(
    ("deadline: 2017-03-31", "deadline: 2017-04-14"),
    ("owes: [11, 14]", "owes: [11, 14, 10]"),
    ("owes: [9, 10]", "owes: [9]"),
    ("      - code: bagkum\n", OFFICE),
)
SMALLER = edited(
    ("        owes: [8]\n", "        owes: []\n"),
    ("name: Staf Bidang HAM", "name: Rina"),
    ("        short: Sudinsos\n        aliases: [sudin sosial]", "        short: Sudin Sosial"),
)
UTARA = edited(
    ('code: "31.71"', 'code: "31.72"'),
    ("name: Jakarta Pusat", "name: Jakarta Utara"),
    ("aliases: [", "aliases: [jakut, "),
    ("jakpus", "jakartautara"),
)
GAPS = {"Periode": ("B4", "B6", "B9"), "Daerah": ("D2",), "UKPD": ("B3", "F4"), "Staf": ("B2",)}


@cache
def gappy() -> bytes:
    """Return Jakarta Pusat as a workbook in which cells of every kind were left empty."""

    def empty(book: Workbook) -> None:
        for sheet, cells in GAPS.items():
            for cell in cells:
                book[sheet][cell].value = None

    return workbooks.edited(empty)


FILES: dict[str, Callable[[], bytes]] = {
    "same": PUSAT.encode,
    "bigger": BIGGER.encode,
    "smaller": SMALLER.encode,
    "utara": UTARA.encode,
    "next": edited(('code: "2017"', 'code: "2018"')).encode,
    "wrong": edited(("owes: [9, 10]", "owes: [99]"), ("zone: WIB", "zone: WBI")).encode,
    "empty": workbooks.short_blank,
    "gaps": gappy,
}


def messages(what: str, file: RosterFile, seat: int, now: datetime) -> tuple[Message, ...]:
    """`reads FILE`, `again FILE`, `applies FILE`, `blocked CODE`, `refused WHY`, `gone`."""
    verb, _, rest = what.partition(" ")
    if verb == "gone":
        return (roster_upload.seat_gone(file.name),)
    if verb == "refused":
        return (roster_upload.refused(rest, file.name),)
    if verb == "blocked":
        obstacles = {"new": "18", "questions": "3, 4", "total": ""}
        params = {"period": "2017", "old": "2016", "new": "2015", "obstacles": obstacles}
        return (roster_upload.blocked(file.name, rest, params | {"found": "32", "wanted": "31"}),)
    try:
        roster = read_roster(FILES[rest](), file.name, {})
    except RosterError as error:
        return roster_upload.problems(file.name, wrongs(error))
    with _database(now) as connection:
        if verb == "applies":
            done = apply_roster(connection, roster, now=now, bot_username="PeduliHamBot")
            links = [
                replace(seat_link(one, now.tzinfo), url=f"https://t.me/PeduliHamBot?start=T{place}")
                for place, one in enumerate(done.links, 1)
            ]
            return roster_upload.applied(file.name, plan_of(done, roster), links, 7)
        connection.execute("BEGIN")
        plan = plan_of(foretold(connection, roster, now=now), roster)
    until = now + timedelta(hours=24)
    return roster_upload.preview(seat, file, plan, until, again=verb == "again")


def state_after(what: str) -> RosterState:
    verb = what.partition(" ")[0]
    if verb == "applies":
        return RosterState.APPLIED
    return RosterState.SHOWN if verb in ("reads", "again") else RosterState.REFUSED


def _database(now: datetime) -> sqlite3.Connection:
    """Jakarta Pusat as it ships, with Bagian Hukum joined."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    apply_roster(connection, bundled("jakarta-pusat"), now=now, bot_username=None)
    return connection

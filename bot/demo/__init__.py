"""`peduli-ham demo`: our own Bot API server, the real bot against it, Jakarta Pusat, and people to play.

No token and no network. A few offices have already begun, with invented figures, so that a status has
something to show.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.app import App, built, serve
from bot.clock import Clock, system_clock
from bot.config import Config
from bot.sandbox import Person, Sandbox
from bot.setup import Link, Roster, SetupResult, apply_roster, bundled
from bot.setup.lookback import apply_lookback, bundled_lookback
from bot.storage import people
from bot.storage.database import connect, in_transaction
from bot.storage.roster import read_roster
from flows.facts import known

TOKEN = "1000000001:DEMO"  # noqa: S105  # of our own server, worth nothing elsewhere
USERNAME = "PeduliHamDemoBot"
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
BEGUN: dict[str, tuple[str, ...]] = {
    "Sudin SDA": ("!▶️ Mulai mengisi", "45 juta dari 900.000", "!✅ Simpan"),
    "Sudin PRKP": (
        "!▶️ Mulai mengisi",
        "150 dari 1.000",
        "!✅ Simpan",
    ),
    "Sudinsos": (),
    "Suban Kesbangpol": ("!▶️ Mulai mengisi", "2", "!✅ Simpan"),
}


@dataclass(frozen=True, slots=True)
class Demo:
    """What runs: the page's address, the server, the bot."""

    url: str
    box: Sandbox
    app: App


def prepare(path: Path, clock: Clock) -> tuple[list[Link], list[tuple[int, str]]]:
    """Apply the shipped roster; links for whoever has not joined, and those who have (id, name)."""
    connection = connect(path)
    try:
        roster = _this_year(bundled("jakarta-pusat"), clock().date())

        def work(db: sqlite3.Connection) -> SetupResult:
            done = apply_roster(db, roster, now=clock(), bot_username=USERNAME, new_links=True)
            period = known(read_roster(db))
            apply_lookback(db, period, bundled_lookback("jakarta-pusat", period), now=clock())
            return done

        result = in_transaction(connection, work)
        return result.links, people.everyone(connection)
    finally:
        connection.close()


@contextlib.asynccontextmanager
async def running(path: Path, port: int = 0, clock: Clock = system_clock) -> AsyncIterator[Demo]:
    """Server and bot, from start to an orderly end."""
    async with Sandbox(port=port, clock=lambda: clock().timestamp()) as box:
        box.add_bot(TOKEN, USERNAME, "Peduli HAM")
        links, joined = prepare(path, clock)
        begun = _cast(box, links, joined)
        files = path.with_name(f"{path.name}-files")
        config = Config(  # type: ignore[call-arg]
            _env_file=None,
            bot_token=TOKEN,  # type: ignore[arg-type]
            bot_api_url=box.url,
            database=path,
            files=files,
        )
        async with built(config, clock) as app, asyncio.TaskGroup() as group:
            ready = asyncio.Event()
            group.create_task(serve(app, ready.set))
            try:
                await asyncio.wait_for(ready.wait(), 15)
                await asyncio.gather(*(_begin(person, says) for person, says in begun))
                yield Demo(box.url, box, app)
            finally:
                app.stop.set()


def _this_year(roster: Roster, today: date) -> Roster:
    """The shipped roster with dates around today: collection is under way, three weeks are left."""
    period = replace(
        roster.period,
        code=str(today.year),
        data_year=today.year - 1,
        opens=today - timedelta(days=30),
        deadline=today + timedelta(days=21),
        verification_deadline=today + timedelta(days=66),
    )
    return replace(roster, period=period)


def _cast(
    box: Sandbox, links: list[Link], joined: list[tuple[int, str]]
) -> list[tuple[Person, tuple[str, ...]]]:
    """Make the people of the demo; returns those who begin by themselves, with what they do."""
    for number, name in joined:
        box.person(name, number=number, started=True)
    ordered = sorted(links, key=_place)
    begun = []
    for link in ordered:
        label = LABELS.get(link.role) or f"Kontak {link.office}"
        name = NAMES.get(link.office) or NAMES.get(link.role) or link.label
        person = box.person(name, label=label)
        person.account.start_link = link.token
        if link.office in BEGUN and link.role == "contact":
            begun.append((person, BEGUN[link.office]))
    return begun


def _place(link: Link) -> tuple[int, str]:
    wanted = link.role if link.role in FIRST_SHOWN else link.office
    return (FIRST_SHOWN.index(wanted) if wanted in FIRST_SHOWN else len(FIRST_SHOWN), link.office)


async def _begin(person: Person, says: tuple[str, ...]) -> None:
    """Join and answer, as a person would; what takes too long is left for the one who plays."""
    with contextlib.suppress(TimeoutError, LookupError):
        after = person.open_link(person.account.start_link or "").id
        await person.wait_for("Selamat datang", after=after)
        for one in says:
            mark = person.last.id
            if one.startswith("!"):
                person.tap(one[1:])
            else:
                mark = person.send(one).id
            await person.wait_for(lambda _: True, after=mark)


async def play(path: Path, port: int, shown: Callable[[str], None], stop: asyncio.Event) -> None:
    """Run until `stop`; `shown` is told the page's address once people can play."""
    async with running(path, port) as demo:
        shown(demo.url)
        await stop.wait()

"""One harness for campaigns: seasons of Jakarta Pusat over real HTTP against the real process.

A campaign's own file says what goes wrong in its seasons, and what is counted. Server, people, the lives of
the bot and the reckoning at the end are here.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import statistics
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from benchmarks import crash_checks as checks
from benchmarks.asked import Reader
from benchmarks.contact import Contact
from benchmarks.period_days import running_days
from benchmarks.proving import Prover
from bot.clock import iso
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.roster import apply_roster, bundled
from bot.storage import people as store
from bot.storage.database import connect, in_transaction
from scoring import load_bundled
from tests.support import season
from tests.support.process import CLI, COMMAND, TOKEN, BotProcess, environment, free_port

INSTRUMENT, PROVER = "permenkumham-25-2013", "Sudinkes"
"""The prover is a second contact of this office."""
STATUS_SECONDS = 60.0


@dataclass
class Campaign:
    """What has been counted so far; lists of seconds become their median and their greatest."""

    TIMES: ClassVar[str] = "{name}_{what}"
    seed: int
    seasons: int = 0
    tally: checks.Tally = field(default_factory=checks.Tally)
    complaints: list[str] = field(default_factory=list)

    def result(self) -> dict[str, Any]:
        """Return the figures, for JSON."""
        figures = asdict(self)
        complaints = figures.pop("complaints")
        figures |= figures.pop("tally")
        for name in [name for name, value in figures.items() if isinstance(value, list)]:
            seconds = figures.pop(name)
            for what, reckoned in (("median", statistics.median), ("max", max)):
                value = round(reckoned(seconds), 3) if seconds else None
                figures[self.TIMES.format(name=name, what=what)] = value
        return figures | {"violations": len(complaints)}

    def add(self, other: Self) -> None:
        """Add what another campaign counted."""
        for part, more in ((self, other), (self.tally, other.tally)):
            for name in (one.name for one in fields(part)):
                value, added = getattr(part, name), getattr(more, name)
                if name.startswith("most_"):
                    setattr(part, name, max(value, added))
                elif name != "seed" and isinstance(value, int | list) and not _is_flag(value):
                    setattr(part, name, value + added)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


@dataclass
class Season:
    """One season: a fresh server, a fresh file, and as many lives of the bot as it takes.

    `works` is what must be done before it ends, `faults` what goes wrong meanwhile, `reckon` what is looked
    at besides when it is over.
    """

    HOST: ClassVar[str] = "127.0.0.1"
    PROVES: ClassVar[bool] = False
    SECONDS: ClassVar[float] = 180.0
    campaign: Campaign
    chance: random.Random
    server: Sandbox
    folder: Path
    port: int | None
    tokens: dict[str, str]
    patience: float = 2.0
    pause: tuple[float, float] = (0.01, 0.06)
    in_bad_network: bool = False
    people: dict[str, SimulatedPerson] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    prover: Prover = field(init=False)
    life: BotProcess | None = None

    @property
    def database(self) -> Path:
        return self.folder / "season.db"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of the bot, and of every command beside it."""
        url = self.server.url.replace("127.0.0.1", self.HOST)
        return environment(url, self.database, self.port)

    @property
    def command(self) -> tuple[str, ...]:
        """What a life of the bot runs."""
        return COMMAND

    @property
    def running(self) -> BotProcess:
        """The life that goes on."""
        assert self.life is not None
        return self.life

    async def play(self) -> None:
        """Play the whole season; what does not hold is complained of."""
        names = {short: name for short, (_, name) in season.NAMES.items()}
        names |= {"prover": "Ani", "kanwil": "Budi"}
        self.cast({short: self.server.person(name) for short, name in names.items()})
        try:
            async with asyncio.timeout(self.SECONDS):
                await self.course()
        except* (TimeoutError, LookupError, AssertionError) as error:
            stuck = [(one.short, one.newest()) for one in self.contacts if not one.done]
            state = f"{stuck} {self.server.stats()} {checks.outbox_states(self.database)}"
            self.complain([f"the season does not end: {error!r} {state} {self.heard()}"])
        finally:
            if self.life is not None:
                await self.life.stop()
                self.complain(self.life.errors)
            await self.cleared()
        for contact in self.contacts:
            self.complain(contact.faults)
        self.campaign.seasons += 1

    async def course(self) -> None:
        """Everybody plays while things go wrong; then the reckoning."""
        async with asyncio.TaskGroup() as group:
            playing = [group.create_task(work) for work in self.works()]
            failing = group.create_task(self.faults())
            await asyncio.wait(playing)
            failing.cancel()
        await self.end()

    def cast(
        self, people: dict[str, SimulatedPerson], seen: Mapping[str, dict[int, Any]] | None = None
    ) -> None:
        """Give each office its contact, with the receipts that still hold; and the prover his part."""
        reader = Reader(load_bundled(INSTRUMENT), "Jakarta Pusat", 2016)
        self.people, self.contacts = people, []
        for short, own in season.ANSWERS.items():
            contact = Contact(
                people[short], reader.instrument, self.patience, token=self.tokens[short],
                short=short, table=own, reader=reader, chance=random.Random(self.chance.random()),
                correction=season.CORRECTION[1:] if short == season.CORRECTION[0] else None,
                pause=self.pause, seen=dict((seen or {}).get(short, {})),
            )  # fmt: skip
            self.contacts.append(contact)
        chance = random.Random(self.chance.random())
        self.prover = Prover(people["prover"], self.tokens["prover"], reader.instrument, chance)

    def works(self) -> Sequence[Coroutine[Any, Any, None]]:
        """What is to be done before the season ends."""
        return [*(one.play() for one in self.contacts), self._staff_joins()]

    async def faults(self) -> None:
        """Start the bot, and let go wrong what is to go wrong, until nobody plays any more."""
        raise NotImplementedError

    async def _staff_joins(self) -> None:
        """The Kanwil's officer opens the link again until the bot greets."""
        staff = self.people["kanwil"]
        while not staff.replies:
            mark = staff.send(f"/start {self.tokens['kanwil']}").id
            with contextlib.suppress(TimeoutError):
                await staff.wait_for("Selamat datang", after=mark, timeout=1.5)

    async def start(self) -> None:
        """Begin a life of the bot."""
        self.life = BotProcess(self.settings, self.folder, self.command)
        await self.life.start()

    async def end(self) -> None:
        """Have the totals told, stop the bot in order, and look at the file."""
        if self.life is None or self.life.ended:
            if self.life is not None:
                await self.life.gone()
            await self.start()
        await self.server.idle()
        staff = self.people["kanwil"]
        mark = staff.send("/status").id
        reply = await staff.wait_for("76,25", after=mark, timeout=STATUS_SECONDS)
        if "71,76" not in reply.text:
            self.complain([f"status: {reply.text}"])
        await self.server.idle()
        if await self.running.stop() != 0:
            self.complain([f"the bot did not stop in order: {self.heard()}"])
        with checks.copied(self.database) as connection:
            self.complain(checks.check(connection, self.contacts, self.campaign.tally))
            joined = len(season.ANSWERS) + 1 + self.PROVES
            self.complain(
                checks.check_end(connection, joined, spinners_may_drop=self.in_bad_network)
            )
            self.reckon(connection)

    def reckon(self, connection: sqlite3.Connection) -> None:
        """Look at what only this campaign asks of the end."""

    async def cleared(self) -> None:
        """End whatever else runs beside the bot."""

    def heard(self) -> str:
        """Return the last words of the bot."""
        return " | ".join(list(self.life.log_lines)[-5:]) if self.life else ""

    async def command_line(self, *words: object) -> bool:
        """A command beside the bot; what it says is a complaint where it fails."""
        process = await asyncio.create_subprocess_exec(
            *CLI, *map(str, words), env=self.settings, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, errors = await process.communicate()
        if process.returncode:
            self.complain([f"{words}: exit code {process.returncode}, {errors.decode()}"])
        return process.returncode == 0

    def complain(self, complaints: Sequence[str]) -> None:
        """Note what does not hold."""
        self.campaign.complaints += complaints


S = TypeVar("S", bound=Season)


async def played(
    kind: type[S],
    campaign: Campaign,
    chance: random.Random,
    *,
    webhook: bool = False,
    folder: Path | None = None,
    **more: Any,
) -> S:
    """Play a season of this kind in a folder, a temporary one where none is given; returns it."""
    async with AsyncExitStack() as stack:
        if folder is None:
            made = tempfile.TemporaryDirectory(prefix="peduli-ham-season-")
            folder = Path(stack.enter_context(made))
        server = await stack.enter_async_context(Sandbox())
        server.add_bot(TOKEN)
        port = free_port() if webhook else None
        new_season = kind(campaign, chance, server, folder, port, prepared(folder), **more)
        await new_season.play()
    return new_season


def prepared(folder: Path) -> dict[str, str]:
    """Make a fresh file with the bundled roster; returns the invitations by office, or by role."""
    now = datetime.now(UTC)

    def work(db: sqlite3.Connection) -> dict[str, str]:
        made = apply_roster(db, bundled("jakarta-pusat"), now=now, bot_username="PeduliHamBot")
        db.execute(
            "UPDATE periods SET opens = ?, deadline = ?, verification_deadline = ?", running_days()
        )
        unit = db.execute("SELECT id FROM units WHERE short = ?", (PROVER,)).fetchone()[0]
        seat = {"role": "contact", "unit_id": unit, "region_id": None, "province": None}
        until = iso(now + timedelta(days=30))
        store.create_invitation(db, "prover", until, iso(now), {**seat, "label": "Ani"})
        tokens = {name: one.token for one in made.links for name in (one.label, one.role)}
        offices = {short: tokens[office] for short, (office, _) in season.NAMES.items()}
        return {**offices, "kanwil": tokens["kanwil"], "prover": "prover"}

    connection = connect(folder / "season.db")
    try:
        return in_transaction(connection, work)
    finally:
        connection.close()

"""One province of a soak: its roster, its people, its meeting that agrees on another criterion, its end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks import crash_checks as checks
from benchmarks.asked import Reader
from benchmarks.contact import Contact
from benchmarks.period_days import running_days
from benchmarks.proving import Prover
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.phone import Phone
from bot.roster import apply_roster, load_roster
from bot.roster.sources import ROSTERS
from bot.storage.database import connect, in_transaction
from scoring import Instrument, load_bundled
from tests.support import season

INSTRUMENT = load_bundled("permenkumham-25-2013")
PROVES = "Sudinkes"
HOUSES, HOUSES_NO = "≤ 15; 15,1-22; 22,1-32; 32,1-42; 42,1-52; >52", 9
"""What the meeting agrees on: 15 % of houses are 10 points in place of 8."""
BEFORE, AGREED = ("76,25", "71,76"), ("77,50", "72,94")
"""Totals of a city before and after it, by hand: 122 and 124 of 16 × 10, and of 17 × 10."""
POINTS_AGREED = {**season.POINTS, HOUSES_NO: 10}
CONCLUDED = "Kesepakatan disahkan"
PROPOSED = "✏️ Usulan"
STEPS = (
    PROPOSED,
    "⏭ Tunda",
    "✅ Setuju apa adanya",
    "▶️ Bahas kriteria berikutnya",
    "🙋 Hadir",
)
"""Buttons of a meeting until the proposal is taken up: the first there is pressed."""
LAST_STEPS = ("✅ Sahkan kesepakatan", "🏁 Tutup rapat")
CHANGED = "1 diubah"
NOTHING_AGREED = "Belum ada kriteria yang disepakati"


@dataclass
class City:
    """A city of the province: what its people saw, and what the record must hold."""

    name: str
    contacts: list[Contact] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return all(one.done for one in self.contacts)


def roster_text(code: str, cities: int, *, renamed: int = 0) -> str:
    """The roster of Jakarta Pusat for each city; `renamed` goes behind the first one's offices."""
    given = yaml.safe_load((ROSTERS / "jakarta-pusat.yaml").read_text(encoding="utf-8"))
    opens, deadline, checked = running_days()
    given["period"] |= {
        "opens": opens, "deadline": deadline, "verification_deadline": checked, "reminders": []
    }  # fmt: skip
    given["province"] = {"code": code, "name": f"Provinsi {code}"}
    model, given["regions"] = given["regions"][0], []
    for place in range(1, cities + 1):
        number = f"{code}{place:02}"
        units: list[dict[str, Any]] = []
        for unit in model["units"]:
            if unit.get("role"):
                continue
            name = f"{unit['name']} ({renamed})" if renamed and place == 1 else unit["name"]
            short = f"{unit['short']} {number}"
            made: dict[str, Any] = {"name": name, "short": short, "aliases": []}
            units.append({**unit, **made, "seats": 1 + (place == 1 and unit["short"] == PROVES)})
        city = {"code": f"{code}.{70 + place}", "name": f"Kota Uji {number}", "aliases": []}
        given["regions"].append({**model, **city, "units": units})
    given["staff"] = [{"name": f"Staf {code}", "role": "kanwil"}]
    whole = deepcopy_of(given)
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))


def deepcopy_of(given: dict[str, Any]) -> Any:
    """The same without parts that stand in several places, for which YAML would write anchors."""
    return orjson.loads(orjson.dumps(given, option=orjson.OPT_PASSTHROUGH_DATETIME, default=str))


def set_up(database: Path, text: str) -> list[Any]:
    """Apply a roster beside the bot, as `peduli-ham setup` does; returns its links."""
    roster = load_roster(text)
    with closing(connect(database)) as connection:
        made = in_transaction(
            connection,
            lambda db: apply_roster(db, roster, now=datetime.now(UTC), bot_username="PeduliHamBot"),
        )
    return list(made.links)


@dataclass
class Province:
    """Everybody of a province, from the roster to the end of its season."""

    code: str
    cities: list[City]
    staff: SimulatedPerson
    token: str
    prover: Prover
    instrument: Instrument = INSTRUMENT

    @property
    def contacts(self) -> list[Contact]:
        return [one for city in self.cities for one in city.contacts]

    @classmethod
    def joining(
        cls, server: Sandbox, database: Path, code: str, cities: int, chance: random.Random
    ) -> Province:
        """Set the province up, and give each office of it a person with a link."""
        tokens: dict[tuple[str, str], list[str]] = {}
        for link in set_up(database, roster_text(code, cities)):
            tokens.setdefault((link.region, link.label), []).append(link.token)
        all_cities = []
        for place in range(1, cities + 1):
            number = f"{code}{place:02}"
            city = City(f"Kota Uji {number}")
            reader = Reader(INSTRUMENT, city.name, 2016)
            for short, own in season.ANSWERS.items():
                office, name = season.NAMES[short]
                city.contacts.append(
                    Contact(
                        server.person(f"{name} {number}"),
                        INSTRUMENT,
                        3.0,
                        token=tokens[city.name, office].pop(),
                        short=f"{short} {number}",
                        table=own,
                        reader=reader,
                        chance=random.Random(chance.random()),
                        pause=(0.02, 0.2),
                        correction=season.CORRECTION[1:] if short == season.CORRECTION[0] else None,
                    )
                )
            all_cities.append(city)
        staff = next(its for (_, label), its in tokens.items() if label == f"Staf {code}")
        second = tokens[all_cities[0].name, season.NAMES[PROVES][0]].pop()
        prover = Prover(
            server.person(f"Ani {code}"), second, INSTRUMENT, random.Random(chance.random())
        )
        return cls(code, all_cities, server.person(f"Budi {code}"), staff.pop(), prover)

    # What the Kanwil does; whatever is lost on the way is asked for again

    @property
    def phone(self) -> Phone:
        return Phone(self.staff, self.instrument, 2.0)

    async def joins(self) -> None:
        """Open the link until the bot greets."""
        while not self.staff.replies:
            with contextlib.suppress(TimeoutError):
                await self.phone.says(f"/start {self.token}")

    async def seen_status(self, totals: tuple[str, str]) -> list[str]:
        """Ask for each city until it is shown; returns what is not as it was worked out by hand."""
        wrong = []
        for city in self.cities:
            text = await self._asked(f"/status {city.name}", city.name)
            wrong += [f"{city.name}: {one} is not in {text!r}" for one in totals if one not in text]
        return wrong

    async def _asked(self, words: str, wanted: str) -> str:
        while True:
            with contextlib.suppress(TimeoutError):
                return (await self.phone.says(words, wanted)).text

    async def agrees(self) -> None:
        """Propose other ranges, hold a meeting, and close it: by what stands on the newest message."""
        await self._proposes()
        await self._asked("/rakor Aula Kanwil", "")
        is_taken_up = False
        while not any(CONCLUDED in one.text for one in self.staff.replies):
            shown = self.staff.last.labels
            steps = LAST_STEPS if is_taken_up else STEPS
            button = next((one for one in steps if any(one in label for label in shown)), None)
            if button is None or not await self._pressed(button):
                await self._asked("/rakor", "")
            elif button == PROPOSED:
                is_taken_up = True
            if CHANGED in self.staff.text:  # also where it took longer than a press is waited for
                is_taken_up = True
            if NOTHING_AGREED in self.staff.text:  # the tap that took it up was lost
                is_taken_up = False
                await self._asked("/rakor", "")

    async def _proposes(self) -> None:
        while not any("Usulan tercatat" in one.text for one in self.staff.replies):
            with contextlib.suppress(TimeoutError, LookupError):
                await self.phone.says(f"/kriteria {HOUSES_NO}", "")
                await self.phone.taps("✍️ Usulkan perubahan")
                await self.phone.taps("Rentang dan poin")
                await self.phone.says(HOUSES)
                await self.phone.taps("✅ Ajukan usulan")

    async def _pressed(self, button: str) -> bool:
        """Press a button, and wait until something else is shown; False where nothing came of it."""
        before = self._view()
        message, data = self.phone.find(button, self.staff.last)
        self.staff.tap(data=data, message_id=message.id)
        for _ in range(200):
            await asyncio.sleep(0.01)
            if self._view() != before:
                return True
        return False

    def _view(self) -> tuple[int, str, int]:
        last = self.staff.last
        return last.id, last.text, last.edited

    # What must hold

    def judged(self, connection: sqlite3.Connection, *, agreed: bool) -> list[str]:
        """Whether the file holds exactly what was given, with the points and totals by hand."""
        shorts = {one.short for one in self.contacts}
        rows = [one for one in checks.stored(connection).values() if one.unit in shorts]
        revisions = Counter((one.unit, one.indicator) for one in rows)
        wanted = Counter({(one.short, no): 1 for one in self.contacts for no in one.table})
        for contact in self.contacts:
            if contact.correction:
                wanted[contact.short, contact.correction[0]] += 1
        wrong = [f"revisions: {revisions - wanted} too many, {wanted - revisions} missing"]
        wrong = wrong if revisions != wanted else []
        points = POINTS_AGREED if agreed else season.POINTS
        totals = AGREED if agreed else BEFORE
        for city in self.cities:
            result = checks.scored(connection, city.name)
            given = {one.no: one.points for one in result.indicators}
            if given != points:
                wrong.append(f"{city.name}: points {given}")
            both = (result.total, result.total_if_closed_now)
            if tuple(f"{one:.2f}".replace(".", ",") for one in both) != totals:
                wrong.append(f"{city.name}: totals {both}")
        missing = self.prover.received - {
            row[0] for row in connection.execute("SELECT id FROM record WHERE kind = 'evidence'")
        }
        return wrong + [f"evidence seen, not stored: {one}" for one in sorted(missing)]

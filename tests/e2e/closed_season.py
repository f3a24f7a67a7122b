"""A season of three cities that is played to its end: the demo's city, which is verified, and two smaller ones.

Sudinkes of Jakarta Utara and of Jakarta Barat answer 1, 2 and 13; Ratna, the Kanwil's second reviewer, corrects
three of their six answers. A meeting agrees on the ranges of indicator 9; then the Kanwil closes the season.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bot.demo import cast
from bot.demo.botapi import SimulatedPerson
from bot.demo.coming import ZONE
from bot.roster import ParsedRoster, SetupResult, apply_roster
from bot.roster.plan import RegionPlan, StaffPlan, UnitPlan
from bot.storage.database import connect, in_transaction
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import INSTRUMENT, act, phone, still
from tests.support import HeldClock
from tests.support.beside import AttentiveSandbox
from tests.support.staging import Kept

OPENED, DEADLINE = -80, -28
"""Days of the season, seen from the day on which the tests play: as the demo's state has them."""
CITIES = {"Jakarta Utara": "31.72", "Jakarta Barat": "31.73"}
HEALTH = "Suku Dinas Kesehatan"
OWES = (1, 2, 13)
GIVEN = {
    "Jakarta Utara": ("13 dari 9.700", "190 dari 9.700", "310 dari 2.150"),
    "Jakarta Barat": ("15 dari 11.300", "240 dari 11.300", "470 dari 2.870"),
}
CORRECTED = {
    ("Jakarta Utara", 1): "20 dari 9.700",
    ("Jakarta Barat", 1): "27 dari 11.300",
    ("Jakarta Barat", 13): "560 dari 2.870",
}
HOUSES = "≤ 12; 12,1-22; 22,1-32; 32,1-42; 42,1-52; >52"
CLOSES = "🏁 Tutup penilaian data 2016"


@dataclass
class Season:
    """The stage, everybody's phone by what they are, and the files that came to each."""

    stage: Stage
    people: dict[str, SimulatedPerson] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def papers(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that came in chats, by their names."""
        stored = self.stage.server.bot.files
        for person in self.people.values():
            for message in person.replies:
                document = message.body.get("document")
                if document and "· kode PH-" in message.text:
                    yield str(document["file_name"]), stored[str(document["file_id"])].content


def roster_of(today: date) -> ParsedRoster:
    """The demo's roster with two more cities and a second reviewer."""
    roster = cast.season(today, OPENED, DEADLINE)
    office = UnitPlan("sudinkes", HEALTH, "Sudinkes", (), OWES, 1, coordinates=False)
    legal = UnitPlan("bagkum", "Bagian Hukum", "Bagian Hukum", (), (), 1, coordinates=True)
    others = tuple(
        RegionPlan(code, "kota", name, "WIB", (), (office, legal)) for name, code in CITIES.items()
    )
    staff = (*roster.staff, StaffPlan("Ratna", "kanwil"))
    return replace(roster, regions=(*roster.regions, *others), staff=staff)


def next_year(today: date) -> ParsedRoster:
    """The same for the year after it, open from today."""
    roster = roster_of(today)
    period = replace(
        roster.period, code=str(today.year + 1), data_year=today.year, opens=today,
        deadline=today + timedelta(days=60), verification_deadline=today + timedelta(days=90),
    )  # fmt: skip
    return replace(roster, period=period)


def set_up(stage: Stage, roster: ParsedRoster) -> SetupResult:
    """Apply a roster to the stage's database."""
    now = stage.clock().astimezone(ZONE)
    with closing(connect(stage.database)) as connection:
        return in_transaction(
            connection,
            lambda db: apply_roster(db, roster, now=now, bot_username=cast.USERNAME),
        )


async def opened(server: AttentiveSandbox, clock: HeldClock, kept: Kept, folder: Path) -> Season:
    """Put the demo's finished city on the stage, and set up the two others beside it."""
    path = folder / "season.db"
    server.adopt(await kept.build("finished", path, clock()))
    shutil.move(f"{path}-files", folder / "files")
    stage = Stage(server, path, clock, bot_token=cast.TOKEN)
    stage.setup = set_up(stage, roster_of(clock().astimezone(ZONE).date()))
    names = {cast.NAMES[key]: key for key in ("Sudinkes", "Sudin PRKP", "coordinator", "kanwil")}
    people = {
        names[one.account.first_name]: one
        for one in server.people()
        if one.account.first_name in names
    }
    return Season(stage, people)


async def taps(person: SimulatedPerson, button: str) -> None:
    """Press the newest button that says so, and wait until all is still."""
    message, data = phone(person).find(button)
    person.tap(data=data, message_id=message.id)
    await still(person)


async def joins(season: Season) -> None:
    """Let everybody else open their link: contact and Bagian Hukum of both cities, and the second reviewer."""
    for link in season.stage.setup.links:
        key = "Ratna" if link.role == "kanwil" else f"{link.role} {link.region}"
        person = season.stage.server.person(key)
        person.open_link(link.token)
        await person.wait_for("Selamat datang")
        season.people[key] = person


async def answers(season: Season, city: str) -> None:
    """Let an office answer all and send it, and its Bagian Hukum approve."""
    contact, legal = season.people[f"contact {city}"], season.people[f"coordinator {city}"]
    held = phone(contact)
    await held.says("/lanjut")
    for figures in GIVEN[city]:
        await held.answers((figures,))
    await still(contact)
    while held.shows("send_all") or any("Kirim" in one for one in contact.last.labels):
        await taps(contact, next(one for one in contact.last.labels if "Kirim" in one))
    for _ in OWES:
        await card(legal, city)
        await taps(legal, "👍 Setujui")


async def card(person: SimulatedPerson, pile: str) -> int:
    """Open the next answer of a pile; return its number."""
    await act(person, f"/verifikasi {pile}")
    await taps(person, "Sudinkes")
    name = person.text.split("\n")[0].split(" — ", 1)[1]
    return next(one.no for one in INSTRUMENT.indicators if one.name == name)


async def verifies(season: Season) -> None:
    """Let the second reviewer judge the two cities: half of it as it was given, half corrected."""
    ratna = season.people["Ratna"]
    for city in CITIES:
        for _ in OWES:
            indicator_no = await card(ratna, city)
            figures = CORRECTED.get((city, indicator_no))
            if figures is None:
                await taps(ratna, "✅ Verifikasi")
                continue
            await taps(ratna, "✏️ Koreksi angka")
            await act(ratna, figures)
            await act(ratna, "Menurut laporan tahunan dinas.")


async def agrees(season: Season) -> None:
    """Let Bagian Hukum propose other ranges, and a meeting take them up and close."""
    hana, budi = season.people["coordinator"], season.people["kanwil"]
    await act(hana, "/kriteria 9")
    await taps(hana, "✍️ Usulkan perubahan")
    await taps(hana, "Rentang dan poin")
    await act(hana, HOUSES)
    await taps(hana, "✅ Ajukan usulan")
    await act(budi, "/rakor Aula Kanwil lantai 2")
    for who in ("coordinator", "Ratna", "Sudinkes", "Sudin PRKP"):
        await act(season.people[who], "/rakor")
        await taps(season.people[who], "🙋 Hadir")
    await act(budi, "/rakor")
    await taps(budi, "▶️ Bahas kriteria berikutnya")
    while "✏️ Usulan" not in str(budi.last.labels):
        await taps(budi, "✅ Setuju apa adanya" if "Pembulatan" in budi.text else "⏭ Tunda")
    await taps(budi, "✏️ Usulan")
    await taps(budi, "🏁 Tutup rapat")
    await taps(budi, "✅ Sahkan kesepakatan")


async def orders(season: Season) -> None:
    """Let everybody ask for the papers that no moment brings by itself."""
    for who, buttons in (
        ("Sudinkes", ("📄 Lembar isian", "📄 Tanda terima")),
        ("coordinator", ("Surat pengantar (Word)",)),
    ):
        await act(season.people[who], "/berkas")
        for button in buttons:
            await taps(season.people[who], button)


async def closes(season: Season) -> None:
    """Let the Kanwil close the season, and wait for all papers."""
    budi = season.people["kanwil"]
    await act(budi, "/tutup")
    await taps(budi, CLOSES)


async def goes_on(season: Season) -> None:
    """Set up next year's period beside it, in which an office answers; in the closed one it cannot."""
    today = season.stage.clock().astimezone(ZONE).date()
    season.stage.setup = set_up(season.stage, next_year(today))
    siti = season.people["Sudinkes"]
    await act(siti, "/periode")
    season.shown["periods"] = siti.text
    await act(siti, "/lanjut")
    await phone(siti).answers(("12 dari 14.300",))
    season.shown["next year"] = siti.text
    await act(siti, "/periode")
    await taps(siti, "Data tahun 2016")
    await act(siti, "/mulai")
    season.shown["closed year"] = siti.text


async def whole(season: Season) -> None:
    """Play all of it, one after the other."""
    await joins(season)
    for city in CITIES:
        await answers(season, city)
    await verifies(season)
    await agrees(season)
    await orders(season)
    await closes(season)
    budi = season.people["kanwil"]
    await act(budi, "/kalibrasi")
    season.shown["calibration"] = budi.text
    await goes_on(season)
    await still(budi)

"""A season on the invented instrument: six cities of 14 offices answer 83 indicators in chat, on a database file.

The totals are worked out by hand beside each city's plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pytest

from bot.dispatch import Dispatcher
from bot.storage import record
from bot.storage.database import connect
from bot.storage.load_facts import board_of
from flows.contact import summary
from flows.model.facts import Board, Focus, Stage
from flows.model.roles import Role
from flows.model.totals import region_score
from scoring import Indicator, Score
from tests.flows.ground import LINK, START, Memory, run_now
from tests.flows.world import World
from tests.support import ROOT, HeldClock, first_period

FOLDER = ROOT / "tests/scoring/instruments/contoh-83"
CITIES = ("Alfa", "Beta", "Gama", "Delta", "Epsilon", "Zeta")
Plan = dict[str, str | tuple[str, ...]]
BEST: Plan = {
    "perda": "ada",
    "rencana": "ya",
    "anggaran": "a",
    "saluran": "a, b, c",
    "sarana": "a, b, c",
    "kegiatan": ("b", "6", "5"),
    "forum": "ya",
    "pertemuan": "4",
    "belum": ("5", "100"),
    "indeks": "10",
    "aduan": "10",
    "susut": ("100", "98"),
}
PLANS: dict[str, tuple[Plan, str]] = {
    "Alfa": ({}, "100.00"),
    # No step is fulfilled: proses 0, hasil without what waits for the document: (6 × 40 + 30) ÷ 7.
    "Beta": ({"perda": "tidak ada", "rencana": "tidak"}, "38.57"),
    # Without a forum its meetings do not count: 10 + 7 ÷ 8 × 30 + 60.
    "Gama": ({"forum": "tidak"}, "96.25"),
    # 8 + (1,5 + 0,4 + 0,5 + 1 + 1) ÷ 10 × 30 + 30.
    "Delta": (
        {
            "rencana": "tidak",
            "anggaran": "b",
            "saluran": "a",
            "sarana": "c",
            "kegiatan": ("a", "5"),
            "pertemuan": "3",
            "belum": ("10", "100"),
            "indeks": "5",
            "aduan": "5",
            "susut": ("100", "90"),
        },
        "51.20",
    ),
    # Nothing is there, and without a meeting there are no complaints to count.
    "Epsilon": (
        {
            "perda": "tidak ada",
            "rencana": "tidak",
            "anggaran": "c",
            "saluran": "tidak ada",
            "sarana": "tidak ada",
            "kegiatan": ("a", "1"),
            "pertemuan": "0",
            "belum": ("50", "100"),
            "indeks": "0",
            "susut": ("100", "50"),
        },
        "0.00",
    ),
    # Every second office is silent: 10 + 7 ÷ 10 × 30, and no hasil.
    "Zeta": ({}, "31.00"),
}
SILENT = ("Zeta", "b")


@dataclass
class Country(World):
    """Six cities on a database file."""

    path: Path = field(default_factory=Path)

    def __post_init__(self) -> None:
        self.clock = HeldClock(START)
        self.connection = connect(self.path)
        first_period(self.connection, FOLDER, "hash", "Bidang HAM Kanwil (contoh)")
        database = Memory(lambda: self.connection, iter_chunk_size=64)
        run_now(database.__aenter__())
        self.dispatcher = Dispatcher(
            database, self.clock, UTC, LINK, calendar=lambda _: self.calendar
        )
        self.write("INSERT INTO provinces VALUES ('31', 'Provinsi contoh')")
        units = 0
        for no, city in enumerate(CITIES, 1):
            row = (no, f"31.7{no}", "31", "kota", city, "WIB")
            self.write("INSERT INTO regions VALUES (?, ?, ?, ?, ?, ?)", *row)
            for right in self.period.instrument.rights:
                numbers = [one.no for one in right.indicators]
                for half, owed in (("a", numbers[:6]), ("b", numbers[6:])):
                    units += 1
                    code = f"{city}-{right.code}-{half}"
                    name = f"Dinas {right.short} {half.upper()} {city}"
                    self.write(
                        "INSERT INTO units VALUES (?, ?, ?, ?, ?)", units, no, code, name, name
                    )
                    for indicator_no in owed:
                        self.write(
                            "INSERT INTO assignments VALUES (1, ?, ?, '2017-02-01', NULL)",
                            units,
                            indicator_no,
                        )

    def answer(self, code: str) -> None:
        """Let an office answer all that is asked of it, and send it."""
        self.link(code, code)
        self.type(code, f"/start {code}")
        plan = BEST | PLANS[code.partition("-")[0]][0]
        while self._next(code).indicator is not None:
            self._reply(code, self.focus[code], plan)
        self.press(code, "📤 Kirim…")
        self.press(code, "📤 Kirim…")

    def _next(self, who: str) -> Focus:
        """Go on where nothing is open; behind the files of a document one asks for the next question."""
        if self.focus[who].indicator is None:
            self.type(who, "/lanjut")
        return self.focus[who]

    def _reply(self, who: str, focus: Focus, plan: Plan) -> None:
        indicator = self.period.instrument.indicator(focus.indicator or 0)
        match focus.stage:
            case Stage.ASK:
                self.type(who, _typed(indicator, focus, plan))
            case Stage.ZERO:
                self.type(who, "ya")
            case Stage.CONFIRM:
                self.type(who, "simpan")
            case Stage.EVIDENCE:
                self.do(who, "uploads document perda.pdf 1000")
                self.type(who, "selesai")
            case _:
                raise AssertionError(focus.stage)

    def board_of_all(self) -> Board:
        return board_of(self.connection, self.roster, UTC, list(self.roster.regions.values()))

    def score(self, city: str) -> Score:
        board = self.board_of_all()
        region = next(one for one in board.regions if one.name == city)
        return region_score(self.period.instrument, board.of_region(region))


def _typed(indicator: Indicator, focus: Focus, plan: Plan) -> str:
    key = indicator.code.removesuffix(f"-{indicator.right}")
    texts = plan[key]
    if isinstance(texts, str):
        return texts
    return texts[[one.code for one in indicator.inputs].index(focus.input or "")]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    path = tmp_path_factory.mktemp("season") / "season.db"
    made = Country({}, "contoh-83", path=path)
    for city in CITIES:
        for right in made.period.instrument.rights:
            for half in "ab":
                if (city, half) != SILENT:
                    made.answer(f"{city}-{right.code}-{half}")
    yield made
    made.connection.close()


def test_the_totals_are_those_worked_out_by_hand(country: Country) -> None:
    totals = {city: country.score(city).total_if_closed_now for city in CITIES}
    assert totals == {city: Decimal(total) for city, (_, total) in PLANS.items()}


def test_the_points_of_the_offices_are_those_of_their_city(country: Country) -> None:
    """Also where the step that comes first is another office's."""
    offices = country.board_of_all().offices
    for city in CITIES:
        mine = [one for one in offices if one.desk.region.name == city]
        theirs = sum((summary.progress(one.desk)["points"] for one in mine), Decimal(0))
        points = (one.points for one in country.score(city).indicators)
        assert theirs == sum((one for one in points if one is not None), Decimal(0)), city


def test_ratings_are_those_of_the_four(country: Country) -> None:
    ratings = {city: country.score(city).rating_if_closed_now for city in CITIES}
    assert {city: one.code for city, one in ratings.items() if one} == {
        "Alfa": "peduli",
        "Beta": "kurang",
        "Gama": "peduli",
        "Delta": "mulai",
        "Epsilon": "kurang",
        "Zeta": "kurang",
    }


def test_all_that_is_asked_was_sent_and_nothing_else(country: Country) -> None:
    for office in country.board_of_all().offices:
        city, half = office.unit.code.partition("-")[0], office.unit.code[-1]
        states = {str(task.state) for task in office.desk.tasks}
        assert states == ({"empty"} if (city, half) == SILENT else {"sent"}), office.unit.code
        if city == "Gama" and half == "b":
            assert [task.indicator.short for task in office.desk.unasked] == ["Pertemuan (contoh)"]


def test_a_document_that_is_missing_says_what_waits_for_it(country: Country) -> None:
    scored = country.score("Beta").indicator(3)
    assert (scored.points, scored.held_points, str(scored.basis)) == (0, 10, "held")
    assert scored.explanation.params["waiting_for"] == ("Struktur (contoh)",)


def test_an_office_of_all_kinds_goes_through_both_reviews(country: Country) -> None:
    country.link("K", None, Role.COORDINATOR)
    country.link("B", None, Role.KANWIL)
    for who, token, label in (("Hana", "K", "👍 Setujui"), ("Budi", "B", "✅ Verifikasi")):
        country.type(who, f"/start {token}")
        country.type(who, "/verifikasi Alfa")
        country.press(who, "Dinas Kesehatan A Alfa…")
        for left in range(5, -1, -1):
            country.press(who, label)
            if left:
                country.press(who, "➡️ Berikutnya…")
    offices = country.board_of_all().offices
    mine = next(one for one in offices if one.unit.code == "Alfa-kesehatan-a")
    assert {str(task.state) for task in mine.desk.tasks} == {"verified"}
    assert record.verify(country.connection).broken is None

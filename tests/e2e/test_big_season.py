"""A season of three regions over real HTTP, from the links to the last verified answer.

By default a short form, one region with six offices, as part of the suite. The whole one has 3 regions, 40
offices, 680 answers and 60 returns; it takes about a minute and a half:

    pytest tests/e2e/test_big_season.py --whole-season
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.roster import apply_roster, load_roster
from bot.storage import answer_rows, record
from bot.storage.database import connect, in_transaction
from bot.storage.evidence_files import damaged
from bot.storage.roster import Roster, read_roster
from flows.contact import summary
from flows.model import totals
from flows.model.facts import Office, Task
from flows.staff.score_differences import Loss, losses
from scoring import Score
from tests.e2e.big import INSTRUMENT, Contact, Handset, Reviewer, together
from tests.e2e.big_plan import LATE, OFFICES, REGIONS, Plan, planned
from tests.e2e.conftest import Stage
from tests.support import HeldClock, dump
from tests.support.beside import AttentiveSandbox

WHOLE = {"jakpus": 13, "jakut": 13, "jakbar": 14}
SHORT = {"jakpus": 6}


@pytest.fixture
def plan(request: pytest.FixtureRequest) -> Plan:
    if request.config.getoption("--whole-season"):
        return planned(WHOLE, returns=64, corrections=12)
    return planned(SHORT, returns=16, corrections=3)


class Season:
    """The stage with the roster of the plan, its people, and what the database says about it."""

    def __init__(self, server: AttentiveSandbox, folder: Path, plan: Plan) -> None:
        path = folder / "season.db"
        clock: HeldClock = server.held  # type: ignore[attr-defined]
        connection = connect(path)
        roster = load_roster(plan.roster())
        result = in_transaction(
            connection,
            lambda db: apply_roster(db, roster, now=clock(), bot_username="PeduliHamBot"),
        )
        connection.close()
        self.stage = Stage(server, path, clock, setup=result)
        self.plan, self.server, self.clock = plan, server, clock
        self.contacts: dict[tuple[str, str], Contact] = {}
        self.city: dict[str, Reviewer] = {}
        self.kanwil: list[Reviewer] = []

    async def phone(self, name: str, token: str) -> Handset:
        phone = Handset(self.server.person(name), INSTRUMENT)
        phone.person.open_link(token)
        await phone.hears("Selamat datang")
        return phone

    async def joins(self) -> None:
        """Let everybody open their link of the roster."""
        shorts = {name: short for short, name in OFFICES.items()}
        regions = {name: alias for alias, (_, name) in REGIONS.items()}
        for link in self.stage.setup.links:
            region, plan = regions.get(link.region, ""), self.plan
            if link.role == "kanwil":
                self.kanwil.append(
                    Reviewer(await self.phone(link.label, link.token), plan, "kanwil")
                )
            elif link.role == "coordinator":
                self.city[region] = Reviewer(
                    await self.phone(f"Hana {region}", link.token), plan, "city"
                )
            else:
                short = shorts[link.label]
                phone = await self.phone(f"Kontak {short} {region}", link.token)
                self.contacts[region, short] = Contact(phone, plan, region, short)

    async def city_checks(self) -> None:
        async def review_region(region: str) -> None:
            for where, short in self.plan.offices():
                if where == region:
                    await self.city[region].reviews(region, short)

        await together([review_region(region) for region in self.plan.size])

    async def kanwil_checks(self) -> None:
        """Let the two reviewers of the Kanwil share the offices between them."""

        async def review_share(at: int) -> None:
            for region, short in self.plan.offices()[at::2]:
                await self.kanwil[at].reviews(region, short)

        await together([review_share(0), review_share(1)])

    async def offices_fix(self) -> None:
        await together([self.contacts[office].fixes() for office in list(self.plan.pending)])

    async def hands_over(self, region: str, short: str) -> None:
        """Hand the seat to a new person; the old chat can write nothing any more."""
        contact = self.contacts[region, short]
        old = contact.phone
        token = await self.kanwil[0].hands_over(region, short)
        contact.is_successor = True
        contact.phone = await self.phone(f"Pengganti {short} {region}", token)
        await old.hears("sudah diserahterimakan")
        before = dump(self.stage.database, "record", "evidence")
        await old.says("12 dari 14.250", "Anda belum terdaftar")
        old.person.send("/lanjut")  # answered once in a while, as any stranger is
        for message_id, data in old.person.every_button()[-12:]:
            old.person.tap(data=data, message_id=message_id)
        await self.server.idle()
        assert dump(self.stage.database, "record", "evidence") == before

    # What the database says

    def read(self) -> tuple[Roster, dict[str, tuple[Office, ...]]]:
        connection = sqlite3.connect(self.stage.database)
        roster = read_roster(connection)
        assert roster is not None
        units = [unit.id for unit in roster.units.values()]
        known = answer_rows.answer_records(connection, roster, units, self.stage.config().zone)
        connection.close()
        by_region: dict[str, tuple[Office, ...]] = {}
        for region, (_, place) in REGIONS.items():
            by_region[region] = tuple(
                Office(unit, answer_rows.desk(roster, unit, known), ())
                for unit in roster.units.values()
                if unit.id in roster.owed and roster.regions[unit.region_id].name == place
            )
        return roster, {region: offices for region, offices in by_region.items() if offices}

    def compared(self) -> list[Loss]:
        """Check that totals agree with those on paper, and that the differences sum to claimed minus verified."""
        roster, board = self.read()
        instrument = roster.period.instrument
        every: list[Loss] = []
        assert set(board) == set(self.plan.size)
        for region, offices in board.items():
            claimed = totals.region_score(instrument, offices)
            verified = totals.region_score(instrument, offices, verified=True)
            self._agrees(region, claimed, is_verified=False)
            self._agrees(region, verified, is_verified=True)
            tasks: dict[int, list[Task]] = {}
            for office in offices:
                for task in office.desk.tasks:
                    tasks.setdefault(task.indicator.no, []).append(task)
                    shared = summary.scored(task)  # each desk sees the shares of all partners
                    assert shared == claimed.indicator(task.indicator.no), (
                        region,
                        office.unit.short,
                    )
            region_losses = losses(claimed, verified, tasks)
            lost = sum((one.points for one in region_losses), Decimal(0))
            assert lost == _sum(claimed) - _sum(verified)
            assert all(one.article for one in region_losses)
            every += region_losses
        return every

    def _agrees(self, region: str, score: Score, *, is_verified: bool) -> None:
        points, total = self.plan.expected(region, verified=is_verified)
        actual = {
            one.no: int(one.points or 0) if one.answered else 0
            for one in score.indicators
            if one.counts
        }
        assert actual == {number: one for number, one in points.items() if one is not None}, region
        assert Fraction(score.total_if_closed_now) == total, region


def _sum(score: Score) -> Decimal:
    return sum((one.points for one in score.indicators if one.answered and one.points), Decimal(0))


def moves(stage: Stage) -> list[dict[str, Any]]:
    return [
        orjson.loads(str(row[10])) for row in dump(stage.database, "record") if row[3] == "move"
    ]


@pytest.mark.campaign
async def test_a_season_from_the_links_to_the_last_verified_answer(
    server: AttentiveSandbox, tmp_path: Path, plan: Plan
) -> None:
    season = Season(server, tmp_path, plan)
    stage, clock = season.stage, season.clock
    first, second = plan.offices()[1], plan.offices()[3]
    async with stage.running():
        await season.joins()
        await together([one.answers_all() for one in season.contacts.values()])
        await together([one.sends_in_time() for one in season.contacts.values()])
        clock.now += timedelta(days=3)
        await season.city_checks()
        await season.offices_fix()
        await season.hands_over(*first)
        await season.city_checks()
        await together([season.contacts[office].wonders(4) for office in (first, second)])
        await season.city[first[0]].replies(first[1], 4)
        await season.kanwil[1].replies(second[1], 4)
        await server.idle()
    clock.now += timedelta(days=4)
    async with stage.running():  # begun anew in the middle
        await season.kanwil_checks()
        check_reasons(season.compared())
        await season.hands_over(*second)
        await season.kanwil[0].extends(*plan.extended)
        await season.offices_fix()
        clock.now += timedelta(days=21)  # past the deadline
        late = [season.contacts[one] for one in plan.late_offices()]
        await together([one.sends([LATE]) for one in late])
        await season.city_checks()
        await season.kanwil_checks()
        await season.offices_fix()
        await season.kanwil_checks()
        await server.idle()
    lost = season.compared()
    check_whole(season)
    check_counts(season, lost)


def check_reasons(lost: list[Loss]) -> None:
    """Check, in mid-season, that what was returned says why and by whom; the rest waits without a reason."""
    assert {one.why for one in lost} <= {"returned", "corrected", "waiting"}
    assert any(one.why == "returned" for one in lost)
    assert all((one.why == "waiting") == (one.reason is None) for one in lost)


def check_whole(season: Season) -> None:
    """Check that nothing failed or is unsent, and that the record and the files can be proven."""
    stage = season.stage
    connection = sqlite3.connect(stage.database)
    assert record.verify(connection).broken is None
    assert damaged(connection, stage.config().files) is None
    connection.close()
    assert dump(stage.database, "failed_updates") == []
    assert {row[9] for row in dump(stage.database, "outbox")} == {"sent"}


def check_counts(season: Season, lost: list[Loss]) -> None:
    """Check that all of the plan has happened, and that every lost point has a reason, a role and an article."""
    plan, recorded = season.plan, moves(season.stage)
    assert not plan.pending
    assert all(
        one.verified is not None and not one.city + one.kanwil + one.fixes
        for one in plan.stories.values()
    )
    _, board = season.read()
    states = Counter(
        str(task.state) for offices in board.values() for one in offices for task in one.desk.tasks
    )
    assert states == {"verified": len(plan.stories)}
    done = Counter(one["action"] for one in recorded)
    assert done["return"] >= plan.returns
    assert done["correct"] == plan.corrections
    assert done["undo"] == 3 * len(plan.size)
    assert done["reopen"] == len(plan.size)
    codes = {one.get("code") for one in recorded if one["action"] == "return"}
    assert codes == {one.code for one in INSTRUMENT.return_reasons}
    late = {(one["unit_id"], one["indicator"]) for one in recorded if one.get("late")}
    assert len(late) == sum(one.late for one in plan.stories.values()) == 2 * len(plan.size)
    assert len(lost) == plan.corrections
    assert all((one.why, one.role) == ("corrected", "kanwil") and one.reason for one in lost)
    kinds = Counter(row[3] for row in dump(season.stage.database, "record"))
    assert (kinds["extended"], kinds["note"]) == (1, 6)  # two threads: asked, answered, closed
    assert min(kinds["ticked"], kinds["checked"]) > 10
    files = dump(season.stage.database, "evidence")
    assert {row[14] for row in files} == {"stored"}
    albums = Counter((row[3], row[4]) for row in files)
    assert list(albums.values()).count(10) == sum(
        at % 6 == 1 for count in plan.size.values() for at in range(count)
    )
    assert sum(bool(row[18]) for row in files) > len(plan.size), "the same file again"

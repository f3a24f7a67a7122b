"""The whole season over real HTTP: by polling, by webhook, every button and every update once more."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import pytest

from bot.storage import answer_rows, record
from bot.storage.roster import read_roster
from flows.model.facts import Office
from tests.e2e.conftest import Stage
from tests.e2e.player import act, whole_season
from tests.support import dump, season


def region_score(stage: Stage) -> object:
    """Score the stored answers with the shared scoring module."""
    from flows.model.totals import region_score as scored

    connection = sqlite3.connect(stage.database)
    roster = read_roster(connection)
    assert roster is not None
    latest = answer_rows.latest(connection, roster, list(roster.units), stage.config().zone)
    offices = tuple(
        Office(unit, answer_rows.desk(roster, unit, answer_rows.AnswerRecords(latest)), ())
        for unit in roster.units.values()
        if unit.id in roster.owed
    )
    connection.close()
    return scored(roster.period.instrument, offices)


def check_result(stage: Stage) -> None:
    result = region_score(stage)
    points = {one.no: one.points for one in result.indicators}  # type: ignore[attr-defined]
    assert points == {no: None if p is None else Decimal(p) for no, p in season.POINTS.items()}
    assert result.total == season.TOTAL  # type: ignore[attr-defined]
    assert result.total_if_closed_now == season.TOTAL_IF_CLOSED_NOW  # type: ignore[attr-defined]
    assert "peduli" in result.rating.code  # type: ignore[attr-defined]
    assert result.simulation  # type: ignore[attr-defined]


def verified(stage: Stage) -> record.RecordVerdict:
    connection = sqlite3.connect(stage.database)
    verdict = record.verify(connection)
    connection.close()
    assert verdict.broken is None
    return verdict


RECORDS: dict[str, list[tuple[object, ...]]] = {}
SALTED = 11
"""Columns of an entry in front of its hashes and its salt."""


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_every_office_answers_and_the_city_is_scored(stage: Stage, way: str) -> None:
    stage.webhook = way == "webhook"
    async with stage.running():
        people = await whole_season(stage)
        check_result(stage)
        kanwil = people["Kanwil"]
        await act(kanwil, "/status")
        assert "76,25" in kanwil.text
        assert "71,76" in kanwil.text
        assert "Peduli HAM" in kanwil.text
        assert "Simulasi" in kanwil.text
        await act(people["Bagian Hukum"], "/status jakpus")
        assert people["Bagian Hukum"].text == kanwil.text
        await stage.server.idle()
    verdict = verified(stage)
    offices = sum(len(one) for one in season.ANSWERS.values())
    kinds = [row[3] for row in dump(stage.database, "record")]
    assert kinds.count("answer") == offices + 1
    assert kinds.count("joined") == len(season.ANSWERS) + 2
    assert verdict.entries == len(kinds)
    assert dump(stage.database, "failed_updates") == []
    assert {row[9] for row in dump(stage.database, "outbox")} == {"sent"}
    # but for the salt of each entry, and the hashes that follow from it
    RECORDS[way] = [row[:SALTED] for row in dump(stage.database, "record")]
    assert len({tuple(map(tuple, one)) for one in RECORDS.values()}) == 1, (
        "webhook and polling differ"
    )


async def test_every_button_again_and_every_update_twice(stage: Stage) -> None:
    async with stage.running() as app:
        people = await whole_season(stage)
        before = dump(stage.database, "record", "seats", "persons", "invitations")
        pressed = 0
        for person in people.values():
            for message_id, data in person.every_button():
                if data.startswith("t."):
                    continue
                person.tap(data=data, message_id=message_id)
                pressed += 1
                await stage.server.idle(quiet=0.01)
        assert pressed > 150
        await stage.server.idle()
        answered = [query.answer for query in stage.server.bot.queries.values()]
        assert None not in answered, "a spinner turns for ever"
        assert dump(stage.database, "record", "seats", "persons", "invitations") == before
        outbox = len(dump(stage.database, "outbox"))
        again = stage.server.redeliver()
        assert again > 300
        await stage.server.idle()
        assert dump(stage.database, "record", "seats", "persons", "invitations") == before
        assert len(dump(stage.database, "outbox")) == outbox
        assert dump(stage.database, "failed_updates") == []
        assert app is not None
    verified(stage)


async def test_every_update_twice_by_webhook(stage: Stage) -> None:
    stage.webhook = True
    async with stage.running():
        await whole_season(stage)
        before = dump(stage.database, "record", "outbox")
        stage.server.redeliver()
        await stage.server.idle()
        assert [row[:5] for row in dump(stage.database, "record", "outbox")] == [
            row[:5] for row in before
        ]
    check_result(stage)


async def test_stale_writing_buttons_get_a_notice_with_words(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "!▶️ Mulai mengisi")
        await act(siti, "12 dari 14.250")
        old = [(m, d) for m, d in siti.every_button() if d[0] in "sua"]
        await act(siti, "!✅ Simpan")
        for message_id, data in old:
            siti.tap(data=data, message_id=message_id)
            await stage.server.idle(quiet=0.02)
            assert "tidak berlaku" in siti.notices[-1]["text"], data

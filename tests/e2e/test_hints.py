"""What takes its time shows in the chat that it is on its way: workbooks that are made, files that are read."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.botapi import SimulatedPerson
from bot.telegram import books
from bot.workers import hinting as module
from bot.workers.hinting import hinting
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_roster_in_chat import BIGGER, previewed


def hints(stage: Stage, person: SimulatedPerson) -> list[str]:
    """The actions that were shown to a person, in order."""
    return [
        one.params["action"]
        for one in stage.server.calls
        if one.method == "sendchataction" and one.params["chat_id"] == person.id
    ]


async def test_a_workbook_that_is_made_and_a_file_that_is_read(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        budi = await stage.joined("kanwil", "Budi")
        await act(budi, "/ekspor")
        budi.tap("Semua isian")
        await budi.wait_for("Isian, sebagaimana tercatat")
        await previewed(zul, BIGGER)
        await stage.server.idle()
        assert set(hints(stage, budi)) == {"upload_document"}
        assert set(hints(stage, zul)) == {"typing"}


@pytest.mark.parametrize(("rows", "shown"), [(1, ["upload_document"]), (10_000, [])])
async def test_a_workbook_from_beside_is_announced_and_a_short_one_is_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, rows: int, shown: list[str]
) -> None:
    monkeypatch.setattr(books, "LONG", rows)
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        zul.send("/roster")
        await zul.wait_for("sebagaimana adanya sekarang")
        assert hints(stage, zul) == shown


async def test_a_hint_is_given_again_and_its_faults_are_let_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "HINTED", 0.0)
    given, enough = list[int](), asyncio.Event()

    async def hint() -> None:
        given.append(1)
        if len(given) == 3:
            enough.set()
            raise RuntimeError

    async with hinting(hint):
        await enough.wait()
    assert len(given) == 3

"""What a changed instrument file proposes is told to the Kanwil: quietly, once, and as soon as somebody is there."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from bot.clock import iso
from bot.storage import criteria_rows, record
from bot.storage.record import Entry
from bot.workers.wishes import Wishes
from flows.model.criteria import OPERATOR, Author
from flows.model.criteria_changes import ProposeCriterion
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from tests.flows.ground import run_now
from tests.flows.world import World

FILE = Author("", "roster-2017.yaml", OPERATOR)


@pytest.fixture
def world() -> World:
    made = World({"perumahan": [9, 10]})
    made.link("B", None, Role.KANWIL)
    made.link("K", None, Role.COORDINATOR)
    return made


def propose(world: World, number: int, change: dict[str, Any], by: Author = FILE) -> None:
    def note(kind: EntryKind, details: dict[str, Any]) -> int:
        entry = Entry(1, kind, iso(world.now), details=details)
        return record.append(world.connection, entry)

    proposal = ProposeCriterion("31", f"i{number}", change, by)
    criteria_rows.write(world.connection, proposal, 1, None, iso(world.now), note)


def tick(world: World) -> list[dict[str, Any]]:
    """Let the bot look, and return what it sends."""
    sent: list[Any] = []
    dispatcher = world.dispatcher
    worker = Wishes(
        dispatcher.database, world.clock, UTC, dispatcher.calendar, sent.extend,
        roster=dispatcher.roster,
    )  # fmt: skip
    run_now(worker.tick())
    return [letter.payload | {"chat": letter.chat_id, "bulk": letter.bulk} for letter in sent]


def test_the_kanwil_hears_once_and_quietly(world: World) -> None:
    world.type("Budi", "/start B")
    world.type("Hana", "/start K")
    assert tick(world) == []
    propose(world, 9, {"owner": "Dinas Perumahan"})
    propose(world, 10, {"left_out": "Datanya tidak ada."})
    [news] = tick(world)
    assert (news["chat"], news["disable_notification"], news["bulk"]) == (
        world.chat_id("Budi"), True, True,
    )  # fmt: skip
    text = news["text"]
    assert "Berkas <i>roster-2017.yaml</i> mengusulkan perubahan 2 kriteria" in text
    assert "9. Keluarga berpenghasilan rendah yang tidak memiliki rumah" in text
    assert "pemilik data: Dinas Perumahan" in text
    assert "tidak dinilai pada periode ini: Datanya tidak ada" in text
    assert tick(world) == []


def test_it_waits_for_somebody_who_hears_and_lists_five(world: World) -> None:
    for number in range(1, 8):
        propose(world, number, {"owner": f"Dinas {number}"})
    assert tick(world) == []
    world.type("Budi", "/start B")
    [news] = tick(world)
    assert "7 kriteria" in news["text"]
    assert "… dan 2 usulan lain" in news["text"]


def test_what_was_said_in_chat_or_settled_meanwhile_is_no_news(world: World) -> None:
    world.type("Budi", "/start B")
    propose(world, 9, {"owner": "Dinas Perumahan"}, Author("Hana", "Jakarta Pusat", "coordinator"))
    propose(world, 10, {"owner": "Dinas Perumahan"})
    world.connection.execute("UPDATE criteria_proposals SET state = 'withdrawn' WHERE id > 1")
    assert tick(world) == []

"""What a reviewer should know of a figure is kept: in the confirmation, the history, and the export."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.export import answers_table
from bot.export.export_scope import ExportScope
from flows.model.events import Text
from flows.model.facts import Stage
from flows.model.marks import Mark
from flows.model.roles import Role
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2], "kesbang": [15]})
    made.link("A", "kesehatan")
    made.link("K", None, Role.COORDINATOR)
    made.type("Siti", "/start A")
    made.press("Siti", "▶️ Mulai mengisi")
    return made


def forward(world: World, text: str) -> None:
    world.send("Siti", Text(text, world._id(), is_forwarded=True))


def last(world: World) -> str:
    return [one for one in world.inboxes["Siti"] if one.kind == "text"][-1].text


def test_a_rough_figure_is_marked_in_the_history_and_in_the_export(world: World) -> None:
    world.type("Siti", "sekitar 12 dari 14.250")
    world.press("Siti", "✅ Simpan")
    world.do("Siti", f"forges Y.{world.seats['Siti'][0].id}.1")
    assert "12 (perkiraan)" in last(world).replace("<i>", "").replace("</i>", "")
    table = answers_table.table(world.connection, ExportScope(world.roster, UTC))
    at = [one.key for one in table.columns].index("marks")
    remarks = {row[at] for row in table.rows}
    assert None in remarks
    assert any(said and str(said).endswith(": perkiraan") for said in remarks)


def test_a_figure_that_was_forwarded_is_marked_and_no_forwarded_yes_saves_it(world: World) -> None:
    forward(world, "12")
    assert world.focus["Siti"].marks == (Mark("kematian_ibu", "forwarded"),)
    world.type("Siti", "14.250")
    assert "dari pesan yang diteruskan" in last(world)
    forward(world, "ya")
    assert world.focus["Siti"].stage == Stage.CONFIRM
    assert ("kesehatan", 1) not in world.answers
    world.type("Siti", "ya")
    assert world.answers["kesehatan", 1][-1].marks == (Mark("kematian_ibu", "forwarded"),)


def test_a_forwarded_figure_keeps_its_mark_while_it_is_asked_back(world: World) -> None:
    forward(world, "1.5")
    assert world.focus["Siti"].marks == (Mark("kematian_ibu", "forwarded"),)
    forward(world, "kata-kata saja")
    assert world.focus["Siti"].stage == Stage.ASK
    world.do("Siti", f"forges r.{world.focus['Siti'].turn}.1")
    forward(world, "84")
    assert Mark("=", "forwarded") in world.focus["Siti"].marks

"""`/ekspor` of somebody who sees several cities, and of one who sees none."""

from __future__ import annotations

from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import Region
from flows.model.outcome import Say
from flows.model.paper_changes import OrderExport
from flows.model.roles import Role
from flows.staff import exporting
from scoring.replacing import replace
from tests.flows.world import World

TAP = Tap("", 5, "q")


def world() -> World:
    made = World({"kesehatan": [1, 2]})
    made.link("B", None, Role.KANWIL)
    made.type("Budi", "/start B")
    return made


def test_of_several_cities_the_whole_province_is_ordered() -> None:
    facts = world().staff("Budi", TAP)
    more = Region(7, "31.72", "Jakarta Utara", "WIB")
    wide = replace(facts, board=replace(facts.board, regions=(*facts.board.regions, more)))
    [say] = exporting.command(wide, "").messages
    assert isinstance(say, Say)
    assert say.view["region"] is None
    pressed = Pressed(Verb.EXPORT, facts.seat.id, ("answers", "-", "0", "0", "-"))
    [order] = exporting.on_tap(wide, TAP, pressed).changes
    assert order == OrderExport("answers", province="31")
    rights = exporting.command(wide, "kesejahteraan").messages[0]
    assert isinstance(rights, Say)
    assert (rights.view["region"], rights.view["right"]) == (None, "Hak atas kesejahteraan")


def test_whoever_is_of_no_province_orders_no_province() -> None:
    facts = world().staff("Budi", TAP)
    nobody = replace(facts, seat=replace(facts.seat, province=None))
    pressed = Pressed(Verb.EXPORT, facts.seat.id, ("answers", "-", "0", "0", "-"))
    assert exporting.on_tap(nobody, TAP, pressed).changes == ()

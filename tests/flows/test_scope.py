"""Scopes of reminders by hand: what buttons, campaigns and the record hold, byte for byte."""

from __future__ import annotations

from itertools import product

import pytest

from flows.model.scope import Scope, Which

STORED = {
    "*": Scope(),
    "l*": Scope(Which.LATE),
    "n*": Scope(Which.MISSING),
    "b0": Scope(Which.BEHIND),
    "b3": Scope(Which.BEHIND, region_id=3),
    "r2": Scope(region_id=2),
    "u31": Scope(unit_id=31),
    "lr2": Scope(Which.LATE, region_id=2),
    "lu31": Scope(Which.LATE, unit_id=31),
    "c*": Scope(Which.CITIES),
    "k*": Scope(Which.KANWIL),
    "nr2": Scope(Which.MISSING, region_id=2),
    "nu31": Scope(Which.MISSING, unit_id=31),
}


@pytest.mark.parametrize(("text", "scope"), STORED.items())
def test_a_scope_is_held_as_it_has_always_been(text: str, scope: Scope) -> None:
    assert Scope.parse(text) == scope
    assert str(scope) == text


def test_every_kind_of_scope_is_among_them() -> None:
    kinds = {(scope.which, bool(scope.region_id), bool(scope.unit_id)) for scope in STORED.values()}
    places = ((False, False), (True, False), (False, True))
    wanted = {(which, *place) for which, place in product(Which, places)}
    only_whole = {(one, *place) for one in (Which.CITIES, Which.KANWIL) for place in places[1:]}
    assert kinds == wanted - {(Which.BEHIND, False, True)} - only_whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "l",
        "n",
        "b",
        "b*",
        "r",
        "u",
        "x1",
        "ln*",
        "nl*",
        "bu1",
        "r-1",
        "r1 ",
        "r²",
        "**",
        "c",
        "kr1",
        "cu2",
    ],
)
def test_what_no_button_of_ours_carries_is_no_scope(text: str) -> None:
    assert Scope.parse(text) is None

"""Over random meetings: what changes nothing moves no score, and each version's scores come back from the record."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import record
from flows.model import totals
from scoring.load import load_texts
from tests.flows.world import World
from tests.storage.test_criteria import agree, propose, season

Points = dict[int, Decimal | None]
LIMITS = st.lists(st.integers(1, 60), min_size=5, max_size=5, unique=True).map(sorted)
MEETINGS = st.lists(st.none() | st.tuples(st.sampled_from((9, 10)), LIMITS), min_size=1, max_size=3)
"""What each meeting agrees upon: other limits of an indicator, or all as it is."""


def typed(limits: list[int]) -> str:
    """Return ranges as they are typed, best first, from their upper limits."""
    inner = (f"{low},1-{high}" for low, high in pairwise(limits))
    return "; ".join((f"≤ {limits[0]}", *inner, f"> {limits[-1]}"))


def points(world: World, digest: str) -> Points:
    """Score what is stored by a version that the record names."""
    texts = world._scalar(f"SELECT texts FROM instruments WHERE hash = '{digest}'")
    instrument = load_texts(orjson.loads(texts))
    score = totals.region_score(instrument, world.board().offices)
    return {number: score.indicator(number).points for number in (9, 10)}


def live(world: World) -> Points:
    """Score what is stored by the version that counts now."""
    score = totals.region_score(world.roster.instrument_of(1), world.board().offices)
    return {number: score.indicator(number).points for number in (9, 10)}


@settings(max_examples=3, deadline=None)
@given(MEETINGS)
def test_every_score_comes_back_by_the_version_that_made_it(
    meetings: list[tuple[int, list[int]] | None],
) -> None:
    world = season()
    seen = [live(world)]
    for place, meeting in enumerate(meetings):
        before = live(world)
        if meeting is None:
            world.type("Budi", f"/rakor Aula {place}")
            seat = world.seats["Budi"][0].id
            world.tap("Budi", f"kd.{seat}.i9.as_it_is")
            world.type("Budi", "/rakor")
            world.press("Budi", "🏁 Tutup rapat")
            world.press("Budi", "✅ Sahkan kesepakatan")
            assert live(world) == before
        else:
            number, limits = meeting
            propose(world, number, "Rentang dan poin", typed(limits))
            agree(world, number)
        seen.append(live(world))
    rows = world.connection.execute(
        "SELECT v.before, v.after FROM criteria_versions v JOIN record r ON r.id = v.id ORDER BY v.id"
    ).fetchall()
    assert len(rows) == len(meetings)
    versions = [rows[0][0], *(after for _, after in rows)]
    assert [points(world, digest) for digest in versions] == seen
    assert record.verify(world.connection).broken is None

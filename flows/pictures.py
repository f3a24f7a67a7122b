"""A region's progress as a picture: each right with what is done, claimed and verified."""

from __future__ import annotations

from typing import Any

from flows import coordinating, rights, timing
from flows.buttons import Pressed
from flows.events import Tap
from flows.facts import Facts, Region
from flows.outcome import Notice, Outcome, Picture


def tapped(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """ "Gambar" under a region's status."""
    region = next((one for one in facts.the_board.regions if one.id == pressed.number()), None)
    if region is None:
        return Outcome((), (Notice(event.query_id, "notice/not_yours", alert=True),))
    return Outcome((), (Picture("staff/picture", of_region(facts, region)),))


def of_region(facts: Facts, region: Region) -> dict[str, Any]:
    """What the drawing and its caption need."""
    offices = coordinating.owing(facts.the_board.of_region(region))
    numbers = coordinating.region_view(facts, region, offices)
    shown = ("region", "done", "total", "percent", "total_closed", "total_verified", "simulation")
    bars = [
        {
            "name": right.short,
            **{
                key: value
                for key, value in rights.in_right(
                    facts, right.code, rights.owing(facts, region, right.code)
                ).items()
                if not key.endswith("behind")
            },
        }
        for right in facts.the_period.instrument.rights
    ]
    return {
        **{key: numbers[key] for key in shown},
        "rating": numbers["rating_closed"] or "",
        "day": timing.local_day(facts, region),
        "year": str(facts.the_period.data_year),
        "rights": [bar for bar in bars if bar["total"]],
    }

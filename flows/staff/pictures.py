"""A region's progress as a picture: each right with what is done, claimed and verified."""

from __future__ import annotations

from typing import Any

from flows.model import walks
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.facts import Board, Region, Setting, StaffFacts
from flows.model.outcome import Outcome, Picture, not_yours
from flows.policy import timing
from flows.staff import progress_views, rights

SHOWN = (
    "region", "filled", "total", "percent", "stage", "value", "rating", "claimed", "claimed_rating",
    "next_rating", "threshold", "missing", "deciding", "verified", "average", "simulation",
    "unconfirmed", "deadline", "days_left", "over", "more", "fine", "more_fine",
)  # fmt: skip
"""What of a region's numbers the drawing and its caption use."""


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """ "Gambar" under a region's status."""
    region = next((one for one in facts.board.regions if one.id == pressed.number()), None)
    if region is None and pressed.number() == 0 and len(facts.board.regions) > 1:
        return Outcome((), (Picture("staff/province_picture", of_province(facts, facts.board)),))
    if region is None:
        return not_yours(event)
    return Outcome((), (Picture("staff/picture", of_region(facts, facts.board, region)),))


def of_province(setting: Setting, board: Board) -> dict[str, Any]:
    """Return what the drawing of all regions and its caption need."""
    province = progress_views.province_view(setting, board)
    kept = ("region", "stage", "value", "rating", "claimed", "open", "on_time", "total")
    return {
        "institution": setting.period.institution,
        "year": str(setting.period.data_year),
        "is_over": province["is_over"],
        "best": province["best"],
        "proposed": [row["region"] for row in province["proposed"]],
        "simulation": province["simulation"],
        "threshold": setting.period.instrument.ratings[0].minimum,
        "rows": [{key: row[key] for key in kept} for row in province["rows"]],
    }


def of_region(setting: Setting, board: Board, region: Region) -> dict[str, Any]:
    """Return what the drawing and its caption need."""
    numbers = progress_views.region_card(setting, board, region)
    bars = [
        {
            "name": right.name,
            **{
                key: value
                for key, value in rights.in_right(
                    setting, board, right.code, rights.owing(board, region, right.code)
                ).items()
                if not key.endswith("behind")
            },
        }
        for right in setting.period.instrument.rights
    ]
    return {
        **{key: numbers[key] for key in SHOWN},
        "groups": [
            {"status": group["status"], "names": [row["short"] for row in group["rows"]]}
            for group in numbers["groups"]
        ],
        "fine_state": {"status": "verified" if numbers["whole"] else "sent"},
        "day": timing.local_day(setting, region),
        "year": str(setting.period.data_year),
        "rights": [bar for bar in bars if bar["total"]],
    }


ROUTES = (walks.looking.button(Verb.PICTURE, on_tap),)

"""Totals: one row for each region, for each right of a region, and for each predikat.

The same view of totals as in chat; beside the answers in a workbook.
"""

from __future__ import annotations

from typing import Any

from bot.export.export_scope import ExportScope
from bot.export.offices_by_region import setting_of
from bot.export.table import NARROW, WIDE, Table, TableCell, made
from flows.model import totals
from flows.model.facts import Board, Office, Setting
from flows.staff import progress_views
from scoring import RightScore, Score

COLUMNS = {
    "region": 24, "region_code": 12, "total": NARROW, "filled": NARROW, "sent": NARROW,
    "verified": NARROW, "claimed": NARROW, "claimed_rating": 20, "result": NARROW,
    "result_rating": 20, "final": 12, "unconfirmed": NARROW, "instrument": 28,
}  # fmt: skip
CODES = ("period", "criteria", "claimed_rating_code", "result_rating_code")
OF_RIGHT = {
    "region": 24, "region_code": 12, "right": 28, "counted": NARROW, "answered": NARROW, "max": NARROW,
    "points": NARROW, "claimed": NARROW, "verified_points": NARROW, "result": NARROW,
}  # fmt: skip
CODES_OF_RIGHT = ("period", "instrument", "criteria", "right_code")
OF_RATING = {
    "rating": 28, "minimum": NARROW, "claimed": NARROW, "claimed_regions": WIDE, "result": NARROW,
    "result_regions": WIDE,
}  # fmt: skip
CODES_OF_RATING = ("period", "instrument", "rating_code")


class Totals:
    """What regions come to, in tables that grow region by region; for programs and people."""

    def __init__(self, scope: ExportScope) -> None:
        self._scope = scope
        self._regions: list[dict[str, TableCell]] = []
        self._rights: list[dict[str, TableCell]] = []
        self._claimed: dict[str | None, list[str]] = {}
        self._verified: dict[str | None, list[str]] = {}

    def add(self, board: Board) -> None:
        """Count the only region of a board."""
        [region] = board.regions
        setting = setting_of(self._scope, board)
        offices = progress_views.owing(board.offices)
        claimed, checked = _scores(setting, board, offices)
        instrument = setting.period.instrument
        head: dict[str, TableCell] = {
            "region": region.name,
            "region_code": region.code,
            "period": setting.period.code,
            "instrument": instrument.code,
            "criteria": instrument.hash,
        }
        self._regions.append(
            head
            | _row(totals.view(setting, board, offices))
            | {"claimed_rating_code": _rating(claimed), "result_rating_code": _rating(checked)}
        )
        verified = {right.code: right for right in checked.rights} if checked else {}
        self._rights += [
            head
            | {"right": instrument.right(right.code).name, "right_code": right.code}
            | _of_right(right, verified.get(right.code))
            for right in claimed.rights
            if self._scope.right in (None, right.code)
        ]
        self._claimed.setdefault(_rating(claimed), []).append(region.name)
        if checked:
            self._verified.setdefault(_rating(checked), []).append(region.name)

    def results(self) -> Table:
        """Return the regions that owe something, in the roster's order."""
        return made("results", COLUMNS, self._regions, codes=CODES)

    def rights(self) -> Table:
        """Return each right of each region: by the offices' answers, and as verified."""
        return made("rights", OF_RIGHT, self._rights, codes=CODES_OF_RIGHT)

    def ratings(self) -> Table:
        """Return each predikat with the regions that reach it, by the offices' answers and as verified."""
        period, claimed, verified = self._scope.roster.period, self._claimed, self._verified
        rows: list[dict[str, TableCell]] = [
            {
                "rating": rating.name,
                "rating_code": rating.code,
                "minimum": rating.minimum,
                "period": period.code,
                "instrument": period.instrument.code,
                "claimed": len(claimed.get(rating.code, ())),
                "result": len(verified.get(rating.code, ())),
                "claimed_regions": ", ".join(claimed.get(rating.code, ())) or None,
                "result_regions": ", ".join(verified.get(rating.code, ())) or None,
            }
            for rating in period.instrument.ratings
        ]
        return made("ratings", OF_RATING, rows, codes=CODES_OF_RATING)


def _scores(
    setting: Setting, board: Board, offices: tuple[Office, ...]
) -> tuple[Score, Score | None]:
    """Return the score by the offices' answers, and the verified one as soon as there is one."""
    claimed = totals.score_of(setting, board, offices)
    some = any(task.verified for office in offices for task in office.desk.tasks)
    return claimed, totals.score_of(setting, board, offices, verified=True) if some else None


def _rating(score: Score | None) -> str | None:
    return score.rating_if_closed_now.code if score and score.rating_if_closed_now else None


def _of_right(claimed: RightScore, verified: RightScore | None) -> dict[str, TableCell]:
    return {
        "counted": claimed.counted,
        "answered": claimed.answered,
        "max": claimed.max,
        "points": claimed.points,
        "claimed": claimed.total_if_closed_now,
        "verified_points": verified.points if verified else None,
        "result": verified.total_if_closed_now if verified else None,
    }


def _row(shown: dict[str, Any]) -> dict[str, TableCell]:
    checked = shown["stage"] != "open"
    return {
        **{key: shown[key] for key in ("total", "filled", "sent", "verified", "claimed")},
        "claimed_rating": shown["claimed_rating"],
        "result": shown["value"] if checked else None,
        "result_rating": shown["rating"] if checked else None,
        "final": shown["stage"] == "final",
        "unconfirmed": shown["unconfirmed"],
    }

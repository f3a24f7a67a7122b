"""Why a roster that reads well cannot be followed."""

from __future__ import annotations

from typing import Literal

from bot.roster.result import OBSTACLES
from bot.terminal import known_as

SetupCode = Literal[
    "other_province", "closed", "other_year", "other_instrument", "no_proposal", "was_trial",
    "was_season",
]  # fmt: skip
REFUSALS: dict[SetupCode, str] = {
    "other_province": "The roster is for the province {found}; the seat belongs to {wanted}.",
    "closed": "The period {period} is closed. Set up a new one with another code.",
    "other_year": (
        "The period {period} has answers for {old}; data_year cannot become {new}."
        " Set up a new period with another code."
    ),
    "other_instrument": (
        "The period {period} has answers under {old}; it cannot change to {new}."
        " Set up a new period with another code."
    ),
    "was_trial": (
        "The period {period} is a trial and has answers; it cannot become the real season. Set up"
        " a new period with another code: the trial ends when that one opens."
    ),
    "was_season": "The period {period} has answers that count; give a trial a code of its own.",
    "no_proposal": (
        "The period {period} is running, and no agreement can change this: {obstacles}."
        " Take it back in the instrument's file, or set up a new period with another code."
    ),
}


class SetupError(Exception):
    """A roster that reads well, but that this database cannot follow; a code of REFUSALS."""

    def __init__(self, code: SetupCode, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        params, obstacles = self.params, self.params.get("obstacles")
        if isinstance(obstacles, dict):
            params = {
                **params,
                "obstacles": "; ".join(_obstacle(*one) for one in obstacles.items()),
            }
        return known_as(REFUSALS[self.code]).format(**params)


def _obstacle(code: str, numbers: str) -> str:
    return known_as(OBSTACLES[code]) + (f" ({numbers})" if numbers else "")

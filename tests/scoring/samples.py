"""The instruments of these tests, loaded once, and answers to them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

from scoring import (
    Absence,
    Answer,
    Indicator,
    InputKind,
    Instrument,
    load_bundled,
    load_directory,
    problems,
)
from scoring.conditions import Given

HERE = Path(__file__).parent


@cache
def instrument(code: str) -> Instrument:
    folder = HERE / "instruments" / code
    return load_directory(folder) if folder.is_dir() else load_bundled(code)


def answers_to(indicator: Indicator) -> list[Answer]:
    """Return some answers to an indicator that are no mistakes, of any kinds of questions."""
    kinds: dict[InputKind, tuple[Given, ...]] = {
        InputKind.COUNT: (Decimal(0), Decimal(5), Decimal(100)),
        InputKind.AMOUNT: (Decimal(0), Decimal(5), Decimal(100)),
        InputKind.YES_NO: (True, False),
        InputKind.DOCUMENT: (True, False),
    }
    choices: list[Sequence[Given]] = []
    for field in indicator.inputs:
        codes = tuple(option.code for option in field.options)
        several: tuple[Given, ...] = (codes, codes[:1], ())
        choices.append(
            codes
            if field.kind is InputKind.CHOICE
            else several
            if field.kind is InputKind.CHOICES
            else kinds[field.kind]
        )
    names = [one.code for one in indicator.inputs]
    answers = [Answer(inputs=dict(zip(names, given, strict=True))) for given in product(*choices)]
    answers.append(Answer(absence=Absence.NOT_APPLICABLE, accepted=True))
    return [answer for answer in answers if not problems(indicator, answer)]

"""What the kinds of questions are like: each question about them is answered for every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring.model import InputKind
from scoring.question_kinds import has_options, is_figure, is_truth, is_whole, takes_several

COUNT, AMOUNT, CHOICE, CHOICES, YES_NO, DOCUMENT = InputKind


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        (is_figure, {COUNT, AMOUNT}),
        (is_whole, {COUNT}),
        (has_options, {CHOICE, CHOICES}),
        (takes_several, {CHOICES}),
        (is_truth, {YES_NO, DOCUMENT}),
    ],
)
def test_what_kinds_are_like(question: Callable[[InputKind], bool], kinds: set[InputKind]) -> None:
    assert {kind for kind in InputKind if question(kind)} == kinds

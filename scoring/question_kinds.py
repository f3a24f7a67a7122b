"""What the kinds of questions have in common, said once for all who tell them apart."""

from __future__ import annotations

from typing import assert_never

from scoring.model import InputKind


def is_figure(kind: InputKind) -> bool:
    """Return whether a number is given for it, which can be added and compared."""
    match kind:
        case InputKind.COUNT | InputKind.AMOUNT:
            return True
        case InputKind.CHOICE | InputKind.CHOICES | InputKind.YES_NO | InputKind.DOCUMENT:
            return False
        case _:
            assert_never(kind)


def has_options(kind: InputKind) -> bool:
    """Return whether it is answered from a list that the instrument gives."""
    match kind:
        case InputKind.CHOICE | InputKind.CHOICES:
            return True
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.YES_NO | InputKind.DOCUMENT:
            return False
        case _:
            assert_never(kind)


FIGURES = tuple(kind for kind in InputKind if is_figure(kind))

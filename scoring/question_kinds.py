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


def takes_several(kind: InputKind) -> bool:
    """Return whether several options may be chosen, or none."""
    match kind:
        case InputKind.CHOICES:
            return True
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.CHOICE:
            return False
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return False
        case _:
            assert_never(kind)


def is_truth(kind: InputKind) -> bool:
    """Return whether it is answered with yes or no, or with there is and there is none."""
    match kind:
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return True
        case InputKind.COUNT | InputKind.AMOUNT | InputKind.CHOICE | InputKind.CHOICES:
            return False
        case _:
            assert_never(kind)


def is_whole(kind: InputKind) -> bool:
    """Return whether its number can have no decimals."""
    match kind:
        case InputKind.COUNT:
            return True
        case InputKind.AMOUNT | InputKind.CHOICE | InputKind.CHOICES:
            return False
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return False
        case _:
            assert_never(kind)


FIGURES = tuple(kind for kind in InputKind if is_figure(kind))
FROM_OPTIONS = tuple(kind for kind in InputKind if has_options(kind))

"""What the kinds of questions have in common, said once for all who tell them apart."""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from scoring.model import InputKind


class Traits(Struct, frozen=True):
    """What a kind of question is like."""

    is_figure: bool = False
    is_whole: bool = False
    has_options: bool = False
    takes_several: bool = False
    is_truth: bool = False


def _traits(kind: InputKind) -> Traits:
    match kind:
        case InputKind.COUNT:
            return Traits(is_figure=True, is_whole=True)
        case InputKind.AMOUNT:
            return Traits(is_figure=True)
        case InputKind.CHOICE:
            return Traits(has_options=True)
        case InputKind.CHOICES:
            return Traits(has_options=True, takes_several=True)
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return Traits(is_truth=True)
        case _:
            assert_never(kind)


TRAITS = {kind: _traits(kind) for kind in InputKind}


def is_figure(kind: InputKind) -> bool:
    """Return whether a number is given for it, which can be added and compared."""
    return TRAITS[kind].is_figure


def is_whole(kind: InputKind) -> bool:
    """Return whether its number can have no decimals."""
    return TRAITS[kind].is_whole


def has_options(kind: InputKind) -> bool:
    """Return whether it is answered from a list that the instrument gives."""
    return TRAITS[kind].has_options


def takes_several(kind: InputKind) -> bool:
    """Return whether several options may be chosen, or none."""
    return TRAITS[kind].takes_several


def is_truth(kind: InputKind) -> bool:
    """Return whether it is answered with yes or no, or with there is and there is none."""
    return TRAITS[kind].is_truth


FIGURES = tuple(kind for kind in InputKind if is_figure(kind))
FROM_OPTIONS = tuple(kind for kind in InputKind if has_options(kind))

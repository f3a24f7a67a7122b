"""What a map proposes by names: rare words tell indicators apart, one code is enough, nothing is left out."""

from __future__ import annotations

from bot.instruments.matching import propose
from scoring import Instrument
from scoring.load import load_bundled
from scoring.migration import Kind, MapLine
from scoring.replacing import replace

BASE = load_bundled("permenkumham-25-2013")


def named(*names: str) -> Instrument:
    """Return an instrument with one right and indicators of these names."""
    indicator = BASE.indicator(1)
    indicators = tuple(
        replace(indicator, no=no, code=name.casefold().replace(" ", "-"), name=name)
        for no, name in enumerate(names, 1)
    )
    return replace(BASE, rights=(replace(BASE.rights[0], indicators=indicators),))


def test_an_instrument_is_itself() -> None:
    changes = propose(BASE, BASE).changes
    assert changes == tuple(MapLine(Kind.SAME, (one.no,), (one.no,)) for one in BASE)


def test_a_name_that_is_told_apart_by_one_word_is_another() -> None:
    changes = propose(named("Angka kematian ibu"), named("Angka kematian bayi")).changes
    assert changes == (MapLine(Kind.DROPPED, (1,), ()), MapLine(Kind.NEW, (), (1,)))


def test_another_spelling_is_a_new_name() -> None:
    old, new = named("Angka kematian ibu", "Rumah layak"), named("Rumah layak huni", "Kematian Ibu")
    assert propose(old, new).changes == (
        MapLine(Kind.RENAMED, (1,), (2,)),
        MapLine(Kind.RENAMED, (2,), (1,)),
    )


def test_two_that_became_one_are_merged_and_one_that_became_two_is_split() -> None:
    old = named("Buta aksara laki-laki dewasa", "Buta aksara perempuan dewasa", "Air bersih kota")
    new = named("Buta aksara dewasa", "Air bersih kota", "Akses air bersih kota")
    assert propose(old, new).changes == (
        MapLine(Kind.MERGED, (1, 2), (1,)),
        MapLine(Kind.SPLIT, (3,), (2, 3)),
    )

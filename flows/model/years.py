"""What each year came to: every city with its total and its rights, the earliest year first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from flows.model import totals
from flows.model.facts import Board, Region, Setting
from scoring import Instrument, Score


class CityYear(Struct, frozen=True):
    """A city in a year: its total with the rating, and the points of each right by its name.

    `basis`: `final` (all of it verified, or closed so), `checking` (some of it), `open` (as the offices say),
    or `loaded` (last year's answers by this year's criteria). `simulation`: by thresholds that are proposed.
    """

    code: str
    name: str
    basis: str
    value: Decimal
    rating: str | None
    rights: Mapping[str, Decimal]
    simulation: bool = False


class Year(Struct, frozen=True):
    """The cities of one year of data."""

    year: int
    cities: tuple[CityYear, ...]


class Years(Struct, frozen=True):
    """A need: the years of the cities that a seat may see, the earliest first."""

    years: tuple[Year, ...] = ()


def of_board(setting: Setting, board: Board) -> CityYear:
    """Return the only city of a board as it stands in its period."""
    [region] = board.regions
    offices = board.offices
    shown = totals.view(setting, board, offices)
    is_checked = bool(shown["verified"])
    score = totals.score_of(setting, board, offices, verified=is_checked)
    basis = shown["stage"] if is_checked else "open"
    return _named(region, basis, setting.period.instrument, score)


def before(setting: Setting, board: Board) -> tuple[CityYear, ...]:
    """Return the only city as answers of the year before say that were loaded; nothing without any."""
    [region] = board.regions
    loaded = totals.last_year(setting.period.instrument, board.offices)
    if loaded is None:
        return ()
    return (_named(region, "loaded", setting.period.instrument, loaded[0]),)


def _named(region: Region, basis: str, instrument: Instrument, score: Score) -> CityYear:
    rating = score.rating_if_closed_now
    names = {right.code: right.short for right in instrument.rights}
    return CityYear(
        region.code,
        region.name,
        basis,
        score.total_if_closed_now,
        rating.name if rating else None,
        {names[right.code]: right.points for right in score.rights},
        score.simulation,
    )


class YearLine(Struct, frozen=True):
    """Something over the years: a figure for each, None where there is none."""

    name: str
    values: tuple[Decimal | None, ...]

    @property
    def change(self) -> Decimal | None:
        """By how much the last year differs from the one before that has a figure."""
        known = [value for value in self.values if value is not None]
        return known[-1] - known[-2] if len(known) > 1 and self.values[-1] is not None else None


def cities(years: Iterable[Year]) -> tuple[YearLine, ...]:
    """Return each city's totals over the years, by its latest name."""
    given = tuple(years)
    latest = {city.code: city.name for year in given for city in year.cities}
    lines = [
        YearLine(name, tuple(_of(year, code) for year in given)) for code, name in latest.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.name))


def rights(years: Iterable[Year], code: str | None = None) -> tuple[YearLine, ...]:
    """Return the points of each right over the years: of one city, else the mean of all."""
    given = tuple(years)
    chosen = [[city for city in year.cities if code in (None, city.code)] for year in given]
    names = dict.fromkeys(name for its in chosen for city in its for name in city.rights)
    return tuple(YearLine(name, tuple(_mean(its, name) for its in chosen)) for name in names)


def _of(year: Year, code: str) -> Decimal | None:
    return next((city.value for city in year.cities if city.code == code), None)


def _mean(its: Iterable[CityYear], name: str) -> Decimal | None:
    points = [city.rights[name] for city in its if name in city.rights]
    return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01")) if points else None

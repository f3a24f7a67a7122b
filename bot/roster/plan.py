"""What a roster file says, as values: the period, who takes part, and who owes what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from flows.model.letterheads import Letterhead
from scoring import Instrument
from scoring.errors import InstrumentProblem
from scoring.replacing import replace


class PeriodPlan(Struct, frozen=True):
    """The period; `texts` are the files of the instrument that it will freeze.

    `reminders`: days from the deadline, negative before it; empty: none are planned. `letter_number`
    and `letter_date`: of the letter by which the data were asked for, where the roster names one.
    `grace`: days after the deadline on which offices may still send; None: until verification ends.
    `trial`: it is for practice; None where the roster does not say, and what is so stays.
    `levels`: the seats beside Bagian Hukum and the Kanwil that the period has, by their roles.
    """

    code: str
    data_year: int
    opens: date
    deadline: date
    verification_deadline: date
    reminders: tuple[int, ...]
    instrument: Instrument
    texts: Mapping[str, str]
    letter_number: str = ""
    letter_date: date | None = None
    grace: int | None = None
    trial: bool | None = None
    levels: tuple[str, ...] = ()


class UnitPlan(Struct, frozen=True):
    """An office. A coordinator (Bagian Hukum) gets a seat of the region instead of the unit."""

    code: str
    name: str
    short: str
    aliases: tuple[str, ...]
    owes: tuple[int, ...]
    seats: int
    coordinates: bool


class RegionPlan(Struct, frozen=True):
    """A regency or city with its offices."""

    code: str
    kind: str
    name: str
    zone: str
    aliases: tuple[str, ...]
    units: tuple[UnitPlan, ...]


class StaffPlan(Struct, frozen=True):
    """A person of the regional office (kanwil), an operator (admin), or who sits at a level.

    `region`: the code of the city whose seat it is; empty: it is of the whole province.
    """

    name: str
    role: str
    region: str = ""


class ParsedRoster(Struct, frozen=True):
    """A roster file that reads well. `digest` is the SHA-256 of its text.

    `letters` is None where the file says nothing of them: what was said before stays.
    """

    file: str
    digest: str
    period: PeriodPlan
    institution: str
    help_contact: str
    invitation_days: int
    province: str
    province_name: str
    regions: tuple[RegionPlan, ...]
    staff: tuple[StaffPlan, ...]
    warnings: tuple[InstrumentProblem, ...] = ()
    letters: tuple[Letterhead, ...] | None = None

    def as_trial(self) -> ParsedRoster:
        """Return the same as a trial, whatever the file says: so TRIAL=1 wants it."""
        return replace(self, period=replace(self.period, trial=True))

"""The regulation as values: rights, indicators, questions, bands, ratings, and what offices answer.

Frozen data and nothing else: no reading, no arithmetic beyond looking things up. Every figure
carries its :class:`Source`; a figure that is neither `confirmed` nor `agreed` turns the score that
rests on it into a simulation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from scoring.conditions import Condition as Condition
from scoring.conditions import Given as Given
from scoring.exact import total
from scoring.formulas import Choice as Choice
from scoring.formulas import Choices as Choices
from scoring.formulas import ChoicesCount as ChoicesCount
from scoring.formulas import Count as Count
from scoring.formulas import Document as Document
from scoring.formulas import Number as Number
from scoring.formulas import Ratio as Ratio
from scoring.formulas import Rule as Rule
from scoring.formulas import ShareLost as ShareLost
from scoring.formulas import Sum as Sum
from scoring.formulas import YesNo as YesNo
from scoring.limits import Limits
from scoring.provenance import Agreement as Agreement
from scoring.provenance import Settings as Settings
from scoring.provenance import Source as Source
from scoring.provenance import Status as Status
from scoring.reasons import ReturnReason


class Absence(StrEnum):
    """Why there is no figure. Nihil is not among them: nihil is the number 0."""

    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    NOT_OUR_AUTHORITY = "not_our_authority"


class InputKind(StrEnum):
    """What an office types or taps for one question."""

    COUNT = "count"  # a whole number, 0 or more
    AMOUNT = "amount"  # a decimal number, 0 or more
    CHOICE = "choice"  # the code of an option
    CHOICES = "choices"  # the codes of several options, or of none, in their order
    YES_NO = "yes_no"  # True or False
    DOCUMENT = "document"  # True for one that exists and is valid, else False


class Method(StrEnum):
    """How the total comes about."""

    SHARE_OF_POINTS = (
        "share_of_points"  # sum of points ÷ sum of highest points × 100, all indicators alike
    )
    MEAN_OF_RIGHTS = "mean_of_rights"  # each right 0–100 from its components, then their mean


class Option(Struct, frozen=True):
    """One answer of a choice; `label` is the text of its button (24 characters at most)."""

    code: str
    label: str
    text: str
    points: Decimal
    source: Source


class Input(Struct, frozen=True):
    """One question. `question` may hold {daerah}, {tahun} and ** for bold; `name` and `unit` are
    short. `relevant`: on which of the questions before it this one hangs.
    """

    code: str
    kind: InputKind
    name: str
    question: str
    unit: str
    options: tuple[Option, ...] = ()
    relevant: Condition | None = None


class Band(Struct, frozen=True):
    """A range of the (rounded) value and its points. An edge belongs to the band unless it is `open`."""

    points: Decimal
    lower: Decimal | None
    upper: Decimal | None
    printed: str
    source: Source
    lower_open: bool = False
    upper_open: bool = False

    def contains(self, value: Fraction | Decimal) -> bool:
        """Tell whether `value` (in the unit of the indicator, rounded) lies in this band."""
        if self.lower is not None and (
            value < self.lower or (self.lower_open and value == self.lower)
        ):
            return False
        return (
            self.upper is None
            or value < self.upper
            or (not self.upper_open and value == self.upper)
        )


class Gap(Struct, frozen=True):
    """A range that the print leaves without points, declared in the data; edges as in :class:`Band`."""

    lower: Decimal
    upper: Decimal
    printed: str
    lower_open: bool = False
    upper_open: bool = False


class Evidence(Struct, frozen=True):
    """A document that proves the answer: what it is, who signs it, which period, signature and stamp."""

    title: str
    signer: str
    period: str
    signature: bool
    stamp: bool


class Guidance(Struct, frozen=True):
    """What the indicator means, a worked example, and the passage of the regulation."""

    meaning: str
    example: str
    article: str

    @property
    def law(self) -> str:
        """The passage alone: older instruments put a note of this project behind a semicolon."""
        return self.article.partition(";")[0]


class Earlier(Struct, frozen=True):
    """What must be fulfilled first: an indicator, or a component of the same right.

    `least`: from how many points on (of a component: of its ceiling); None: with any. `name` is for people.
    """

    indicator: int | None
    component: str | None
    least: Decimal | None
    name: str = ""


class Indicator(Struct, frozen=True, dict=True):
    """What is measured. `precision`: decimals of the printed bands (None: the exact value counts).

    `relevant`: on which answers to other indicators it hangs. `left_out`: why this period does not
    assess it, for all regions alike; it keeps its answers. `weight`: its part of its component, in
    place of its points. `after`: what must be fulfilled before it counts, its component's included.
    """

    no: int
    code: str
    right: str
    component: str | None
    name: str
    short: str
    unit: str
    owner: str
    rule: Rule
    inputs: tuple[Input, ...]
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...]
    higher_is_better: bool
    precision: int | None
    evidence: tuple[Evidence, ...]
    guidance: Guidance
    source: Source
    settings: Settings
    limits: Limits
    left_out: Source | None = None
    relevant: Condition | None = None
    weight: Decimal | None = None
    after: tuple[Earlier, ...] = ()

    @cached_property
    def is_branched(self) -> bool:
        """Whether any of its questions hangs on another."""
        return any(question.relevant is not None for question in self.inputs)

    def __hash__(self) -> int:
        """Tell it from others by what is short: it is looked up again and again."""
        return hash((self.no, self.name))

    @cached_property
    def max_points(self) -> Decimal:
        """The most that an answer can bring."""
        rule = self.rule
        if isinstance(rule, YesNo | Document):
            return max(rule.points_yes, rule.points_no)
        if isinstance(rule, Choices):
            return min(rule.most, total(self.option_points(rule.input)))
        options = self.option_points(rule.input) if isinstance(rule, Choice) else []
        return max(options or [band.points for band in self.bands], default=Decimal(0))

    def option_points(self, code: str) -> list[Decimal]:
        """Return what the options of a question bring; none where there is no such question."""
        asked = next((question for question in self.inputs if question.code == code), None)
        return [] if asked is None else [option.points for option in asked.options]

    @property
    def accepts_value(self) -> bool:
        """Tell whether a ready percentage or rate may be given instead of the counts."""
        return isinstance(self.rule, Ratio | ShareLost)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source behind this indicator, each once: name, rule, bands or options."""
        sources = [self.source, self.rule.source, *(band.source for band in self.bands)]
        sources += [option.source for question in self.inputs for option in question.options]
        sources += [self.rule.gain_source] if isinstance(self.rule, ShareLost) else []
        return tuple(dict.fromkeys(sources))

    @property
    def is_confirmed(self) -> bool:
        """Whether every figure that makes the points was read in the regulation, or agreed upon."""
        return all(source.status.is_settled for source in self.sources if source is not self.source)

    def input(self, code: str) -> Input:
        """Return the question with this code; KeyError when there is none."""
        for asked in self.inputs:
            if asked.code == code:
                return asked
        raise KeyError(code)


class Component(Struct, frozen=True):
    """A part of a right with its own ceiling of points (2016: struktur 10, proses 30, hasil 60)."""

    code: str
    name: str
    ceiling: Decimal
    source: Source
    after: Earlier | None = None


class Right(Struct, frozen=True):
    """A right: the category its indicators are grouped under."""

    code: str
    name: str
    short: str
    indicators: tuple[Indicator, ...]
    components: tuple[Component, ...] = ()

    @property
    def weights(self) -> dict[int, Decimal]:
        """Return the weights of its indicators by number; none where their points are their weights."""
        return {
            indicator.no: indicator.weight
            for indicator in self.indicators
            if indicator.weight is not None
        }


class Rating(Struct, frozen=True):
    """What a total earns from `minimum` (0–100, inclusive) on."""

    code: str
    name: str
    minimum: Decimal
    source: Source


class Aggregation(Struct, frozen=True):
    """How points become the total, and where that stands."""

    method: Method
    source: Source


class Instrument(Struct, frozen=True, dict=True):
    """One regulation's assessment. `hash` is the SHA-256 of its texts; a period freezes it.

    `complete` is False for a skeleton; `missing` then names what it lacks, and no period opens with
    it. `agreements`: by which it was changed since, the first one first.
    """

    code: str
    title: str
    complete: bool
    missing: tuple[str, ...]
    rights: tuple[Right, ...]
    ratings: tuple[Rating, ...]  # best first
    aggregation: Aggregation
    settings: Settings
    hash: str
    return_reasons: tuple[ReturnReason, ...] = ()
    agreements: tuple[Agreement, ...] = ()

    @cached_property
    def _by_no(self) -> dict[int, Indicator]:
        return {indicator.no: indicator for indicator in self}

    def __iter__(self) -> Iterator[Indicator]:
        for right in self.rights:
            yield from right.indicators

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the order of the rights."""
        return tuple(self)

    def indicator(self, no: int) -> Indicator:
        """Return the indicator with this number; KeyError when there is none."""
        return self._by_no[no]

    def has(self, no: int) -> bool:
        """Tell whether there is an indicator with this number."""
        return no in self._by_no

    def right(self, code: str) -> Right:
        """Return the right with this code; KeyError when there is none."""
        for right in self.rights:
            if right.code == code:
                return right
        raise KeyError(code)

    def return_reason(self, code: str | None) -> ReturnReason | None:
        """Return the reason with this code; None when there is none."""
        return next((reason for reason in self.return_reasons if reason.code == code), None)

    def rating(self, total: Decimal) -> Rating:
        """Return the rating that a total (0–100, as shown with two decimals) earns."""
        return next(rating for rating in self.ratings if total >= rating.minimum)


class Answer(Struct, frozen=True):
    """What one office gave: `inputs`, or a ready `value`, or an `absence`; exactly one of the three.

    `accepted` matters for *not_applicable* only: a verifier has agreed.
    """

    inputs: Mapping[str, Given] | None = None
    value: Decimal | None = None
    absence: Absence | None = None
    accepted: bool = False

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.inputs, self.value, self.absence)) != 1:
            raise ValueError("an answer is exactly one of inputs, value, absence")

    def __hash__(self) -> int:
        """Return the same number for the same inputs, in whatever order they were given."""
        inputs = None if self.inputs is None else frozenset(self.inputs.items())
        return hash((inputs, self.value, self.absence, self.accepted))


class Response(Struct, frozen=True):
    """All that is known about one indicator: one answer per office, and how many owe one."""

    parts: tuple[Answer, ...]
    expected: int = 1

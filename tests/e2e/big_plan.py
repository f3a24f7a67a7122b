"""A season on paper: who owes what, what each office gives, what becomes of it, and what that must come to.

Everything follows from a seed. The points are worked out here from the printed table and exact fractions,
without the scoring module, so that the season has something independent to agree with.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

Figures = tuple[int, ...]
Given = Figures | str
"""Figures in the order of the questions, or the label of the button that says why there are none."""
Step = tuple[str, str]
Place = tuple[str, str, int]
"""Region's alias, office's short name, indicator."""

NONE_YET, NOT_HERE, NOT_OURS = (
    "Belum ada data",
    "Tidak berlaku di daerah ini",
    "Bukan kewenangan kami",
)
REGIONS = {
    "jakpus": ("31.71", "Jakarta Pusat"),
    "jakut": ("31.72", "Jakarta Utara"),
    "jakbar": ("31.73", "Jakarta Barat"),
}
OFFICES = {
    "Sudinkes": "Suku Dinas Kesehatan",
    "Sudindik 1": "Suku Dinas Pendidikan Wilayah I",
    "Sudindik 2": "Suku Dinas Pendidikan Wilayah II",
    "Sudin SDA": "Suku Dinas Sumber Daya Air",
    "Sudin PRKP": "Suku Dinas Perumahan Rakyat dan Kawasan Permukiman",
    "Sudinsos": "Suku Dinas Sosial",
    "Sudin Nakertransgi": "Suku Dinas Tenaga Kerja, Transmigrasi dan Energi",
    "Sudin PPAPP": "Suku Dinas Pemberdayaan dan Perlindungan Anak",
    "Suban Kesbangpol": "Suku Badan Kesatuan Bangsa dan Politik",
    "Suban Kepegawaian": "Suku Badan Kepegawaian",
    "Sudin Tamhut": "Suku Dinas Pertamanan dan Hutan Kota",
    "Sudin LH": "Suku Dinas Lingkungan Hidup",
    "Sudin Dukcapil": "Suku Dinas Kependudukan dan Pencatatan Sipil",
    "Sudin Hub": "Suku Dinas Perhubungan",
}
RIGHTS = {
    "Hidup": (1, 2, 3),
    "Mengembangkan diri": (4, 5, 6, 7),
    "Kesejahteraan": (8, 9, 10, 11, 12, 13, 14),
    "Rasa aman": (15,),
    "Perempuan": (16, 17),
}
BASES = (100, 1_000, 10_000, 100_000)
"""Wholes that nobody here has: typed as "12 dari 1.000" they are asked back, as a rate would be."""
LATE = "Perempuan"
"""The right that some offices send only after the deadline."""
CITY_CODES = ("Beda dengan data dukung", "Belum sah", "Periode keliru", "Satuan keliru", "Lainnya")
KANWIL_CODES = ("Hitungan keliru", "Belum sah", "Beda dengan data dukung", "Periode keliru", "Lainnya", "Satuan keliru")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the printed table: the better edge of 10, 8, 6, 4 and 2 points; what is worse brings 0.

    `typical`: values to draw from; `whole`: denominators to draw from.
    """

    factor: int
    decimals: int | None
    edges: tuple[str, ...]
    typical: tuple[float, float]
    whole: tuple[int, int]
    higher: bool = False


TABLE = {
    1: Row(100_000, 0, ("110", "140", "170", "200", "229"), (80, 240), (4_000, 9_000)),
    2: Row(1_000, 0, ("19", "23", "26", "29", "32"), (15, 34), (4_000, 9_000)),
    3: Row(100, None, ("0", "1", "2", "3", "4"), (0.3, 4.4), (300, 900)),
    4: Row(100, 1, ("5", "6", "7", "8", "9"), (4, 8.5), (800, 3_000)),
    5: Row(100, 1, ("25", "26", "27", "28", "29"), (22, 28.5), (800, 3_000)),
    6: Row(100, 0, ("91", "81", "71", "61", "51"), (55, 95), (60, 400), higher=True),
    7: Row(100, 1, ("2", "3", "4", "5", "6"), (1.5, 5.5), (5_000, 20_000)),
    8: Row(1, 0, ("60", "48", "36", "24", "12"), (15, 70), (20_000, 90_000), higher=True),
    9: Row(100, 1, ("10", "20", "30", "40", "50"), (5, 45), (400, 3_000)),
    10: Row(100, 1, ("5", "10", "15", "20", "25"), (3, 24), (400, 3_000)),
    11: Row(100, 1, ("4", "5", "6", "7", "8"), (3, 7.5), (5_000, 20_000)),
    12: Row(100, 2, ("0.1", "0.2", "0.3", "0.4", "0.5"), (0.05, 0.45), (5_000, 20_000)),
    13: Row(100, 1, ("15", "17", "19", "21", "23"), (12, 22.5), (400, 3_000)),
    14: Row(100, 1, ("5", "10", "15", "20", "25"), (2, 24), (400, 3_000)),
    15: Row(0, 0, ("0", "1", "2", "3", "4"), (0, 0), (0, 0)),
    16: Row(100, 1, ("30", "25", "20", "15", "10"), (12, 33), (60, 400), higher=True),
    17: Row(100, 3, ("0.01", "0.02", "0.03", "0.04", "0.05"), (0.005, 0.045), (30_000, 90_000)),
}


def points(indicator_no: int, value: Fraction) -> int:
    """Return a value's points by the printed table: half up to the printed decimals, then the first edge."""
    row = TABLE[indicator_no]
    if row.decimals is not None:
        scale = 10**row.decimals
        value = Fraction(floor(value * scale + Fraction(1, 2)), scale)
    for place, edge in enumerate(row.edges):
        if value >= Fraction(edge) if row.higher else value <= Fraction(edge):
            return 10 - 2 * place
    return 0


def value_of(indicator_no: int, parts: list[Figures]) -> Fraction:
    """Return the value of the sums over all offices."""
    sums = [sum(column) for column in zip(*parts, strict=True)]
    if indicator_no == 15:
        return Fraction(sums[0])
    if indicator_no == 3:
        return Fraction(max(sums[0] - sums[1], 0) * 100, sums[0])
    return Fraction(sums[0] * TABLE[indicator_no].factor, sums[1])


@dataclass
class Story:
    """One answer from the first figure to the last judgement; what is still to come is popped off.

    `waits`: sent only after the deadline, which makes it `late` unless the office was granted more time.
    """

    place: Place
    given: Given
    city: list[Step] = field(default_factory=lambda: [("approve", "")])
    kanwil: list[Step] = field(default_factory=list)
    fixes: list[Given] = field(default_factory=list)
    correction: Figures | None = None
    waits: bool = False
    late: bool = False
    verified: Given | None = None

    @property
    def is_plain(self) -> bool:
        return not self.fixes and self.correction is None and isinstance(self.given, tuple)

    def steps(self, role: str) -> list[Step]:
        return self.city if role == "city" else self.kanwil

    def returned(self, role: str, code: str) -> None:
        """Plan a return by this role, answered with other figures."""
        action = "return" if isinstance(self.given, tuple) or role == "city" else "refuse"
        self.steps(role).insert(0, (action, code))


@dataclass
class Plan:
    """The whole season; `pending` is what lies with each office after a return or a reopening."""

    size: dict[str, int]
    returns: int
    corrections: int
    dice: random.Random
    stories: dict[Place, Story] = field(default_factory=dict)
    pending: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def offices(self) -> list[tuple[str, str]]:
        return [
            (region, short)
            for region, count in self.size.items()
            for short in list(OFFICES)[:count]
        ]

    def of(self, region: str, short: str, numbers: tuple[int, ...] | None = None) -> list[Story]:
        wanted = numbers or tuple(TABLE)
        return [self.stories[region, short, number] for number in wanted]

    def figures(self, indicator_no: int, target: float) -> Figures:
        """Draw figures of one office around a value that the region shall come to."""
        row, dice = TABLE[indicator_no], self.dice
        if indicator_no == 15:
            return (1 if dice.random() < 0.15 else 0,)
        whole = dice.randint(*row.whole)
        whole += whole in BASES
        share = target / row.factor * dice.uniform(0.85, 1.15)
        if indicator_no == 3:
            return whole, whole - max(1, round(whole * share))
        part = max(1, round(whole * share))
        return (part if indicator_no == 8 else min(part, whole)), whole

    def again(self, story: Story) -> Figures:
        """Return what an office gives after a return: the same question, somewhat different figures.

        The same ones again would be no change, which the bot says and does not save.
        """
        low, high = TABLE[story.place[2]].typical
        last = story.fixes[-1] if story.fixes else story.given
        while (figures := self.figures(story.place[2], self.dice.uniform(low, high))) == last:
            pass
        return figures

    def late_offices(self) -> list[tuple[str, str]]:
        """Return the last office of each region, which sends one right after the deadline, and the extended one."""
        last = [(region, list(OFFICES)[count - 1]) for region, count in self.size.items()]
        return [*last, self.extended]

    @property
    def extended(self) -> tuple[str, str]:
        """The one that is granted more time."""
        region, count = list(self.size.items())[-1]
        return region, list(OFFICES)[count - 2]

    # What it must come to

    def expected(self, region: str, *, verified: bool) -> tuple[dict[int, int | None], Fraction]:
        """Return points by indicator if closed now (None: out of the divisor), and the total in hundredths."""
        result: dict[int, int | None] = {}
        for indicator_no in TABLE:
            stories = [self.stories[r, s, indicator_no] for r, s in self.offices() if r == region]
            result[indicator_no] = self._closed(indicator_no, stories, verified=verified)
        counted = [one for one in result.values() if one is not None]
        total = Fraction(sum(counted) * 10, len(counted))
        return result, Fraction(floor(total * 100 + Fraction(1, 2)), 100)

    def _closed(self, indicator_no: int, stories: list[Story], *, verified: bool) -> int | None:
        answers = [one.verified if verified else one.given for one in stories]
        out = sum(one.verified == NOT_HERE for one in stories)
        if out == len(stories):
            return None
        parts = [one for one in answers if isinstance(one, tuple)]
        return (
            points(indicator_no, value_of(indicator_no, parts))
            if len(parts) == len(stories) - out
            else 0
        )

    def roster(self) -> str:
        return "\n".join(_roster(self))


def _roster(plan: Plan) -> Iterator[str]:
    yield from (
        'period: {code: "2017", instrument: permenkumham-25-2013, data_year: 2016, opens: 2017-02-01,',
        "  deadline: 2017-03-31, verification_deadline: 2017-05-15}",
        "institution: {name: Kanwil DKI Jakarta, help_contact: Bidang HAM Kanwil DKI Jakarta}",
        'province: {code: "31", name: DKI Jakarta}',
        "staff: [{name: Budi, role: kanwil}, {name: Ratna, role: kanwil}]",
        "regions:",
    )
    owes = ", ".join(map(str, TABLE))
    for alias, count in plan.size.items():
        code, name = REGIONS[alias]
        yield f'  - {{code: "{code}", kind: kota, name: {name}, zone: WIB, aliases: [{alias}], units: ['
        for place, short in enumerate(list(OFFICES)[:count], start=1):
            yield f'    {{code: ukpd-{place}, name: "{OFFICES[short]}", short: {short}, owes: [{owes}]}},'
        yield "    {code: bagkum, name: Bagian Hukum, short: Bagian Hukum, role: coordinator}]}"


def planned(size: dict[str, int], returns: int, corrections: int, seed: int = 2017) -> Plan:
    """Draw a season: `returns` in all, half of them by the city, and `corrections` that cost points."""
    plan = Plan(size, returns, corrections, random.Random(seed))
    for region in size:
        for indicator_no, row in TABLE.items():
            target = plan.dice.uniform(*row.typical)
            for place in ((r, s, indicator_no) for r, s in plan.offices() if r == region):
                plan.stories[place] = Story(place, plan.figures(indicator_no, target))
    for region, short in plan.late_offices():
        for story in plan.of(region, short, RIGHTS[LATE]):
            story.waits = True
            story.late = (region, short) != plan.extended
    _absences(plan)
    _returns(plan)
    _undone(plan)
    _corrections(plan)
    for story in plan.stories.values():
        _ended(story)
    return plan


def _absences(plan: Plan) -> None:
    """Plan each reason for an absence, accepted and refused; in one region an indicator leaves the divisor."""
    names = list(OFFICES)
    for at, region in enumerate(plan.size):
        cases: list[tuple[int, int, str, str, bool]] = [
            (0, 3, NOT_HERE, "", False),
            (0, 14, NONE_YET, "city", True),
            (1, 3, NOT_HERE, "kanwil", True),
            (2, 12 if at == 0 else 11, NONE_YET, "city" if at else "", bool(at)),
            (3, 16 if at == 0 else 17, NOT_OURS, "kanwil", at == 2),
        ]
        if at == 1:
            cases = [(place, 3, NOT_HERE, "", False) for place in range(plan.size[region])]
        for place, indicator_no, kind, role, gives in cases:
            story = plan.stories[region, names[place], indicator_no]
            story.given = kind
            if role:
                story.returned(role, "Alasan kurang jelas")
                story.fixes.append(plan.again(story) if gives else kind)


def _returns(plan: Plan) -> None:
    """Plan the returns: half by Bagian Hukum, half by the Kanwil, some by both; all codes in turn."""
    for role, codes in (("city", CITY_CODES), ("kanwil", KANWIL_CODES)):
        plain = [
            one for one in plan.stories.values() if isinstance(one.given, tuple) and not one.waits
        ]
        for at, story in enumerate(plan.dice.sample(plain, plan.returns // 2)):
            story.returned(role, codes[at % len(codes)])
            story.fixes.append(plan.again(story))


def _corrections(plan: Plan) -> None:
    """Plan corrections that change the points of the region: all of the whole, or nothing of it."""
    names = {region: [one for one in plan.offices() if one[0] == region] for region in plan.size}
    while plan.corrections > sum(one.correction is not None for one in plan.stories.values()):
        region = plan.dice.choice(list(plan.size))
        indicator_no = plan.dice.choice([4, 5, 6, 7, 10, 11, 13, 14, 16])
        stories = [plan.stories[r, s, indicator_no] for r, s in names[region]]
        lasts = [one.fixes[-1] if one.fixes else one.given for one in stories]
        if any(
            isinstance(one, str) or story.correction
            for one, story in zip(lasts, stories, strict=True)
        ):
            continue
        at = plan.dice.randrange(len(stories))
        figures = [one for one in lasts if isinstance(one, tuple)]
        whole = figures[at][1]
        better = (0 if TABLE[indicator_no].higher else whole, whole)
        changed = [better if place == at else one for place, one in enumerate(figures)]
        before, after = (
            points(indicator_no, value_of(indicator_no, parts)) for parts in (figures, changed)
        )
        if before != after and not stories[at].waits:
            stories[at].correction = better


def _ended(story: Story) -> None:
    """Add the decision of the Kanwil that ends the answer."""
    last = story.fixes[-1] if story.fixes else story.given
    end = "accept" if isinstance(last, str) else "correct" if story.correction else "verify"
    story.kanwil.append((end, ""))


def _undone(plan: Plan) -> None:
    """Plan changes of mind in each region: an approval, a verification, a return; one reopening."""
    for region in plan.size:
        plain = [
            one
            for one in plan.stories.values()
            if one.place[0] == region and one.is_plain and not one.waits and one.place[2] < 15
        ]
        first, second, third, fourth = plan.dice.sample(plain, 4)
        first.city[:0] = [("approve", "undo")]
        second.kanwil[:0] = [("verify", "undo")]
        third.kanwil[:0] = [("return", "undo")]
        fourth.city[:0] = [("reopen", "")]
        fourth.fixes.append(plan.again(fourth))

"""What is asked back: slips of a unit, changes since last year, wholes counted twice, shared inputs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring import (
    Absence,
    Anomaly,
    Answer,
    References,
    Response,
    Status,
    find_anomalies,
    score_indicator,
)
from scoring.limits import Limits
from scoring.replacing import replace
from tests.scoring.samples import instrument

R2013 = instrument("permenkumham-25-2013")
IBU, BAYI, SD, VEGETASI = (R2013.indicator(no) for no in (1, 2, 4, 3))
ANARKIS = R2013.indicator(15)


def ibu(deaths: object, births: object = 14000) -> Answer:
    figures = {"kematian_ibu": deaths, "kelahiran_hidup": births}
    return Answer(inputs={code: Decimal(str(one)) for code, one in figures.items()})


def sd(out: int, children: int) -> Answer:
    return Answer(inputs={"belum_sd": Decimal(out), "anak_7_12": Decimal(children)})


def value(figure: object) -> Answer:
    return Answer(value=Decimal(str(figure)))


def since(answer: Answer, previous: Answer | None) -> list[tuple[str, str | None, str]]:
    flags = find_anomalies(IBU, answer, References(previous))
    return [(one.code, one.input, str(one.magnitude)) for one in flags]


@pytest.mark.parametrize(
    ("answer", "previous", "flags"),
    [
        (ibu(12), None, []),
        (ibu(12), ibu(12), []),
        (ibu(18), ibu(12), []),  # 50 per cent exactly is within the limit
        (ibu(19), ibu(12), [("year_on_year", None, "58")]),
        (ibu(6), ibu(12), []),
        (ibu(5), ibu(12), [("year_on_year", None, "58")]),
        (ibu(120), ibu(12), [("unit_slip", "kematian_ibu", "10")]),
        (ibu(84), ibu(12), [("unit_slip", "kematian_ibu", "10")]),  # seven times: 30 per cent less
        (ibu(83), ibu(12), [("year_on_year", None, "592")]),
        (ibu(156), ibu(12), [("unit_slip", "kematian_ibu", "10")]),  # thirteen times
        (ibu(157), ibu(12), [("year_on_year", None, "1208")]),
        (ibu(1), ibu(12), [("unit_slip", "kematian_ibu", "10")]),
        (ibu(12, 140), ibu(12, 14000), [("unit_slip", "kelahiran_hidup", "100")]),
        (ibu(12, 14), ibu(12, 14000), [("unit_slip", "kelahiran_hidup", "1000")]),
        (ibu(120, 140000), ibu(12, 14000), [  # both: the value is the same, the figures are not
            ("unit_slip", "kematian_ibu", "10"), ("unit_slip", "kelahiran_hidup", "10")]),
        (ibu(48, 5600), ibu(12, 14000), [("unit_slip", None, "10")]),  # only the ratio has slipped
        (ibu(24, 28000), ibu(12, 14000), []),
        (ibu(0), ibu(12), [("year_on_year", None, "100")]),
        (ibu(12), ibu(0), []),  # nothing is a per cent of 0
        (ibu(0), ibu(0), []),
        (value(840), value(84), [("unit_slip", None, "10")]),
        (value(84), value("0.84"), [("unit_slip", None, "100")]),
        (value(84), value(0), []),
        (value(200), ibu(12), [("year_on_year", None, "133")]),
        (ibu(12), value(86), []),
        (ibu(12), Answer(absence=Absence.NOT_AVAILABLE), []),
        (Answer(absence=Absence.NOT_APPLICABLE), ibu(12), []),
        (ibu(0, 0), ibu(12), []),  # a part without births has no value
        (ibu(12), ibu(0, 0), []),
    ],
)  # fmt: skip
def test_since_last_year(
    answer: Answer, previous: Answer | None, flags: list[tuple[str, str | None, str]]
) -> None:
    assert since(answer, previous) == flags


def test_a_flag_tells_both_figures_as_they_are_printed() -> None:
    (change,) = find_anomalies(IBU, ibu(24), References(ibu(12)))
    assert change == Anomaly(
        "year_on_year", IBU.name, IBU.unit, Decimal(171), Decimal(86), magnitude=Decimal(100)
    )
    (slip,) = find_anomalies(IBU, ibu(12, 1400), References(ibu(12)))
    births = IBU.input("kelahiran_hidup")
    assert slip == Anomaly(
        "unit_slip", births.name, "bayi", Decimal(1400), Decimal(14000), births.code, Decimal(10)
    )


def test_values_that_print_alike_are_told_more_exactly() -> None:
    small = replace(IBU, precision=0)
    (flag,) = find_anomalies(small, value("0.4"), References(value("0.1")))
    assert (flag.current, flag.reference) == (Decimal("0.4"), Decimal("0.1"))


def test_counts_lost_shares_and_choices() -> None:
    three = Answer(inputs={"demonstrasi_anarkis": Decimal(3)})
    two = Answer(inputs={"demonstrasi_anarkis": Decimal(2)})
    assert find_anomalies(ANARKIS, three, References(two, partners=(("B", three),))) == ()
    four = Answer(inputs={"demonstrasi_anarkis": Decimal(4)})
    assert [one.code for one in find_anomalies(ANARKIS, four, References(two))] == ["year_on_year"]
    lost, kept = (
        Answer(inputs={"vegetasi_awal": Decimal(100), "vegetasi_akhir": Decimal(end)})
        for end in (80, 90)
    )
    assert [one.magnitude for one in find_anomalies(VEGETASI, lost, References(kept))] == [
        Decimal(100)
    ]
    mini = instrument("mini-2016")
    choice = next(one for one in mini if one.rule.kind == "choice")
    codes = [option.code for option in choice.inputs[0].options]
    first, last = (Answer(inputs={choice.inputs[0].code: code}) for code in (codes[0], codes[-1]))
    with_limits = replace(choice, limits=IBU.limits)
    beside = References(first, (("B", last),), (("C", first),))
    assert find_anomalies(with_limits, last, beside) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "offices"),
    [
        (sd(30, 1000), sd(90, 1000), ["Sudindik 2"]),
        (sd(30, 1000), sd(30, 1001), []),
        (sd(3, 99), sd(9, 99), []),  # small figures may well be alike
        (sd(3, 100), sd(9, 100), ["Sudindik 2"]),
        (sd(0, 0), sd(0, 0), []),
        (sd(3, 100), Answer(absence=Absence.NOT_AVAILABLE), []),
        (Answer(absence=Absence.NOT_AVAILABLE), sd(3, 100), []),
    ],
)
def test_two_offices_with_the_same_whole(mine: Answer, theirs: Answer, offices: list[str]) -> None:
    flags = find_anomalies(SD, mine, References(partners=(("Sudindik 2", theirs),)))
    assert [(one.code, one.origin) for one in flags] == [("same_whole", where) for where in offices]


def test_the_same_start_of_a_lost_share_counts_twice_too() -> None:
    half = Answer(inputs={"vegetasi_awal": Decimal(500), "vegetasi_akhir": Decimal(400)})
    (flag,) = find_anomalies(VEGETASI, half, References(partners=(("B", half),)))
    assert (flag.code, flag.input, flag.current) == ("same_whole", "vegetasi_awal", Decimal(500))


def test_an_input_that_two_indicators_ask_for() -> None:
    other = Answer(inputs={"kematian_bayi": Decimal(300), "kelahiran_hidup": Decimal(14250)})
    elsewhere = (BAYI.name, other), ("Lain", value(3)), ("Lain", Answer(inputs={"x": True}))
    assert find_anomalies(IBU, ibu(12, 14250), References(elsewhere=elsewhere)) == ()
    (flag,) = find_anomalies(IBU, ibu(12, 14520), References(elsewhere=elsewhere))
    assert (flag.code, flag.input, flag.origin) == ("shared_input", "kelahiran_hidup", BAYI.name)
    assert (flag.current, flag.reference) == (Decimal(14520), Decimal(14250))
    loose = replace(IBU.limits.shared_input, tolerance_percent=Decimal(2))
    lenient = replace(IBU, limits=replace(IBU.limits, shared_input=loose))
    assert find_anomalies(lenient, ibu(12, 14520), References(elsewhere=elsewhere)) == ()


def test_without_limits_nothing_is_odd() -> None:
    bare = replace(IBU, limits=Limits())
    beside = References(ibu(12), (("B", ibu(120, 14250)),), (("C", ibu(1, 1)),))
    assert find_anomalies(bare, ibu(120, 14250), beside) == ()
    only_change = replace(bare, limits=Limits(year_on_year=IBU.limits.year_on_year))
    assert [one.code for one in find_anomalies(only_change, ibu(120), beside)] == ["year_on_year"]
    only_slip = replace(bare, limits=Limits(unit_slip=IBU.limits.unit_slip))
    assert find_anomalies(only_slip, ibu(20, 14000), beside) == ()


def test_the_limits_of_the_instrument_are_proposed_and_touch_no_score() -> None:
    limits = IBU.limits
    for limit in (limits.year_on_year, limits.unit_slip, limits.same_whole, limits.shared_input):
        assert limit is not None
        assert limit.source.status is Status.PROPOSED
        assert limit.source not in IBU.sources
    assert not score_indicator(IBU, Response((ibu(12),))).unconfirmed


def test_an_indicator_s_own_limit_takes_the_place_of_the_general_one() -> None:
    mini = instrument("mini-2016")
    own, general = (mini.indicator(no).limits for no in (3, 4))
    assert own.year_on_year is not None
    assert own.year_on_year.percent == 200
    assert general.year_on_year is not None
    assert general.year_on_year.percent == 50
    assert own.unit_slip is general.unit_slip
    assert general.same_whole is None
    assert all(one.limits == Limits() for one in instrument("skeleton-2016"))

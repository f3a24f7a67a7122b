"""What holds for whatever is answered: better is never worse, totals stay 0–100, order does not matter."""

from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Absence,
    Answer,
    Indicator,
    InputKind,
    Instrument,
    Response,
    held,
    score,
    score_indicator,
)
from scoring.model import ShareLost
from scoring.results import Score
from tests.scoring.samples import answers_to, instrument

R2013 = instrument("permenkumham-25-2013")
R2016 = instrument("mini-2016")
OF_STEPS = instrument("contoh-83")
SHARES = [one for one in R2013 if one.accepts_value]
NA = Answer(absence=Absence.NOT_APPLICABLE, accepted=True)
values = st.decimals(0, 100, places=4)


@st.composite
def responses(draw: st.DrawFn, regulation: Instrument) -> dict[int, Response]:
    """Answers of every kind, in parts too, for some of the indicators."""
    by_no = {}
    for indicator in regulation:
        if not draw(st.booleans()):
            continue
        count = draw(st.integers(1, 2))
        parts = []
        for _ in range(count):
            if draw(st.integers(0, 4)) == 0:
                absence = draw(st.sampled_from(Absence))
                accepted = absence is Absence.NOT_APPLICABLE and draw(st.booleans())
                parts.append(Answer(absence=absence, accepted=accepted))
                continue
            inputs: dict[str, Decimal | str | bool] = {}
            for number, field in enumerate(indicator.inputs):
                if field.kind is InputKind.CHOICE:
                    inputs[field.code] = draw(st.sampled_from(field.options)).code
                elif field.kind is InputKind.YES_NO:
                    inputs[field.code] = draw(st.booleans())
                else:
                    lowest, highest = (0, 1000) if number == 0 else (1000, 5000)
                    lowest = max(lowest, 1) if isinstance(indicator.rule, ShareLost) else lowest
                    inputs[field.code] = Decimal(draw(st.integers(lowest, highest)))
            parts.append(Answer(inputs=inputs))
        by_no[indicator.no] = Response(tuple(parts), draw(st.integers(count, 2)))
    return by_no


@given(st.sampled_from(SHARES), values, values)
def test_points_never_fall_when_a_value_improves(
    indicator: Indicator, value: Decimal, other: Decimal
) -> None:
    worse, better = sorted((value, other), reverse=not indicator.higher_is_better)
    before = score_indicator(indicator, Response((Answer(value=worse),)))
    after = score_indicator(indicator, Response((Answer(value=better),)))
    assert after.points >= before.points


@given(st.sampled_from([R2013, R2016]).flatmap(lambda r: st.tuples(st.just(r), responses(r))))
def test_totals_stay_between_0_and_100(pair: tuple[Instrument, dict[int, Response]]) -> None:
    regulation, answers = pair
    result = score(regulation, answers)
    totals = [result.total, result.total_if_closed_now]
    totals += [one for right in result.rights for one in (right.total, right.total_if_closed_now)]
    assert all(0 <= one <= 100 for one in totals if one is not None)
    assert result.total_if_closed_now <= (result.total or 0)
    assert result.answered + result.provisional <= result.counted <= len(regulation.indicators)
    for indicator in result.indicators:
        assert indicator.points is None or 0 <= indicator.points <= indicator.max_points


@given(responses(R2013), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_of_parts_is_irrelevant(
    answers: dict[int, Response], random: Random
) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    turned = {no: Response(one.parts[::-1], one.expected) for no, one in shuffled}
    assert score(R2013, turned) == score(R2013, answers)


@given(responses(R2013), st.integers(1, 17))
def test_an_accepted_not_applicable_only_changes_the_divisor(
    answers: dict[int, Response], no: int
) -> None:
    before = score(R2013, {key: one for key, one in answers.items() if key != no})
    after = score(R2013, answers | {no: Response((NA,))})
    assert after.counted == before.counted - 1
    assert after.total == before.total
    assert _points(after) == _points(before)
    if after.counted:
        share = Fraction(_points(after)) / after.counted * 10
        assert abs(Fraction(after.total_if_closed_now) - share) <= Fraction(1, 200)


POOL = {one.no: answers_to(one) for one in OF_STEPS}


@given(
    st.fixed_dictionaries({}, optional={no: st.sampled_from(pool) for no, pool in POOL.items()}),
    st.sets(st.sampled_from(sorted(POOL)), max_size=6),
)
def test_what_waits_for_a_step_is_what_the_whole_score_says(
    given_answers: dict[int, Answer], numbers: set[int]
) -> None:
    answers = {no: Response((answer,)) for no, answer in given_answers.items()}
    whole = score(OF_STEPS, answers).indicators
    waiting = {one.no for one in whole if one.held_points is not None}
    assert held(OF_STEPS, answers, numbers) == waiting & numbers
    assert held(OF_STEPS, answers, POOL) == waiting


def _points(result: Score) -> Decimal:
    return sum((one.points for one in result.indicators if one.answered), Decimal(0))


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_the_value_is_the_exact_ratio(part: int, whole: int) -> None:
    part, whole = min(part, whole), max(part, whole)
    answer = Answer(inputs={"belum_sd": Decimal(part), "anak_7_12": Decimal(whole)})
    result = score_indicator(R2013.indicator(4), Response((answer,)))
    assert result.value == Fraction(part * 100, whole)
    assert 0 <= Fraction(result.rounded) - result.value + Fraction(1, 20) <= Fraction(1, 10)

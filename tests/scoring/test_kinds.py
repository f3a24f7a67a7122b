"""What holds for the kinds of questions that later regulations need, whatever is answered."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Answer, Indicator, Input, InputKind, Response, problems, reachable, score
from scoring.answers import parse_answers
from scoring.conditions import Comparison, Condition, Given, Operator, holds
from scoring.errors import AnswersError
from scoring.model import Instrument
from scoring.relevance import relevance, relevant_inputs
from tests.scoring.samples import instrument

KINDS = instrument("kinds")


def value(asked: Input) -> st.SearchStrategy[Given]:
    """Whatever a question can be answered with."""
    match asked.kind:
        case InputKind.CHOICE:
            return st.sampled_from([one.code for one in asked.options])
        case InputKind.CHOICES:
            codes = [one.code for one in asked.options]
            return st.sets(st.sampled_from(codes)).map(lambda ticked: tuple(sorted(ticked)))
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return st.booleans()
        case _:
            return st.integers(0, 20).map(Decimal)


def answers(indicator: Indicator) -> st.SearchStrategy[Answer]:
    """An answer with all questions, those too that are not asked."""
    fields = {one.code: value(one) for one in indicator.inputs}
    return st.fixed_dictionaries(fields).map(lambda inputs: Answer(inputs=inputs))


@st.composite
def responses(draw: st.DrawFn, rules: Instrument = KINDS) -> dict[int, Response]:
    """Answers to some of the indicators, some by two offices."""
    made = {}
    for indicator in rules:
        parts = draw(st.lists(answers(indicator), max_size=2))
        if parts:
            made[indicator.no] = Response(tuple(parts), draw(st.integers(len(parts), 2)))
    return made


@given(responses())
def test_the_points_of_every_kind_stay_within_its_ceiling(
    given_answers: dict[int, Response],
) -> None:
    result = score(KINDS, given_answers)
    for indicator in result.indicators:
        assert indicator.points is None or 0 <= indicator.points <= indicator.max_points
        assert dict(indicator.explanation.params)["max_points"] == indicator.max_points
    assert 0 <= result.total_if_closed_now <= 100
    reach = reachable(KINDS, result)
    assert all(one.gain > 0 for one in reach.steps)
    assert reach.best_total >= result.total_if_closed_now


@given(responses(), answers(KINDS.indicator(5)))
def test_toggled_there_and_back_changes_no_score(
    given_answers: dict[int, Response], other: Answer
) -> None:
    before = score(KINDS, given_answers)
    score(KINDS, given_answers | {5: Response((other,))})
    assert score(KINDS, dict(given_answers)) == before
    put_aside = score(KINDS, given_answers | {5: Response((Answer(inputs={"ada": False}),))})
    assert not put_aside.indicator(6).counts
    without = {no: one for no, one in given_answers.items() if no != 6}
    without |= {5: Response((Answer(inputs={"ada": False}),))}
    assert score(KINDS, without).total_if_closed_now == put_aside.total_if_closed_now


@given(answers(KINDS.indicator(7)), st.integers(0, 20))
def test_what_is_kept_for_a_question_that_is_not_asked_changes_nothing(
    answer: Answer, kept: int
) -> None:
    posko = KINDS.indicator(7)
    assert answer.inputs is not None
    closed = {**answer.inputs, "jam": "siang"}
    other = {**closed, "malam": Decimal(kept)}
    scored = [
        score(KINDS, {7: Response((Answer(inputs=one),))}).indicator(7).points
        for one in (closed, other, {code: closed[code] for code in ("jam", "siang")})
    ]
    assert len(set(scored)) == 1
    assert [one.code for one in relevant_inputs(posko, closed)] == ["jam", "siang"]
    assert problems(posko, Answer(inputs={"jam": "penuh", "siang": Decimal(1)}))


tests = st.builds(
    Comparison,
    st.sampled_from("abc"),
    st.sampled_from(Operator),
    st.one_of(
        st.lists(st.one_of(st.sampled_from(["x", "y"]), st.booleans()), min_size=1).map(tuple),
        st.integers(0, 3).map(lambda edge: (Decimal(edge),)),
    ),
).filter(
    lambda comparison: (
        comparison.operator in (Operator.EQUALS, Operator.ONE_OF)
        or isinstance(comparison.values[0], Decimal)
    )
)
conditions = st.builds(
    Condition,
    st.booleans(),
    st.lists(st.lists(tests, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
)
given_values = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(["x", "y"]),
    st.integers(0, 3).map(Decimal),
    st.just(("x",)),
    st.just(()),
)
looks = st.dictionaries(
    st.sampled_from("abc"), st.one_of(st.none(), st.lists(given_values, max_size=2).map(tuple))
)


Looks = dict[str, tuple[Given, ...]]


@given(conditions, looks)
def test_a_condition_can_always_be_judged(condition: Condition, known: Looks) -> None:
    assert holds(condition, lambda test: known.get(test.input, ())) in (True, False, None)


@given(conditions, looks, st.sampled_from([True, "x", Decimal(2)]))
def test_what_is_certain_stays_so_whatever_is_answered_later(
    condition: Condition, known: Looks, later: Given
) -> None:
    before = holds(condition, lambda test: known.get(test.input, ()))
    filled = {
        code: values and tuple(later if one is None else one for one in values)
        for code, values in known.items()
    }
    after = holds(condition, lambda test: filled.get(test.input, ()))
    assert before is None or before == after


@given(responses())
def test_only_what_hangs_on_others_is_judged(given_answers: dict[int, Response]) -> None:
    assert set(relevance(KINDS, given_answers)) == {
        one.no for one in KINDS if one.relevant is not None
    }


def test_how_groups_are_joined() -> None:
    comparison, other = (
        Comparison("a", Operator.EQUALS, (True,)),
        Comparison("b", Operator.EQUALS, (True,)),
    )
    for first, second in product((True, False), repeat=2):
        known: dict[str, tuple[Given, ...]] = {"a": (first,), "b": (second,)}

        def seen(
            test: Comparison, known: dict[str, tuple[Given, ...]] = known
        ) -> tuple[Given, ...]:
            return known[test.input]

        both = Condition(needs_all=True, groups=((comparison,), (other,)))
        either = Condition(needs_all=False, groups=((comparison,), (other,)))
        within = Condition(needs_all=True, groups=((comparison, other),))
        assert holds(both, seen) is (first and second)
        assert holds(either, seen) is (first or second)
        assert holds(within, seen) is (first or second)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3: {saluran: [loket, loket]}", "is no option of `saluran`"),
        ("3: {saluran: [surat]}", "is no option of `saluran`"),
        ("7: {jam: penuh, siang: 1}", "`malam` is missing"),
        ("1: {value: 5}", "a ready value is not taken here"),
        ("2: {rencana: mungkin}", "is not known for `rencana`"),
    ],
)
def test_what_an_answer_of_a_new_kind_cannot_be(text: str, reason: str) -> None:
    with pytest.raises(AnswersError, match=reason):
        parse_answers(f"answers: {{{text}}}", "answers.yaml", KINDS)


def test_several_choices_must_come_as_several() -> None:
    asked = KINDS.indicator(3)
    assert problems(asked, Answer(inputs={"saluran": "loket"}))[0].code == "unknown_option"
    assert problems(asked, Answer(inputs={"saluran": ("loket", "daring")})) == ()

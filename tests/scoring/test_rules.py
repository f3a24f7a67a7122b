"""What keeps an answer from being taken, the calculation steps of an explanation, and what comes next."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoring import (
    Absence,
    Answer,
    Basis,
    Response,
    ScoringError,
    Status,
    load_texts,
    next_step,
    problems,
    reachable,
    score,
    score_indicator,
)
from scoring.errors import REFUSALS, AnswerError
from scoring.exact import as_decimal, half_up, plain
from scoring.results import Direction
from tests.scoring.samples import HERE, instrument

R2013 = instrument("permenkumham-25-2013")
R2016 = instrument("mini-2016")
IBU = "kematian_ibu"


def given(**inputs: object) -> Answer:
    numbers = {key: Decimal(one) if type(one) is int else one for key, one in inputs.items()}
    return Answer(inputs=numbers)  # type: ignore[arg-type]


def response(answer: Answer) -> Response:
    return Response((answer,))


REFUSED: list[tuple[int, Answer, str]] = [
    (1, given(kematian_ibu=12), "missing_input"),
    (1, given(kematian_ibu=12, kelahiran_hidup=14250, lain=1), "unknown_input"),
    (1, given(kematian_ibu="dua belas", kelahiran_hidup=14250), "not_a_number"),
    (1, given(kematian_ibu=True, kelahiran_hidup=14250), "not_a_number"),
    (1, given(kematian_ibu=Decimal("NaN"), kelahiran_hidup=14250), "not_a_number"),
    (1, given(kematian_ibu=-1, kelahiran_hidup=14250), "negative"),
    (1, given(kematian_ibu=Decimal("1.5"), kelahiran_hidup=14250), "not_whole"),
    (1, given(kematian_ibu=1, kelahiran_hidup=10**15), "too_large"),
    (1, given(kematian_ibu=11, kelahiran_hidup=10), "part_above_whole"),
    (1, given(kematian_ibu=0, kelahiran_hidup=0), "whole_is_zero"),
    (3, given(vegetasi_awal=0, vegetasi_akhir=0), "whole_is_zero"),
    (8, given(volume_air=0, penduduk=0), "whole_is_zero"),
    (1, Answer(value=Decimal(-1)), "negative"),
    (1, Answer(value=Decimal("Infinity")), "not_a_number"),
    (1, Answer(value=Decimal(100001)), "value_out_of_range"),
    (3, Answer(value=Decimal("100.1")), "value_out_of_range"),
    (15, Answer(value=Decimal(1)), "ready_value_unwanted"),
]


@pytest.mark.parametrize(("no", "answer", "code"), REFUSED)
def test_refused(no: int, answer: Answer, code: str) -> None:
    assert [problem.code for problem in problems(R2013.indicator(no), answer)] == [code]
    with pytest.raises(AnswerError) as caught:
        score_indicator(R2013.indicator(no), response(answer))
    assert (caught.value.no, caught.value.problems[0].code) == (no, code)


def test_refused_choices() -> None:
    assert problems(R2016.indicator(1), given(perda="ya"))[0].code == "not_yes_no"
    assert problems(R2016.indicator(2), given(bagian="banyak"))[0].code == "unknown_option"


def test_every_refusal_has_words() -> None:
    codes = {code for _, _, code in REFUSED}
    assert codes | {"not_yes_no", "unknown_option", "ready_value_in_parts"} == set(REFUSALS)


def test_a_refusal_carries_what_a_sentence_needs() -> None:
    (problem,) = problems(R2013.indicator(1), given(kematian_ibu=11, kelahiran_hidup=10))
    assert problem.params == {
        "input": IBU,
        "name": "jumlah kematian ibu",
        "unit": "orang",
        "value": Decimal(11),
        "part": Decimal(11),
        "whole": Decimal(10),
        "whole_name": "kelahiran hidup",
        "whole_unit": "bayi",
    }


def test_half_an_answer_can_be_looked_at() -> None:
    births = R2013.indicator(1)
    assert problems(births, given(kematian_ibu=12), partial=True) == ()
    assert problems(births, given(kelahiran_hidup=0), partial=True)[0].code == "whole_is_zero"
    assert problems(births, given(kematian_ibu=-1), partial=True)[0].code == "negative"


def test_one_of_several_offices_may_have_a_whole_of_zero_but_no_ready_value() -> None:
    births = R2013.indicator(1)
    assert problems(births, given(kematian_ibu=0, kelahiran_hidup=0), parts=2) == ()
    assert problems(births, Answer(value=Decimal(84)), parts=2)[0].code == "ready_value_in_parts"


def test_more_water_than_people_is_fine() -> None:
    assert problems(R2013.indicator(8), given(volume_air=100, penduduk=1)) == ()


def test_an_absence_is_never_refused() -> None:
    assert problems(R2013.indicator(1), Answer(absence=Absence.NOT_AVAILABLE)) == ()


@pytest.mark.parametrize("fields", [{}, {"value": Decimal(1), "absence": Absence.NOT_AVAILABLE}])
def test_an_answer_is_exactly_one_thing(fields: Any) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Answer(**fields)


def test_the_steps_of_a_ratio() -> None:
    result = score_indicator(
        R2013.indicator(1), response(given(kematian_ibu=12, kelahiran_hidup=14250))
    )
    assert result.value == Fraction(12 * 100000, 14250)
    assert result.explanation.code == "ratio"
    assert result.explanation.params == {
        "unit": "per 100.000 kelahiran hidup",
        "value": Decimal("84.210526"),
        "value_is_exact": False,
        "rounded": Decimal(84),
        "precision": 0,
        "band": "≤ 110",
        "points": Decimal(10),
        "max_points": Decimal(10),
        "in_hole": False,
        "source": "Lampiran Permenkumham 11/2013 sebagaimana diubah dengan Permenkumham 25/2013, "
        "hak hidup, angka kematian ibu",
        "status": Status.CONFIRMED,
        "doubts": (),
        "parts_given": 1,
        "parts_expected": 1,
        "provisional": False,
        "absences": (),
        "steps_before": (),
        "factor": Decimal(100000),
        "numerator": Decimal(12),
        "numerator_name": "jumlah kematian ibu",
        "numerator_unit": "orang",
        "denominator": Decimal(14250),
        "denominator_name": "kelahiran hidup",
        "denominator_unit": "bayi",
    }


def test_the_steps_of_a_loss() -> None:
    answer = given(vegetasi_awal=250, vegetasi_akhir=246)
    params = score_indicator(R2013.indicator(3), response(answer)).explanation.params
    steps = {key: params[key] for key in ("before", "after", "factor", "value", "gain", "band")}
    assert steps == {
        "before": Decimal(250),
        "after": Decimal(246),
        "factor": Decimal(100),
        "value": Decimal("1.6"),
        "gain": False,
        "band": "> 1–2",
    }


def test_the_steps_of_counts_and_options() -> None:
    count = score_indicator(R2013.indicator(15), response(given(demonstrasi_anarkis=1))).explanation
    assert count.params["input_name"] == "demonstrasi yang anarkis"
    choice = score_indicator(R2016.indicator(2), response(given(bagian="sebagian"))).explanation
    assert (choice.params["chosen"], choice.params["label"]) == ("sebagian", "5–10 %")
    yes = score_indicator(R2016.indicator(1), response(given(perda=True))).explanation
    assert (yes.params["chosen"], yes.params["label"]) == (True, None)


def test_the_doubts_are_told() -> None:
    hole = score_indicator(R2013.indicator(6), response(Answer(value=Decimal(50))))
    assert hole.basis is Basis.GAP
    assert hole.source.status is Status.CONFIRMED
    assert hole.unconfirmed
    assert hole.explanation.params["status"] is Status.PROPOSED
    assert hole.explanation.params["doubts"] == (R2013.settings.hole.text,)


def test_an_unknown_indicator() -> None:
    with pytest.raises(ScoringError) as caught:
        score(R2013, {18: Response(())})
    assert (caught.value.code, caught.value.params) == ("unknown_indicator", {"no": 18})


def test_looking_up() -> None:
    result = score(R2013, {})
    assert result.indicator(17).no == 17
    assert result.right("hidup").code == R2013.right("hidup").code
    assert R2013.indicator(1).input(IBU).unit == "orang"
    for lookup in (
        lambda: result.indicator(18),
        lambda: result.right("x"),
        lambda: R2013.indicator(18),
        lambda: R2013.right("x"),
        lambda: R2013.indicator(1).input("x"),
    ):
        with pytest.raises(KeyError):
            lookup()


def test_a_hole_where_lower_is_better_takes_the_worse_neighbour() -> None:
    base = {
        path.name: path.read_text(encoding="utf-8") for path in (HERE / "bad" / "base").iterdir()
    }
    text = base["hidup.yaml"].replace("111–140", "113–140")
    base["hidup.yaml"] = text.replace("    bands:", '    holes: ["111–112"]\n    bands:')
    (indicator, *_) = load_texts(base)
    result = score_indicator(indicator, response(Answer(value=Decimal("111.5"))))
    assert (result.basis, result.rounded, result.points) == (Basis.GAP, 112, 8)
    step = next_step(indicator, result)
    assert step is not None
    assert (step.points_next, step.threshold) == (10, 110)


# What is still within reach


def test_the_next_band_of_an_answer() -> None:
    result = score(
        R2013, {1: response(Answer(value=Decimal(150))), 6: response(Answer(value=Decimal(50)))}
    )
    steps = {step.no: step for step in reachable(R2013, result).steps}
    ibu, abk, open_one = steps[1], steps[6], steps[16]
    assert (ibu.points_now, ibu.points_next, ibu.gain) == (6, 8, 2)
    assert (ibu.threshold, ibu.direction) == (R2013.indicator(1).bands[1].upper, Direction.AT_MOST)
    assert (abk.points_now, abk.points_next) == (0, 2)
    assert (abk.threshold, abk.direction) == (51, Direction.AT_LEAST)
    assert (open_one.points_now, open_one.gain, open_one.threshold) == (0, 10, 30)


def test_the_steps_that_bring_most_come_first() -> None:
    result = score(
        R2013, {1: response(Answer(value=Decimal(150))), 2: response(Answer(value=Decimal(5)))}
    )
    gains = [(step.gain, step.no) for step in reachable(R2013, result).steps]
    assert gains == [*((10, no) for no in range(3, 18)), (2, 1)]


def test_nothing_to_gain_at_the_top_or_where_it_does_not_apply() -> None:
    top = score_indicator(R2013.indicator(1), response(Answer(value=Decimal(1))))
    off = score_indicator(
        R2013.indicator(1), response(Answer(absence=Absence.NOT_APPLICABLE, accepted=True))
    )
    assert next_step(R2013.indicator(1), top) is None
    assert next_step(R2013.indicator(1), off) is None


def test_a_provisional_value_has_all_its_points_to_gain() -> None:
    half = Response((given(kematian_ibu=1, kelahiran_hidup=1000),), expected=2)
    step = next_step(R2013.indicator(1), score_indicator(R2013.indicator(1), half))
    assert step is not None
    assert (step.points_now, step.points_next, step.threshold) == (0, 10, 110)


def test_strict_edges_and_options() -> None:
    def step(no: int, answer: Answer) -> Any:
        return next_step(
            R2016.indicator(no), score_indicator(R2016.indicator(no), response(answer))
        )

    rate = step(3, given(rasio=1))
    assert (rate.points_next, rate.threshold, rate.direction) == (3, 1, Direction.ABOVE)
    share = step(4, given(kurang_gizi=15, balita=100))
    assert (share.points_next, share.threshold, share.direction) == (20, 10, Direction.BELOW)
    count = step(5, given(putus=50))
    assert (count.threshold, count.direction) == (9, Direction.AT_MOST)
    option = step(2, given(bagian="kurang"))
    assert (option.points_next, option.threshold, option.direction) == (2, None, None)
    assert step(1, given(perda=False)).gain == 5
    assert step(1, given(perda=True)) is None
    unanswered = next_step(R2016.indicator(2), score_indicator(R2016.indicator(2), None))
    assert unanswered is not None
    assert unanswered.points_next == 4


def test_the_next_rating() -> None:
    nothing = reachable(R2013, score(R2013, {}))
    assert nothing.next_rating is not None
    assert (nothing.next_rating.code, nothing.points_missing) == ("peduli", Decimal("76.00"))
    assert nothing.best_total == Decimal("100.00")
    worst = reachable(R2013, score(R2013, {1: response(Answer(value=Decimal(300)))}))
    assert worst.best_total == Decimal("94.12")
    low = {no: response(given(perda=True)) for no in (1, 6)}
    after = reachable(R2016, score(R2016, low))
    assert after.next_rating is not None
    assert after.next_rating.code == "mulai-peduli"


def test_at_the_top_there_is_no_next_rating() -> None:
    off = Response((Answer(absence=Absence.NOT_APPLICABLE, accepted=True),))
    answers = dict.fromkeys(range(2, 18), off) | {1: response(Answer(value=Decimal(1)))}
    reach = reachable(R2013, score(R2013, answers))
    assert (reach.steps, reach.next_rating, reach.points_missing) == ((), None, None)
    nothing = reachable(R2013, score(R2013, dict.fromkeys(range(1, 18), off)))
    assert nothing.best_total == Decimal("0.00")


# Numbers


def test_half_up() -> None:
    assert [half_up(Fraction(one), 1) for one in ("5.05", "5.04", "0", "5.95")] == [
        Decimal("5.1"),
        Decimal("5.0"),
        Decimal("0.0"),
        Decimal("6.0"),
    ]
    huge = Fraction(10**40 + 1, 2)
    assert half_up(huge, 0) == 5 * 10**39 + 1  # beyond the 28 digits of a Decimal context


def test_as_decimal() -> None:
    assert as_decimal(Fraction(1, 8)) == (Decimal("0.125"), True)
    assert as_decimal(Fraction(2, 3)) == (Decimal("0.666667"), False)
    assert plain(Decimal("1E+2")) == "100"

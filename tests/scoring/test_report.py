"""The JSON that others script against, and what of a score waits for earlier steps."""

from decimal import Decimal

from scoring import Answer, Basis, IndicatorScore, Response, reachable, score
from scoring.model import Indicator
from scoring.report import report
from tests.scoring.samples import instrument

KINDS = instrument("kinds")


def yes_to(no: int, code: str) -> dict[int, Response]:
    return {no: Response((Answer(inputs={code: True}),))}


def sentence(indicator: Indicator, scored: IndicatorScore) -> str:
    return f"{indicator.no} {scored.basis}"


def test_every_indicator_and_component_is_there_by_its_code() -> None:
    result = score(KINDS, yes_to(9, "perda"))
    made = report(KINDS, result, sentence)
    right = next(one for one in made["rights"] if one["components"])
    assert right["components"][0] == {
        "code": "struktur",
        "ceiling": "10",
        "total": "10.00",
        "total_if_closed_now": "10.00",
    }
    row = next(one for one in made["indicators"] if one["no"] == 9)
    assert (row["code"], row["points"], row["max"]) == ("perda", "10", "10")
    assert (row["basis"], row["explanation"]) == ("option", "9 option")
    assert row["status"] == "confirmed"


def test_what_waits_for_an_earlier_step_says_for_which_and_has_no_points() -> None:
    held = score(KINDS, yes_to(12, "layanan")).indicator(12)
    assert (held.points, held.held_points) == (0, 10)
    params = held.explanation.params
    assert (params["points"], params["would"]) == (0, 10)
    assert params["waiting_for"]


def test_any_point_of_an_earlier_part_is_enough_where_no_least_is_named() -> None:
    before = yes_to(10, "anggaran")
    assert score(KINDS, before).indicator(10).points == 0
    assert score(KINDS, before | yes_to(9, "perda")).indicator(10).points == 2


def test_the_next_rating_is_as_far_as_its_least_points_are_above_the_total() -> None:
    result = score(KINDS, yes_to(9, "perda"))
    reach = reachable(KINDS, result)
    assert reach.next_rating is not None
    assert reach.points_missing == reach.next_rating.minimum - result.total_if_closed_now
    assert result.total_if_closed_now > Decimal(0)


def test_what_no_office_owes_is_put_aside_before_the_question_it_hangs_on_is_answered() -> None:
    hanging = next(one for one in KINDS if one.relevant is not None)
    nobody = score(KINDS, {hanging.no: Response((), expected=0)}).indicator(hanging.no)
    assert nobody.basis is Basis.IRRELEVANT
    assert score(KINDS, {}).indicator(hanging.no).basis is Basis.UNANSWERED

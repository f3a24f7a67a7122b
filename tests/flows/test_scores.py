"""A score that was worked out before is not worked out again, and is never another answer's."""

from __future__ import annotations

from decimal import Decimal

from flows.model.scores import score_of
from scoring import Answer, Response, load_bundled
from scoring.relevance import relevant_inputs
from scoring.replacing import replace
from tests.flows.world import World

INDICATOR = load_bundled("permenkumham-25-2013").indicator(1)
GIVEN = {"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14_250)}


def response(*answers: Answer) -> Response:
    return Response(answers)


def test_the_same_figures_in_another_order_have_the_same_score() -> None:
    first = Answer(inputs=GIVEN)
    second = Answer(inputs=dict(reversed(GIVEN.items())))
    assert hash(first) == hash(second)
    assert score_of(INDICATOR, response(first)) is score_of(INDICATOR, response(second))


def test_other_figures_and_other_criteria_have_scores_of_their_own() -> None:
    given = response(Answer(inputs=GIVEN))
    more = response(Answer(inputs={**GIVEN, "kematian_ibu": Decimal(100)}))
    stricter = replace(INDICATOR, bands=INDICATOR.bands[-1:])
    assert hash(stricter) == hash(INDICATOR)
    points = {score_of(INDICATOR, given).points, score_of(stricter, given).points}
    assert len(points) == 2
    assert score_of(INDICATOR, more).value != score_of(INDICATOR, given).value
    absent = response(Answer(value=Decimal(84)))
    assert score_of(INDICATOR, absent).ready_value


def test_what_was_shown_for_confirmation_is_saved_without_working_it_out_again() -> None:
    world = World({"kesehatan": [1, 2, 13]})
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.type("Siti", "13 dari 14.251")
    before = score_of.cache_info().misses
    world.press("Siti", "✅ Simpan")
    assert score_of.cache_info().misses == before


def test_questions_that_hang_on_none_are_all_asked() -> None:
    assert not INDICATOR.is_branched
    assert relevant_inputs(INDICATOR, {}) is INDICATOR.inputs

"""ANSWERS.yaml: what is read, and every refusal with its line (bad-answers.yaml)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scoring import Absence, Answer, AnswersError, Response
from scoring.answers import parse_answers, read_answers
from tests.scoring.samples import instrument
from tests.support.yaml_texts import parsed

CASES = parsed((Path(__file__).parent / "bad-answers.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_refused(case: Any) -> None:
    regulation = instrument(case.get("instrument", "permenkumham-25-2013"))
    with pytest.raises(AnswersError) as caught:
        parse_answers(case["text"], "answers.yaml", regulation)
    assert [str(problem) for problem in caught.value.problems] == case["expect"]


def test_read(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(
        "answers:\n"
        "  1: {kematian_ibu: 12, kelahiran_hidup: 14250}\n"
        "  2: {value: 8.5}\n"
        "  3: {absence: not_applicable, accepted: true}\n"
        "  4: {parts: [{absence: not_available}], expected: 2}\n",
        encoding="utf-8",
    )
    assert read_answers(file, instrument("permenkumham-25-2013")) == {
        1: Response((Answer({"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14250)}),)),
        2: Response((Answer(value=Decimal("8.5")),)),
        3: Response((Answer(absence=Absence.NOT_APPLICABLE, accepted=True),)),
        4: Response((Answer(absence=Absence.NOT_AVAILABLE),), expected=2),
    }


def test_not_text(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(AnswersError, match="not_utf8"):
        read_answers(file, instrument("permenkumham-25-2013"))


def test_a_value_is_the_figure_of_an_indicator_that_is_one() -> None:
    text = "answers:\n  15: {parts: [{value: 3}, {demonstrasi_anarkis: 4}], expected: 2}\n"
    assert parse_answers(text, "a.yaml", instrument("permenkumham-25-2013")) == {
        15: Response(
            (
                Answer({"demonstrasi_anarkis": Decimal(3)}),
                Answer({"demonstrasi_anarkis": Decimal(4)}),
            ),
            expected=2,
        )
    }

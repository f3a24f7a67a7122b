"""Situations that a lawyer can read: answers in, points and totals out (situations/*.yaml)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.answers import parse_answers
from scoring.report import report
from scoring.score import score
from tests.scoring.samples import instrument
from tests.support.tables import each_row
from tests.support.yaml_texts import parsed

HERE = Path(__file__).parent / "situations"


def situations() -> list[Any]:
    params = []
    for path in sorted(HERE.glob("*.yaml")):
        data = parsed(path.read_text(encoding="utf-8"))
        params += [
            pytest.param(data["instrument"], one, id=f"{path.stem}: {one['name']}")
            for one in data.get("situations", [])
        ]
    return params


def edges() -> list[tuple[int, str, int]]:
    data = parsed((HERE / "edges.yaml").read_text(encoding="utf-8"))
    return [
        (no, value, points)
        for no, values in data["edges"].items()
        for value, points in values.items()
    ]


def scored(code: str, answers: Any) -> dict[str, Any]:
    regulation = instrument(code)
    text = yaml.safe_dump({"answers": answers}, allow_unicode=True)
    result = score(regulation, parse_answers(text, "answers.yaml", regulation))
    return report(regulation, result, lambda _, indicator_score: indicator_score.explanation.code)


@pytest.mark.parametrize(("code", "situation"), situations())
def test_situation(code: str, situation: Any) -> None:
    result = scored(code, situation["answers"])
    expected = situation["expect"]
    by_no = {one["no"]: one for one in result["indicators"]}
    by_right = {one["code"]: one for one in result["rights"]}
    for no, wanted in expected.pop("indicators", {}).items():
        assert {key: by_no[no][key] for key in wanted} == wanted
    for right, wanted in expected.pop("rights", {}).items():
        assert {key: by_right[right][key] for key in wanted} == wanted
    for right, wanted in expected.pop("components", {}).items():
        assert {one["code"]: one["total"] for one in by_right[right]["components"]} == wanted
    assert {key: result[key] for key in expected} == expected


@each_row(("no", "value", "points"), edges())
def test_edge(no: int, value: str, points: int) -> None:
    given = {"demonstrasi_anarkis": int(value)} if no == 15 else {"value": value}
    text = f"answers: {{{no}: {{{', '.join(f'{key}: {one}' for key, one in given.items())}}}}}"
    regulation = instrument("permenkumham-25-2013")
    result = score(regulation, parse_answers(text, "answers.yaml", regulation))
    assert result.indicator(no).points == points

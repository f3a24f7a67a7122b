"""What coordination agrees upon: laid over the regulation, scored by, and taken back."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Answer, Instrument, Response, Status, load_texts, score
from scoring.amending import AgreementOccasion
from scoring.amending import amended as amend
from scoring.effect import compare
from scoring.load import BUNDLED, Loaded, read_texts
from scoring.source import read_directory

FOLDER = BUNDLED / "permenkumham-25-2013"
BASE = read_directory(FOLDER)
PRINTED = load_texts(BASE)
EVERYTHING = [{"indicator": no} for no in range(1, 18)]
SOURCE = "Kesepakatan rapat koordinasi di Jakarta, 2 Maret 2017"


def meeting(*changes: Mapping[str, object]) -> dict[str, object]:
    return {"date": "2017-03-02", "place": "Jakarta", "source": SOURCE, "changes": list(changes)}


def read(*meetings: dict[str, object]) -> Loaded:
    text = yaml.safe_dump({"agreements": list(meetings)}, allow_unicode=True, sort_keys=False)
    return read_texts({**BASE, "agreements.yaml": text})


def amended(*meetings: dict[str, object]) -> Instrument:
    loaded = read(*meetings)
    assert loaded.instrument is not None, [str(problem) for problem in loaded.problems]
    return loaded.instrument


def rows(*ranges: str) -> list[dict[str, object]]:
    return [
        {"points": points, "range": text}
        for points, text in zip((10, 8, 6, 4, 2, 0), ranges, strict=True)
    ]


RANGES = ("≤ 12", "12,1–22", "22,1–32", "32,1–42", "42,1–52", "> 52")
HOUSES = rows(*RANGES)
CHANGED_HOUSES = {
    "indicator": 9,
    "bands": HOUSES,
    "example": "11 % berada pada rentang ≤ 12, poin 10.",
    "owner": "Dinas Perumahan",
}


def settled(instrument: Instrument, no: int) -> set[Status]:
    return {source.status for source in instrument.indicator(no).sources}


def test_bands_that_were_agreed_are_scored_by_and_no_longer_a_simulation() -> None:
    before, after = PRINTED, amended(meeting(CHANGED_HOUSES))
    answers = {9: Response(parts=(Answer(value=Decimal("11")),))}
    was, now = score(before, answers), score(after, answers)
    assert (was.indicators[8].points, was.simulation) == (8, True)
    assert (now.indicators[8].points, now.simulation) == (10, False)
    assert settled(after, 9) == {Status.AGREED}
    assert after.indicator(9).bands[0].source.text == SOURCE
    assert after.indicator(9).owner == "Dinas Perumahan"
    assert after.indicator(9).guidance.example.startswith("11 %")
    assert after.indicator(9).guidance.meaning == before.indicator(9).guidance.meaning
    assert after.hash != before.hash


def test_an_example_loses_what_was_read_from_bands_that_hold_no_more() -> None:
    change = {"indicator": 9, "bands": HOUSES}
    assert (
        amended(meeting(change)).indicator(9).guidance.example == "4.650 ÷ 30.000 × 100 = 15,5 %."
    )
    coarse = {"indicator": 1, "precision": 1, "bands": rows("≤ 110", "110,1–140", "140,1–170",
        "170,1–200", "200,1–229", "> 229")}  # fmt: skip
    assert (
        amended(meeting(coarse)).indicator(1).guidance.example == "12 ÷ 14.250 × 100.000 = 84,21."
    )
    bare = meeting({**CHANGED_HOUSES, "example": "≤ 12, poin 10."})
    after = amended(bare, meeting({**change, "bands": rows("≤ 9", "9,1–22", *RANGES[2:])}))
    assert after.indicator(9).guidance.example == ""


def test_what_is_agreed_as_it_stands_keeps_its_figures_and_those_read_in_the_annex() -> None:
    before = PRINTED
    after = amended(meeting({"indicator": 10}, {"indicator": 8}, {"setting": "rounding"}))
    assert [band.printed for band in after.indicator(10).bands] == [
        band.printed for band in before.indicator(10).bands
    ]
    assert settled(after, 10) == {Status.AGREED}
    printed = {band.points: band.source.status for band in after.indicator(8).bands}
    assert (printed[Decimal(10)], printed[Decimal(0)]) == (Status.CONFIRMED, Status.AGREED)
    assert after.settings.rounding.status is Status.AGREED
    assert after.settings.nihil.status is Status.PROPOSED


def test_a_figure_that_was_read_in_the_annex_is_confirmed_with_its_source() -> None:
    stands = {"status": "confirmed", "source": "Lampiran, halaman 12"}
    after = amended(meeting({**CHANGED_HOUSES, **stands}))
    assert settled(after, 9) == {Status.CONFIRMED}
    assert after.indicator(9).bands[0].source.text == "Lampiran, halaman 12"


def test_an_indicator_that_is_left_out_leaves_the_divisor_keeps_its_answer_and_comes_back() -> None:
    left = meeting({"indicator": 3, "left_out": "Tidak dinilai pada putaran ini"})
    given_ = {
        1: Response(parts=(Answer(value=Decimal(100)),)),
        3: Response(parts=(Answer(value=Decimal(5)),)),
    }
    without = amended(left)
    back = amended(left, meeting({"indicator": 3, "left_out": "false"}))
    assert score(PRINTED, given_).total == Decimal("50.00")
    out = score(without, given_)
    assert (out.total, out.counted, out.simulation) == (Decimal("100.00"), 16, False)
    assert out.indicators[2].explanation.code == "left_out"
    assert without.indicator(3).left_out is not None
    assert without.indicator(3).left_out.text == "Tidak dinilai pada putaran ini"
    assert score(back, given_).total == Decimal("50.00")


def test_a_rating_and_the_way_to_the_total_can_be_agreed() -> None:
    after = amended(
        meeting({"rating": "peduli", "minimum": 75}, {"aggregation": "true"}),
        meeting({"rating": "belum-memenuhi"}),
    )
    assert [(rating.minimum, rating.source.status) for rating in after.ratings] == [
        (75, Status.AGREED),
        (0, Status.AGREED),
    ]
    assert after.aggregation.source.status is Status.AGREED
    assert [agreement.subjects for agreement in after.agreements] == [
        ("rating peduli", "aggregation"),
        ("rating belum-memenuhi",),
    ]
    assert after.agreements[0].place == "Jakarta"


def test_the_version_before_is_what_remains_without_the_last_agreement() -> None:
    first, second = meeting(CHANGED_HOUSES), meeting({"indicator": 9, "precision": 0,
        "bands": rows("≤ 5", "6–10", "11–15", "16–20", "21–25", "> 25"), "example": "4 %: 10"})  # fmt: skip
    assert amended(first, second).indicator(9).bands[0].printed == "≤ 5"
    assert amended(first).indicator(9).bands[0].printed == "≤ 12"
    assert PRINTED.indicator(9).bands[0].printed == "≤ 10"


def test_faults_name_the_line_of_the_agreement() -> None:
    broken = rows("≤ 12", "12,1–22", "22,1–32", "32,1–42", "42,1–52", "53")
    loaded = read(meeting({"indicator": 9, "bands": broken}))
    assert loaded.instrument is None
    assert [(problem.code, problem.file) for problem in loaded.problems] == [
        ("band_hole", "agreements.yaml"),
        ("band_open_end", "agreements.yaml"),
    ]


def test_holes_of_the_old_bands_end_with_them() -> None:
    whole = rows("≥ 91", "81–90", "71–80", "61–70", "51–60", "< 51")
    after = amended(meeting({"indicator": 6, "bands": whole, "example": "95 %: 10"}))
    assert PRINTED.indicator(6).gaps
    assert after.indicator(6).gaps == ()


AGREED_AS_IS = amended(meeting(*EVERYTHING))
figures = st.decimals(min_value=0, max_value=100, places=1)


@settings(max_examples=40, deadline=None)
@given(values=st.dictionaries(st.integers(1, 17), figures))
def test_an_agreement_that_changes_nothing_changes_no_score(values: dict[int, Decimal]) -> None:
    answers = {
        no: Response(parts=(Answer(value=value),))
        for no, value in values.items()
        if PRINTED.indicator(no).accepts_value
    }
    effect = compare(PRINTED, AGREED_AS_IS, answers)
    assert effect.changed == ()
    assert (effect.difference, effect.changes_rating) == (0, False)
    assert effect.before.total == effect.after.total
    assert not effect.after.simulation or any(
        scored.in_hole or scored.rounded != scored.value for scored in effect.after.indicators
    )


def test_the_effect_says_who_would_gain() -> None:
    answers = {
        9: Response(parts=(Answer(value=Decimal("11")),)),
        10: Response(parts=(Answer(value=Decimal("1")),)),
    }
    effect = compare(PRINTED, amended(meeting(CHANGED_HOUSES)), answers)
    assert [(was.no, was.points, now.points) for was, now in effect.changed] == [(9, 8, 10)]
    assert effect.difference == Decimal("1.17")
    assert not effect.changes_rating


def test_a_folder_with_agreements_is_read_from_disk(tmp_path: Path) -> None:
    from scoring import load_directory

    for name, text in BASE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    text = yaml.safe_dump({"agreements": [meeting(CHANGED_HOUSES)]}, allow_unicode=True)
    (tmp_path / "agreements.yaml").write_text(text, encoding="utf-8")
    assert load_directory(tmp_path).agreements[0].source == SOURCE


def test_an_agreement_more_is_written_behind_those_before_and_read_at_once() -> None:
    occasion = AgreementOccasion("2017-03-02", "Jakarta", SOURCE)
    first = amend(BASE, occasion, [{"indicator": 9, "bands": HOUSES}])
    second = amend(first.files, occasion, [{"rating": "peduli", "minimum": 75}])
    assert first.instrument is not None
    assert second.instrument is not None
    assert first.instrument.indicator(9).bands[0].printed == "≤ 12"
    assert [len(one.agreements) for one in (first.instrument, second.instrument)] == [1, 2]
    assert second.instrument.ratings[0].minimum == 75
    assert second.instrument == load_texts(second.files)
    assert dict(BASE) == read_directory(FOLDER), "nothing was changed by asking"


def test_what_the_loader_refuses_makes_no_version_and_says_why() -> None:
    occasion = AgreementOccasion("2017-03-02", "Jakarta", SOURCE)
    refused = amend(BASE, occasion, [{"indicator": 9, "bands": rows("≤ 12", *RANGES[2:], "x")}])
    assert refused.instrument is None
    assert {problem.code for problem in refused.problems} >= {"bad_range"}

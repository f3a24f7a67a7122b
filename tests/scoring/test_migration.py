"""A map from an old instrument to a new one, in what two indicators differ, and what is offered of last year."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from scoring import Absence, Answer, Instrument, InstrumentError, load_texts
from scoring.migration import Difference, Kind, MapLine, Migration, differences, offered, read_map
from scoring.source import read_directory

FILES = read_directory(Path(__file__).parent / "instruments" / "mini-2016")
OLD = load_texts(FILES)


def changed(*edits: tuple[str, str]) -> Instrument:
    """Return the instrument with these texts replaced, each of which must be there."""
    files = dict(FILES)
    for before, after in edits:
        assert any(before in text for text in files.values()), before
        files = {name: text.replace(before, after) for name, text in files.items()}
    return load_texts(files)


NEW = changed(
    ("code: mini-2016", "code: mini-2020"),
    ("{code: balita, kind: count, name: balita,", "{code: jumlah_balita, kind: count, name: Balita ,"),
    ("denominator: balita", "denominator: jumlah_balita"),
    ("code: penuh,", "code: cukup,"),
    ("name: anak putus sekolah, question", "name: murid putus sekolah, question"),
    ('{code: putus, kind: count', '{code: murid, kind: count'),
    ("kind: count, input: putus", "kind: count, input: murid"),
)  # fmt: skip


def everything(**kinds: str) -> str:
    """Return a map as YAML: all the same but for these lines."""
    lines = [
        kinds.get(f"line{no}", f"- {{kind: same, old: [{no}], new: [{no}]}}") for no in range(1, 7)
    ]
    return "old: mini-2016\nnew: mini-2020\nchanges:\n" + "\n".join(filter(None, lines)) + "\n"


def faults(text: str) -> list[str]:
    with pytest.raises(InstrumentError) as caught:
        read_map(text, "m.yaml", OLD, NEW)
    return [str(one) for one in caught.value.problems]


SAME = read_map(everything(), "m.yaml", OLD, NEW)
Given = Mapping[int, Answer]


def test_a_map_is_read() -> None:
    text = everything(
        line1="- {kind: merged, old: [1, 6], new: [1]}",
        line2="- {kind: dropped, old: [2]}",
        line3="- {kind: split, old: [3], new: [2, 3]}",
        line4="- {kind: renamed, old: [4], new: [4]}",
        line6="- {kind: new, new: [6]}",
    )
    assert read_map(text, "m.yaml", OLD, NEW).changes == (
        MapLine(Kind.MERGED, (1, 6), (1,)),
        MapLine(Kind.DROPPED, (2,), ()),
        MapLine(Kind.SPLIT, (3,), (2, 3)),
        MapLine(Kind.RENAMED, (4,), (4,)),
        MapLine(Kind.SAME, (5,), (5,)),
        MapLine(Kind.NEW, (), (6,)),
    )


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (everything(line1="- {kind: merged, old: [1], new: [1]}"),
         ["map_shape [m.yaml:4] “merged” with 1 under `old`. Give two or more, or another kind."]),
        (everything(line1="- {kind: dropped, old: [1], new: [1]}"),
         ["map_shape [m.yaml:4] “dropped” with 1 under `new`. Give 0, or another kind."]),
        (everything(line2="- {kind: same, old: [1], new: [2]}"),
         ["map_twice [m.yaml:5] Indicator 1 stands twice under `old`. Keep it once.",
          "map_missing [m.yaml:4] Nothing is said of 2 under `old`. Say what became of each: same, renamed, merged,"
          " split, dropped, new."]),
        (everything(line2="- {kind: same, old: [2], new: [27]}"),
         ["unknown_indicator [m.yaml:5] There is no indicator 27. Known: 1, 2, 3, 4, 5, 6. Did you mean `2`?",
          "map_missing [m.yaml:4] Nothing is said of 2 under `new`. Say what became of each: same, renamed, merged,"
          " split, dropped, new."]),
        (everything(line2="- {kind: same, old: [dua], new: [2]}"),
         ["bad_number [m.yaml:5] `dua` is not the number of an indicator. Write plain digits, with a point before"
          " decimals: 1250 or 12.5.",
          "map_shape [m.yaml:5] “same” with 0 under `old`. Give 1, or another kind.",
          "map_missing [m.yaml:4] Nothing is said of 2 under `old`. Say what became of each: same, renamed, merged,"
          " split, dropped, new."]),
        (everything().replace("new: mini-2020", "new: mini-2021"),
         ["unknown_word [m.yaml:2] `mini-2021` is not known for `new`. Allowed: mini-2020. Did you mean `mini-2020`?"]),
    ],
)  # fmt: skip
def test_a_map_that_does_not_fit_is_told(text: str, problems: list[str]) -> None:
    assert faults(text) == problems


DIFFERENT = [
    (1, ("points_yes: 5", "points_yes: 6"), Difference.BANDS),
    (2, ("points: 4,", "points: 5,"), Difference.OPTIONS),
    (3, ("unit: per 1.000 penduduk", "unit: per 100 penduduk"), Difference.UNIT),
    (4, ("factor: 100,", "factor: 1000,"), Difference.RULE),
    (4, ('range: "< 10"', 'range: "< 9"'), Difference.BANDS),
    (5, ("unit: anak}", "unit: murid}"), Difference.INPUTS),
    (5, ("owner: Dinas pendidikan", "owner: Bappeda"), Difference.OWNER),
    (5, ("evidence: []", "evidence: [{title: A, signer: B, period: C, signature: true, stamp: true}]"),
     Difference.EVIDENCE),
]  # fmt: skip


@pytest.mark.parametrize(("no", "edit", "kind"), DIFFERENT)
def test_a_difference_is_seen(no: int, edit: tuple[str, str], kind: Difference) -> None:
    edits = [edit]
    if edit[0] == 'range: "< 10"':
        edits = [
            ('points: 20, range: "< 10"', 'points: 20, range: "< 9"'),
            ('"10–< 20"', '"9–< 20"'),
        ]
    assert differences(OLD.indicator(no), changed(*edits).indicator(no)) == (kind,)


def test_names_and_codes_are_no_difference() -> None:
    assert differences(OLD.indicator(4), NEW.indicator(4)) == ()
    assert [differences(one, one) for one in OLD] == [()] * 6


def test_figures_are_offered_where_the_question_is_the_same() -> None:
    given: Given = {
        1: Answer(inputs={"perda": True}),
        2: Answer(inputs={"bagian": "sebagian"}),
        4: Answer(inputs={"kurang_gizi": Decimal(3), "balita": Decimal(90)}),
    }
    offers = offered(SAME, OLD, NEW, given)
    assert set(offers) == {1, 2, 4}
    assert offers[1][0].inputs == {"perda": True}
    assert offers[2][0].inputs == {"bagian": "sebagian"}
    assert offers[4][0].inputs == {"kurang_gizi": 3, "jumlah_balita": 90}  # by its name
    assert offers[4][0].missing == ()


def test_what_is_no_answer_any_more_is_not_offered() -> None:
    given: Given = {
        2: Answer(inputs={"bagian": "penuh"}),  # the option is gone
        3: Answer(absence=Absence.NOT_AVAILABLE),
        5: Answer(inputs={"putus": Decimal(4)}),  # neither code nor name is there
    }
    assert offered(SAME, OLD, NEW, given) == {}


def test_a_part_of_the_figures_says_what_is_missing() -> None:
    new = changed(
        ("{code: balita, kind: count, name: balita,", "{code: balita, kind: amount, name: balita,")
    )
    given: Given = {4: Answer(inputs={"kurang_gizi": Decimal(3), "balita": Decimal(90)})}
    offer = offered(SAME, OLD, new, given)[4][0]
    assert (offer.inputs, offer.missing) == ({"kurang_gizi": 3}, ("balita",))


def test_a_ready_value_is_offered_where_it_is_worked_out_as_before() -> None:
    given: Given = {4: Answer(value=Decimal("3.3"))}
    offer = offered(SAME, OLD, NEW, given)[4][0]
    assert (offer.value, offer.inputs, offer.missing) == (Decimal("3.3"), {}, ())
    assert offered(SAME, OLD, changed(("factor: 100,", "factor: 1000,")), given) == {}


def test_merged_and_split_indicators_offer_what_they_share() -> None:
    given: Given = {1: Answer(inputs={"perda": True}), 6: Answer(inputs={"perda": False})}
    merged = Migration("a", "b", (MapLine(Kind.MERGED, (1, 6), (6,)),))
    assert [
        (one.old, one.new, dict(one.inputs)) for one in offered(merged, OLD, NEW, given)[6]
    ] == [
        (1, 6, {"perda": True}),
        (6, 6, {"perda": False}),
    ]
    split = Migration("a", "b", (MapLine(Kind.SPLIT, (1,), (1, 2)), MapLine(Kind.NEW, (), (3,))))
    assert set(offered(split, OLD, NEW, given)) == {1}

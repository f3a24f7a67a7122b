"""The questions of an instrument are a form that pyxform takes without a warning."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from bot.instruments.condition_expressions import input_name
from bot.instruments.xlsform import as_xlsform
from scoring.load import BUNDLED, load_directory, load_texts
from scoring.source import read_directory

HERE = Path(__file__).parents[1] / "scoring" / "instruments"
FOLDERS = [
    BUNDLED / "permenkumham-25-2013",
    HERE / "mini-2016",
    HERE / "skeleton-2016",
    HERE / "kinds",
]


def rows(content: bytes, sheet: str) -> list[dict[str, str]]:
    """Return the rows of a sheet by heading."""
    head, *below = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    return [
        {str(key): str(value) for key, value in zip(head, row, strict=True) if value is not None}
        for row in below
    ]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_pyxform_takes_the_form_without_a_warning(folder: Path) -> None:
    from pyxform.xls2xform import convert  # slow to import

    rules = load_directory(folder)
    warnings: list[str] = []
    made = convert(as_xlsform(rules), warnings=warnings, validate=False, file_type=".xlsx")
    assert warnings == []
    for indicator in rules:
        for asked in indicator.inputs:
            assert f"/{input_name(indicator.no, asked.code)}" in made.xform


def test_a_question_has_its_limits_and_its_condition() -> None:
    survey = rows(as_xlsform(load_directory(BUNDLED / "permenkumham-25-2013")), "survey")
    named = {row["name"]: row for row in survey if "name" in row}
    whole = named["i1_kelahiran_hidup"]
    assert whole["type"] == "integer"
    assert whole["label"] == "Berapa **jumlah kelahiran hidup** di ${daerah} selama ${tahun}?"
    assert whole["relevant"] == "${i1_ada} = 'ada'"
    assert whole["constraint"] == ". > 0 and . >= ${i1_kematian_ibu}"
    assert whole["constraint_message"].startswith("Harus lebih dari 0")
    assert named["i1_kematian_ibu"]["constraint"] == ". >= 0"
    assert named["i1_alasan"]["relevant"] == "${i1_ada} != 'ada'"
    assert named["i1_data_dukung_1"]["label"].endswith("kelahiran hidup ${tahun}")
    assert not any("{daerah}" in re.sub(r"\$\{\w+\}", "", str(row)) for row in survey)


def test_a_part_that_is_asked_last_is_held_to_its_whole() -> None:
    files = read_directory(HERE / "mini-2016")
    text = files["kesehatan.yaml"]
    lines = [
        line
        for line in text.splitlines()
        if "{code: kurang_gizi" in line or "{code: balita" in line
    ]
    turned = text.replace("\n".join(lines), "\n".join(reversed(lines)))
    assert turned != text
    survey = rows(as_xlsform(load_texts(files | {"kesehatan.yaml": turned})), "survey")
    named = {row["name"]: row for row in survey if "name" in row}
    assert named["i4_balita"]["constraint"] == ". > 0"
    assert named["i4_kurang_gizi"]["constraint"] == ". >= 0 and . <= ${i4_balita}"


def test_choices_are_those_of_the_instrument() -> None:
    content = as_xlsform(load_directory(HERE / "mini-2016"))
    named = {row["name"]: row for row in rows(content, "survey") if "name" in row}
    assert named["i2_bagian"]["type"] == "select_one pilihan_i2_bagian"
    assert named["i1_perda"]["type"] == "select_one ya_tidak"
    assert named["i3_rasio"]["type"] == "decimal"
    options = [
        row["name"] for row in rows(content, "choices") if row["list_name"] == "pilihan_i2_bagian"
    ]
    assert options == ["penuh", "sebagian", "kurang"]


def test_what_a_period_leaves_out_is_not_asked() -> None:
    files = read_directory(HERE / "mini-2016")
    text = files["kesehatan.yaml"]
    number = "  - number: 4\n"
    assert number in text
    left_out = number + "    left_out: {text: Tidak dinilai, status: agreed}\n"
    rules = load_texts(files | {"kesehatan.yaml": text.replace(number, left_out)})
    assert rules.indicator(4).left_out is not None
    names = {row.get("name") for row in rows(as_xlsform(rules), "survey")}
    assert "i4_balita" not in names
    assert "i3_rasio" in names


def test_conditions_are_those_of_the_instrument() -> None:
    survey = rows(as_xlsform(load_directory(HERE / "kinds")), "survey")
    named = {row["name"]: row for row in survey if "name" in row}
    assert named["i6"]["relevant"] == "${i5_ada_isian} = 'ya'"
    assert named["i7_malam"]["relevant"] == "${i7_ada} = 'ada' and ${i7_jam} = 'penuh'"
    assert named["i8"]["relevant"] == (
        "(${i5_ada_isian} = 'tidak' or (${i7_malam} >= 5 and ${i7_siang} <= 100"
        " and count-selected(${i4_sarana}) >= 1))"
    )
    assert named["i3_saluran"]["type"] == "select_multiple pilihan_i3_saluran"
    assert "required" not in named["i3_saluran"]
    assert named["i2_data_dukung_1"]["relevant"] == "${i2_ada} = 'ada' and ${i2_rencana} = 'ya'"


def test_a_condition_on_what_is_not_asked_is_left_out() -> None:
    files = read_directory(HERE / "kinds")
    number = "  - number: 5\n"
    left_out = number + "    left_out: {text: Tidak dinilai, status: agreed}\n"
    rules = load_texts(files | {"umum.yaml": files["umum.yaml"].replace(number, left_out)})
    named = {row["name"]: row for row in rows(as_xlsform(rules), "survey") if "name" in row}
    assert "relevant" not in named["i6"]

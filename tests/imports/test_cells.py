"""What other tools write into cells is what somebody would type in the chat."""

from __future__ import annotations

import csv
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.imports.cells import as_typed
from bot.imports.column_map import Decimals, read_map, the_map
from bot.imports.column_map import as_text as as_yaml
from bot.imports.import_problems import ImportFileError
from bot.imports.place_names import Places
from bot.imports.suggesting import Suggestion, suggest
from bot.imports.tables import as_text, read_table
from bot.instruments.condition_expressions import input_name
from bot.storage.database import connect
from bot.storage.roster import read_roster
from scoring import Input, InputKind, load_directory
from scoring.model import Option
from tests.support import jakarta_pusat, make_database

KINDS = load_directory(Path("tests/scoring/instruments/kinds"))
SEVERAL = next(
    ask for one in KINDS.indicators for ask in one.inputs if ask.kind is InputKind.CHOICES
)
OPTIONS = SEVERAL.options


def asked(kind: InputKind, options: tuple[Option, ...] = ()) -> Input:
    return Input("x", kind, "x", "x?", "", options)


@pytest.mark.parametrize(
    ("text", "decimals", "typed"),
    [
        ("14250", Decimals.POINT, "14250"),
        ("12.5", Decimals.POINT, "12,5"),
        ("12.0", Decimals.POINT, "12"),
        ("12.5", Decimals.COMMA, "12.5"),
        ("1.250,5", Decimals.POINT, "1.250,5"),
        ("sekitar 12", Decimals.POINT, "sekitar 12"),
    ],
)
def test_figures_get_the_comma_of_the_chat(text: str, decimals: Decimals, typed: str) -> None:
    assert as_typed(asked(InputKind.AMOUNT), text, decimals) == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("True", "ya"),
        ("1", "ya"),
        ("no", "tidak"),
        ("0", "tidak"),
        ("Ya", "Ya"),
        ("mungkin", "mungkin"),
    ],
)
def test_truths_of_programs_are_a_yes_or_a_no(text: str, typed: str) -> None:
    assert as_typed(asked(InputKind.YES_NO), text, Decimals.COMMA) == typed


def test_an_option_is_known_by_its_code() -> None:
    option = OPTIONS[0]
    choice = asked(InputKind.CHOICE, OPTIONS)
    assert as_typed(choice, option.code, Decimals.COMMA) == option.text
    assert as_typed(choice, "lain", Decimals.COMMA) == "lain"


def test_several_options_are_known_by_codes_and_by_texts() -> None:
    first, second = OPTIONS[:2]
    for text in (
        f"{first.code} {second.code}",
        f"{second.text}, {first.text}",
        f"{first.text.upper()};{second.text}",
    ):
        letters = set(as_typed(SEVERAL, text, Decimals.COMMA).split(", "))
        assert letters == {"a", "b"}, text
    assert as_typed(SEVERAL, f"{first.text}, lainnya", Decimals.COMMA) == f"{first.text}, lainnya"
    assert as_typed(SEVERAL, "", Decimals.COMMA) == "tidak"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""), (True, "ya"), (12.0, "12"), (12.5, "12,5"), (Decimal("3.50"), "3,50"),
        (1e6, "1000000"), (date(2017, 3, 1), "2017-03-01"), (" a\u200b ", "a"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_it_would_be_typed(content: object, text: str) -> None:
    assert as_text(content) == text


def test_headings_that_stand_twice_are_told_apart_by_their_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n\nukpd\tAlasan\tAlasan\t\nSudinkes\tx\t'=y\tz\n", encoding="utf-8")
    table = read_table(path)
    assert table.headings == ("ukpd", "Alasan [B]", "Alasan [C]", "")
    [row] = table.rows
    assert row.cells == {"ukpd": "Sudinkes", "Alasan [B]": "x", "Alasan [C]": "=y"}
    assert (table.place(row), row.line) == ("4", 4)


def test_a_sheet_is_read_by_name_and_its_cells_have_addresses(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Jawaban")
    sheet.append(["ukpd", "x"])
    sheet.append(["Sudinkes", 12])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", "Jawaban")
    [row] = table.rows
    assert (table.place(row, "x"), table.place(row, "none")) == ("Jawaban!B2", "Jawaban!A2")
    assert row.cells["x"] == "12"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Jakarta Pusat: one region, so that its code needs no column."""
    path = make_database(tmp_path / "p.db", jakarta_pusat)
    with closing(connect(path)) as connection:
        roster = read_roster(connection)
    assert roster is not None
    return Places(roster)


def suggested(folder: Path, places: Places, text: str) -> Suggestion:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return suggest(read_table(folder / "t.csv"), places)


def test_a_column_that_is_not_known_is_left_to_be_filled_in(tmp_path: Path, places: Places) -> None:
    made = suggested(tmp_path, places, "waktu,nama\n1,2\n").map
    assert (made.region.code, made.office.column, made.answers) == ("31.71", "", {})
    with pytest.raises(ImportFileError, match="`column` is empty"):
        the_map(read_map(as_yaml(made), "m.yaml"), places, ("waktu", "nama"))


def test_every_question_of_a_form_of_ours_finds_its_column(tmp_path: Path, places: Places) -> None:
    instrument = places.roster.period.instrument
    names = [input_name(one.no, ask.code) for one in instrument for ask in one.inputs]
    for joint in ("hak/i/{}", "hak-i-{}", "{}"):
        heads = ",".join(joint.format(name) for name in names)
        proposed = suggested(tmp_path, places, f"daerah,ukpd,{heads}\n")
        assert (proposed.missing, proposed.unused) == ((), ()), joint
        columns = [one for its in proposed.map.answers.values() for one in its.values()]
        assert columns == [joint.format(name) for name in names]


def test_questions_in_other_words_find_the_column_that_sounds_alike(
    tmp_path: Path, places: Places
) -> None:
    asked = [
        (
            one.no,
            ask.code,
            ask.question.replace("{daerah}", "Jakarta Pusat").replace("{tahun}", "2016"),
        )
        for one in places.roster.period.instrument
        for ask in one.inputs
    ]
    with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(["Timestamp", "OPD", *(f"{text} *" for *_, text in asked)])
    proposed = suggest(read_table(tmp_path / "t.csv"), places)
    right = [
        (no, code)
        for no, code, text in asked
        if proposed.map.answers.get(no, {}).get(code, "").startswith(text.replace("  ", " "))
    ]
    assert len(right) >= 0.9 * len(asked), proposed


def test_fractions_of_text_decide_between_point_and_comma(tmp_path: Path, places: Places) -> None:
    head = "ukpd,i8_volume_air\n"
    assert suggested(tmp_path, places, f"{head}a,12.5\n").map.decimals is Decimals.POINT
    assert suggested(tmp_path, places, f'{head}a,"12,5"\n').map.decimals is Decimals.COMMA
    assert suggested(tmp_path, places, f"{head}a,14.250\n").map.decimals is Decimals.COMMA


def test_names_that_are_spelled_otherwise_are_proposed_and_strange_ones_are_not(
    tmp_path: Path, places: Places
) -> None:
    rows = "daerah,ukpd\nJakarta Pusatt,Sudinkess\nJakarta Pusat,Sudinkes\nBandung,Warung\n"
    made = suggested(tmp_path, places, rows).map
    assert (made.regions, made.offices) == ({"Jakarta Pusatt": "31.71"}, {"Sudinkess": "sudinkes"})
    table = read_table(tmp_path / "t.csv")
    assert the_map(read_map(as_yaml(made), "m.yaml"), places, table.headings) == made

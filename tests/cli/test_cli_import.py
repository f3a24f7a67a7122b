"""`peduli-ham import` as an operator types it: files as other tools write them, tried first, then stored."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Peduli

ROSTER = Path(__file__).parents[2] / "bot" / "roster" / "data" / "jakarta-pusat.yaml"
KOBO = """\
start,daerah,tahun,ukpd,hak/i1/i1_ada,hak/i1/i1_kematian_ibu,hak/i1/i1_kelahiran_hidup,hak/i12/i12_ada,hak/i12/i12_anak_jalanan,hak/i12/i12_anak_0_18,hak/i12/i12_alasan
2017-03-01,Jakarta Pusat,2016,Sudinkes,ada,12,14250,,,,
2017-03-02,Jakarta Pusat,2016,Sudinsos,,,,not_available,,,menunggu rekap kelurahan
"""
MAP = """\
form: table
region:
  column: daerah
office:
  column: ukpd
answers:
  1:
    kematian_ibu: hak/i1/i1_kematian_ibu
    kelahiran_hidup: hak/i1/i1_kelahiran_hidup
"""


@pytest.fixture
def office(peduli: Peduli) -> Peduli:
    """A period that is open today."""
    today = date.today()  # noqa: DTZ011
    text = ROSTER.read_text(encoding="utf-8")
    for old, days in (("2017-02-01", -30), ("2017-03-31", 60), ("2017-05-15", 90)):
        text = text.replace(old, (today + timedelta(days=days)).isoformat())
    Path("roster.yaml").write_text(text, encoding="utf-8")
    assert peduli("setup", "roster.yaml").exit_code == 0
    return peduli


def dump() -> list[str]:
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        return list(connection.iterdump())


def mapped(peduli: Peduli, file: str, name: str = "map.yaml") -> str:
    """Have a map proposed, and take it as it is."""
    done = peduli("import", file, "--suggest", name)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_a_form_of_ours_in_kobotoolbox_is_tried_and_then_stored(office: Peduli) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    output = mapped(office, "kobo.csv")
    assert "Columns without use: start; tahun.\n" in output
    before = dump()
    tried = office("import", "kobo.csv", "--map", "map.yaml")
    assert (tried.exit_code, tried.stderr) == (0, "")
    assert tried.stdout.splitlines() == [
        "would store kobo.csv:2: Jakarta Pusat, Sudinkes, Angka kematian ibu: kelahiran_hidup 14250,"
        " kematian_ibu 12",
        "would store kobo.csv:3: Jakarta Pusat, Sudinsos, Anak jalanan dibanding jumlah anak usia 0–18 tahun:"
        " not_available",
        "Period 2017: 2 new, 0 changed, 0 unchanged, 0 refused. Nothing was written; --apply stores it.",
    ]
    assert dump() == before
    done = office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    assert done.stdout.splitlines()[-1] == "Period 2017: 2 new, 0 changed, 0 unchanged, 0 refused."
    stored = dump()
    again = office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    assert again.stdout == "Period 2017: 0 new, 0 changed, 2 unchanged, 0 refused.\n"
    assert dump() == stored
    assert office("verify").exit_code == 0
    log = office("export", "--what", "log", "--format", "csv", "--everyone").stdout
    assert "Berkas kobo.csv: 2 jawaban disimpan, 0 diubah, 0 tidak diterima." in log
    answers = office("export", "--what", "answers", "--format", "csv").stdout
    assert "kematian ibu: diimpor dari kobo.csv" in answers


def test_the_same_file_corrected_changes_its_own_answers_and_another_none(office: Peduli) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    mapped(office, "kobo.csv")
    office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    Path("kobo.csv").write_text(KOBO.replace(",12,", ",13,"), encoding="utf-8")
    Path("lain.csv").write_text(KOBO.replace(",12,", ",14,"), encoding="utf-8")
    other = office("import", "lain.csv", "--map", "map.yaml", "--apply")
    assert other.exit_code == 1
    assert other.stdout.startswith(
        "refused lain.csv:2: Jakarta Pusat, Sudinkes, Angka kematian ibu: another answer is stored already."
    )
    changed = office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    assert changed.stdout.startswith("changed kobo.csv:2: ")
    assert "kematian_ibu 13, before kelahiran_hidup 14250, kematian_ibu 12" in changed.stdout


def test_a_workbook_of_google_forms_is_understood_by_its_questions(office: Peduli) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Form Responses 1"
    sheet.append(
        [
            "Timestamp",
            "Nama OPD",
            "Berapa jumlah kematian ibu di Jakarta Pusat selama 2016?",
            "Berapa jumlah kelahiran hidup di Jakarta Pusat selama 2016?",
        ]
    )
    sheet.append(["2017-03-01", "Suku Dinas Kesehattan", 12, 14250])
    sheet.append(["2017-03-01", "Tidak ada", 12, 14250])
    book.save("forms.xlsx")
    mapped(office, "forms.xlsx")
    text = Path("map.yaml").read_text(encoding="utf-8")
    assert 'code: "31.71"' in text
    assert "column: Nama OPD" in text
    done = office("import", "forms.xlsx", "--map", "map.yaml")
    assert done.exit_code == 1
    stored, refused, _ = done.stdout.splitlines()
    assert stored.startswith("would store forms.xlsx:Form Responses 1!C2: Jakarta Pusat, Sudinkes")
    assert refused == (
        "refused forms.xlsx:Form Responses 1!B3: no office of Jakarta Pusat is called “Tidak ada”."
        " Add it to `offices` of the map."
    )


@pytest.mark.parametrize("file", ["answers.csv", "answers.xlsx", "answers.jsonl", "answers.json"])
def test_an_export_of_ours_comes_back_as_it_was(office: Peduli, file: str) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    mapped(office, "kobo.csv")
    office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    office("export", "--what", "answers", "--out", file)
    Path("peduli-ham.db").rename("first.db")
    office("setup", "roster.yaml")
    mapped(office, file, "own.yaml")
    assert Path("own.yaml").read_text(encoding="utf-8").endswith("form: export\n")
    done = office("import", file, "--map", "own.yaml", "--apply")
    assert done.exit_code == 0, done.stdout
    assert "2 new" in done.stdout
    inputs = [answers_of(name) for name in ("first.db", "peduli-ham.db")]
    assert inputs[0] == inputs[1]


def answers_of(database: str) -> list[tuple[int, int, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            "SELECT unit_id, indicator, json_extract(body, '$.answer') FROM record"
            " WHERE kind = 'answer' ORDER BY 1, 2"
        ).fetchall()


def test_an_export_with_places_that_are_not_here_says_which(office: Peduli) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    mapped(office, "kobo.csv")
    office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    whole = office("export", "--what", "answers", "--format", "jsonl").stdout
    first = whole.splitlines()[0]
    wrong = [
        first.replace('"31.71"', '"99.99"'),
        first.replace('"sudinkes"', '"nowhere"'),
        first.replace('"name":"Angka kematian ibu"', '"name":"Apa saja"'),
    ]
    Path("a.jsonl").write_text("\n".join(wrong), encoding="utf-8")
    mapped(office, "a.jsonl", "own.yaml")
    done = office("import", "a.jsonl", "--map", "own.yaml")
    assert [line.partition(": ")[2] for line in done.stdout.splitlines()[:3]] == [
        "no region has the code “99.99”.",
        "no office of Jakarta Pusat has the code “nowhere”.",
        "this period has no question “Apa saja”.",
    ]
    Path("b.jsonl").write_text("{}", encoding="utf-8")
    bad = office("import", "b.jsonl", "--map", "own.yaml")
    assert (bad.exit_code, bad.stdout) == (2, "")
    assert bad.stderr.startswith("b.jsonl:1: no row of")
    for text, line in (
        ("{", "c.json:1: no JSON: "),
        ('{"what": "answers"}', "c.json: has no `rows`. `peduli-ham export"),
        ('{"rows": [{"a": 1}]}', "c.json:1: no row of"),
    ):
        Path("c.json").write_text(text, encoding="utf-8")
        bad = office("import", "c.json", "--map", "own.yaml")
        assert (bad.exit_code, bad.stdout) == (2, "")
        assert bad.stderr.startswith(line)


def test_a_file_of_score_goes_to_whoever_owes_it(office: Peduli) -> None:
    Path("s.yaml").write_text(
        "answers:\n  1: {kematian_ibu: 12, kelahiran_hidup: 14250}\n  4: {value: 3.5}\n"
        "  12: {absence: not_available}\n  16: {value: 33.5}\n",
        encoding="utf-8",
    )
    mapped(office, "s.yaml")
    done = office("import", "s.yaml", "--map", "map.yaml")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.partition(": ")[0] for line in lines[:4]] == [
        "would store s.yaml:answers.1", "would store s.yaml:answers.16", "refused s.yaml:answers.12",
        "refused s.yaml:answers.4",
    ]  # fmt: skip
    assert "Name one with `office: {code: …}`" in lines[3]
    Path("map.yaml").write_text(
        'form: score\nregion: {code: "31.71"}\noffice: {code: sudinkes}\n', encoding="utf-8"
    )
    named = office("import", "s.yaml", "--map", "map.yaml")
    assert "does not owe indicator 16" in named.stdout
    Path("s.yaml").write_text("answers:\n  1: {kematian_ibu: many}\n", encoding="utf-8")
    bad = office("import", "s.yaml", "--map", "map.yaml")
    assert bad.exit_code == 2
    assert bad.stderr.startswith("bad_number s.yaml:2: ")


WRONG = [
    (MAP.replace("form: table", "form: tabel"), "unknown_word map.yaml:1: "),
    (MAP.replace("daerah", "daera"), "no_column map.yaml:3: The file has no column “daera”"),
    (MAP.replace("column: daerah", "code: '31.7'"), "no_place map.yaml:3: “31.7” is not one of"),
    (MAP.replace("  column: ukpd", "  {}"), "column_or_code map.yaml:5: "),
    (MAP.replace("office:\n  column: ukpd\n", ""), "missing_key map.yaml:1: "),
    (MAP.replace("  column: ukpd", "  ukpd"), "wrong_type map.yaml:5: "),
    (MAP.replace("  1:", "  99:"), "unknown_indicator map.yaml:7: There is no indicator “99”"),
    (MAP.replace("kematian_ibu:", "kematian_ibuk:"), "unknown_key map.yaml:8: "),
    (
        MAP + "offices: {dinkes: sudinkez}\n",
        "no_place map.yaml:10: “sudinkez” is not one of the offices",
    ),
    (MAP + "offices: dinkes\n", "wrong_type map.yaml:10: "),
    (MAP + "sheets: x\n", "unknown_key map.yaml:10: "),
    ("a: [", "yaml_syntax map.yaml:1: "),
]


@pytest.mark.parametrize(("text", "line"), WRONG)
def test_a_faulty_map_is_told_by_line_and_nothing_is_stored(
    office: Peduli, text: str, line: str
) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    Path("map.yaml").write_text(text, encoding="utf-8")
    before = dump()
    done = office("import", "kobo.csv", "--map", "map.yaml", "--apply")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0].startswith(line), done.stderr
    assert dump() == before


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("x.csv", b"", "no_table x.csv:1: The file holds no table that can be read: it is empty"),
        (
            "x.csv",
            b"\xff\xfe1",
            "no_table x.csv:1: The file holds no table that can be read: it is no UTF-8",
        ),
        ("x.csv", b'a,b\n"' + b"x" * (2**20 + 1), "no_table x.csv:1: "),
        ("x.xlsx", b"PK", "no_table x.xlsx:1: "),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(
    office: Peduli, name: str, content: bytes, line: str
) -> None:
    Path(name).write_bytes(content)
    Path("map.yaml").write_text(MAP, encoding="utf-8")
    done = office("import", name, "--map", "map.yaml")
    assert done.exit_code == 2
    [problem] = done.stderr.splitlines()
    assert problem.startswith(line)


def test_each_cell_that_is_refused_says_what_would_be_accepted(office: Peduli) -> None:
    rows = [
        ["daerah", "ukpd", "hak/i1/i1_kematian_ibu", "hak/i1/i1_kelahiran_hidup"],
        ["Jakarta Barat", "Sudinkes", "12", "14250"],
        ["Jakarta Pusat", "Sudinkes", "banyak", "14250"],
        ["Jakarta Pusat", "Sudinkes", "12", "14250"],
        ["Jakarta Pusat", "Sudinsos", "12", "14250"],
        ["Jakarta Pusat", "Sudinsos", "", ""],
    ]
    with Path("x.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    Path("map.yaml").write_text(MAP, encoding="utf-8")
    done = office("import", "x.csv", "--map", "map.yaml")
    assert done.exit_code == 1
    assert [line.removeprefix("refused x.csv:") for line in done.stdout.splitlines()[:-1]] == [
        "4: Jakarta Pusat, Sudinkes, Angka kematian ibu: it is there twice (first at 3). Keep one of the two.",
        "3: Jakarta Pusat, Sudinkes, Angka kematian ibu: “banyak” cannot be read as a figure here"
        " (number_text). Write digits, such as 1250 or 12,5.",
        "5: Jakarta Pusat, Sudinsos: this office does not owe indicator 1. Change who owes it by"
        " `peduli-ham setup`, or leave it empty.",
        "2: no region is called “Jakarta Barat”. Did you mean Jakarta Pusat? Add it to `regions` of the map.",
    ]
    above = "daerah,ukpd,hak/i1/i1_kematian_ibu,hak/i1/i1_kelahiran_hidup\nJakarta Pusat,Sudinkes,99,12\n"
    Path("x.csv").write_text(above, encoding="utf-8")
    assert (
        "more than its whole of 12. Correct the figures."
        in office("import", "x.csv", "--map", "map.yaml").stdout
    )


def test_what_is_asked_of_the_command_is_told(office: Peduli) -> None:
    Path("kobo.csv").write_text(KOBO, encoding="utf-8")
    neither = office("import", "kobo.csv")
    assert (neither.exit_code, neither.stderr) == (
        2,
        "Give --map FILE with what the columns mean, or --suggest FILE to have one proposed.\n",
    )
    Path("map.yaml").write_text(MAP, encoding="utf-8")
    there = office("import", "kobo.csv", "--suggest", "map.yaml")
    assert there.stderr == "map.yaml: exists already. Give the name of a new file.\n"
    assert office("import", "none.csv", "--map", "map.yaml").stderr.startswith(
        "none.csv: no such file."
    )
    sheet = MAP + "sheet: Lain\n"
    Path("map.yaml").write_text(sheet, encoding="utf-8")
    openpyxl.Workbook().save("x.xlsx")
    wrong = office("import", "x.xlsx", "--map", "map.yaml")
    assert wrong.stderr == "no_sheet x.xlsx:1: The workbook has no sheet “Lain” — Known: Sheet.\n"

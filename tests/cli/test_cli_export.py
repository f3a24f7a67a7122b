"""`peduli-ham export`: files that spreadsheets and scripts can trust, and refusals in one line."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import stat
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.export.machine import as_json_lines
from bot.export.table import Column, Table
from bot.export.table_files import as_csv, workbook
from bot.storage import record
from bot.storage.database import connect
from flows.model.record_kinds import EntryKind
from tests.cli.conftest import Peduli

HOSTILE = '=HYPERLINK("http://x";"y")'


@pytest.fixture
def period(peduli: Peduli) -> None:
    """A period with one setup on record, and a group whose title is a formula."""
    peduli("setup", "jakarta-pusat")
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as db:
        db.execute("INSERT INTO persons (telegram_id, name, joined_at) VALUES (5, '@Budi', '')")
        db.execute(
            "INSERT INTO seats (person_id, role, province, since) VALUES (1, 'kanwil', '31', '')"
        )
        details = {"by": "@Budi", "chat": -1, "title": HOSTILE, "on": True, "region": 1}
        at = "2017-03-10T18:30:00Z"
        record.append(
            db, record.Entry(1, EntryKind.BOARD, at, person_id=1, seat_id=1, details=details)
        )


@pytest.mark.usefixtures("period")
def test_csv_to_standard_output(peduli: Peduli) -> None:
    done = peduli("export", "--region", "jakarta pusat")
    assert (done.exit_code, done.stderr) == (0, "")
    head, row = csv.reader(io.StringIO(done.stdout))
    cells = dict(zip(head, row, strict=True))
    assert cells["Waktu"] == "2017-03-11T01:30:00+07:00"
    assert cells["Tindakan"] == "Papan grup dinyalakan"
    assert (cells["Pelaku"], cells["Peran"]) == ("'@Budi", "Kanwil")
    assert cells["Alasan atau isi"] == f"'{HOSTILE}"


@pytest.mark.usefixtures("period")
def test_json_lines_keep_what_was_typed(peduli: Peduli) -> None:
    done = peduli("export", "--format", "jsonl", "--since", "2017-03-11", "--until", "2017-03-11")
    [row] = map(json.loads, done.stdout.splitlines())
    assert (row["entry"], row["kind"], row["by"], row["detail"]) == (2, "board", "@Budi", HOSTILE)
    with closing(sqlite3.connect("peduli-ham.db")) as db:
        assert row["hash"] == db.execute("SELECT hash FROM record WHERE id = 2").fetchone()[0]


@pytest.mark.usefixtures("period")
def test_a_workbook_is_private_typed_and_never_replaced(peduli: Peduli) -> None:
    done = peduli("export", "--out", "log.xlsx")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "log.xlsx: written, 2 rows of log (mode 0600).\n"
    assert stat.S_IMODE(Path("log.xlsx").stat().st_mode) == 0o600
    book = openpyxl.load_workbook("log.xlsx")
    assert book.sheetnames == ["Tindakan", "Pengingat", "Keterangan"]
    sheet = book["Tindakan"]
    assert sheet.freeze_panes == "A2"
    titles = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(3, titles["No. catatan"]).value == 2
    assert sheet.cell(3, titles["Waktu"]).value == datetime.fromisoformat("2017-03-11T01:30")
    formula = sheet.cell(3, titles["Alasan atau isi"])
    assert (formula.value, formula.data_type) == (HOSTILE, "s")
    assert peduli("export", "--out", "log.xlsx").stderr == (
        "log.xlsx: exists and is not overwritten. Give another name.\n"
    )


@pytest.mark.usefixtures("period")
def test_names_can_be_left_out(peduli: Peduli) -> None:
    for format_ in ("csv", "jsonl"):
        done = peduli("export", "--without-names", "--everyone", "--format", format_)
        assert done.exit_code == 0
        assert "Budi" not in done.stdout
        assert "HYPERLINK" not in done.stdout
        assert "Papan grup dinyalakan" in done.stdout


@pytest.mark.usefixtures("period")
def test_answers_and_reminders_of_an_empty_period(peduli: Peduli) -> None:
    done = peduli("export", "--what", "answers", "--out", "answers.jsonl")
    assert done.stdout == "answers.jsonl: written, 21 rows of answers (mode 0600).\n"
    rows = [
        json.loads(line) for line in Path("answers.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {row["state"] for row in rows} == {"belum diisi"}
    assert rows[0]["input_1_name"]
    assert rows[0]["input_1"] is None
    reminders = peduli("export", "--what", "reminders", "--bom")
    assert reminders.stdout.startswith("\ufeffNo. baris,Waktu,")
    assert len(reminders.stdout.splitlines()) == 1


@pytest.mark.usefixtures("period")
def test_a_closed_period_can_still_be_exported(peduli: Peduli) -> None:
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as db:
        db.execute("UPDATE periods SET state = 'closed'")
    for words in ((), ("--period", "2017")):
        done = peduli("export", "--format", "jsonl", *words)
        assert [json.loads(line)["entry"] for line in done.stdout.splitlines()] == [1, 2]


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--format xlsx", "A workbook goes into a file: give --out FILE.xlsx."),
        ("--out x.txt", "x.txt: which kind of file? Give --format xlsx, csv, json, jsonl, or such an ending."),
        ("--out no/x.csv", "no: no such folder. Give a file in one that exists."),
        ("--since 2017-3-1", "--since 2017-3-1: no such day. Give it as 2026-11-25."),
        ("--until 2017-02-30", "--until 2017-02-30: no such day. Give it as 2026-11-25."),
        ("--since 2017-03-02 --until 2017-03-01", "--since 2017-03-02 lies behind --until 2017-03-01. Exchange them."),
        ("--period 2016", "2016: no such period. Known: 2017."),
        ("--region 31.7", "31.7: no such region. Known: 31.71 Jakarta Pusat."),
        ("--region jakarta-pusat", "jakarta-pusat: no such region. Known: 31.71 Jakarta Pusat. Did you mean Jakarta Pusat?"),
        ("--bom --format jsonl", "--bom marks CSV. Leave it out, or give --format csv."),
        ("--everyone --what answers", "--everyone widens the log. Leave it out, or give --what log."),
        ("--what results --unit sudinkes --region 31.71", "--unit does not narrow results. It narrows the log, reminders and answers."),
        ("--what reminders --right hidup", "--right does not narrow reminders. It narrows the log, answers and rights."),
        ("--what ratings --since 2017-03-01", "--since does not narrow ratings. It narrows the log, reminders and answers."),
        ("--province 31", "--province narrows answers and totals. Leave it out."),
        ("--what answers --province 32", "32: no such province. Known: 31."),
        ("--unit kes", "--unit: of which region? Give --region as well."),
        ("--unit xyz --region 31.71", "xyz: no such office in Jakarta Pusat. Known: Sudinkes, Sudin Tamhut, Sudindik 1, Sudindik 2, Sudin SDA, Sudin PRKP, Sudin Nakertransgi, Sudinsos, Suban Kesbangpol, Suban Kepegawaian, Sudin PPAPP, Bagkum."),
        ("--right hidp", "--right hidp: no such right. Known: hidup, mengembangkan-diri, kesejahteraan, rasa-aman, perempuan. Did you mean hidup?"),
        ("--state drat", "--state drat: no such state. Known: empty, draft, sent, returned_by_city, approved, returned, fixed, mended, deferred, verified. Did you mean draft?"),
        ("--after 3 --what answers", "--after takes the number of an entry of the log, such as 412."),
        ("--follow --format csv", "--follow gives the log as JSON lines on standard output, without an end. Leave out --what, --format, --out and --until."),
        ("--database no.db", "no.db: no such file. Give the database with --database or DATABASE; `peduli-ham setup` makes one."),
    ],
)  # fmt: skip
def test_refusals_take_one_line(peduli: Peduli, words: str, problem: str) -> None:
    done = peduli("export", *words.split())
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{problem}\n")


@pytest.mark.usefixtures("period")
def test_a_province_may_be_taken_alone(peduli: Peduli) -> None:
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as db:
        db.execute("INSERT INTO provinces VALUES ('32', 'Jawa Barat')")
        db.execute("INSERT INTO regions VALUES (9, '32.73', '32', 'kota', 'Bandung', 'WIB')")
        db.execute("INSERT INTO units VALUES (99, 9, 'kes', 'Dinkes', 'Dinkes')")
        db.execute("INSERT INTO assignments VALUES (1, 99, 1, '', NULL)")
    for words, count in (((), 22), (("--province", "31"), 21), (("--province", "32"), 1)):
        done = peduli("export", "--what", "answers", "--format", "jsonl", *words)
        assert len(done.stdout.splitlines()) == count
    done = peduli("export", "--what", "results", "--format", "jsonl", "--province", "32")
    assert [json.loads(line)["region"] for line in done.stdout.splitlines()] == ["Bandung"]


def test_databases_without_a_period_or_of_an_older_program(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as db:
        db.execute("DELETE FROM migrations WHERE name LIKE 'm0%_campaigns'")
    for command in (("export",), ("handout", "x.pdf")):
        assert peduli(*command).stderr == (
            "peduli-ham.db: made by an older program. Start the bot once, then try again.\n"
        )
    connect(Path("empty.db")).close()
    assert peduli("export", "--database", "empty.db").stderr == (
        "There is no period yet. `peduli-ham setup` makes one.\n"
    )


ROW = (
    "00123", 7, 14_250, True, Decimal("0.1"), Decimal("12345678901234567.25"), None,
    "a\x07b", "\u202e rtl", "-1", "\tx", "＝1", "baris 1\nbaris 2", "y" * 40_000,
)  # fmt: skip


def test_every_type_of_cell_in_each_format() -> None:
    columns = tuple(Column(f"c{place}", f"K{place}") for place in range(len(ROW)))
    table = Table("Uji", columns, [ROW])
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([table], [("Isi", "=1")])))["Uji"]
    values = [cell.value for cell in sheet[2]]
    assert values[:8] == ["00123", 7, 14_250, "ya", 0.1, "12345678901234567.25", None, "ab"]
    assert values[8:13] == list(ROW[8:13])
    assert values[13] == "y" * 32_767
    assert {cell.data_type for cell in sheet[2][7:]} == {"s"}
    [_, row] = csv.reader(io.StringIO("".join(as_csv(table)), newline=""))
    assert row[:7] == ["00123", "7", "14250", "ya", "0.1", "12345678901234567.25", ""]
    assert row[9:13] == ["'-1", "'\tx", "'＝1", "baris 1\nbaris 2"]
    fields = json.loads("".join(as_json_lines(table)))
    assert (fields["c3"], fields["c4"], fields["c7"]) == (True, "0.1", "a\x07b")

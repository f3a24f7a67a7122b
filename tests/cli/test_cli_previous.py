"""`peduli-ham previous` as an operator types it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Peduli

LAST = """\
regions:
  "31.71":
    sudinkes:
      1: {kematian_ibu: 12, kelahiran_hidup: 14100}
    sudinsos:
      12: {anak_jalanan: 30, anak_0_18: 10000}
"""


def dump() -> list[str]:
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        return list(connection.iterdump())


def test_it_loads_and_may_be_run_again(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    Path("last.yaml").write_text(LAST, encoding="utf-8")
    done = peduli("previous", "last.yaml")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Period 2017: answers of 2015 from 2 offices: 2 new.\n"
    before = dump()
    again = peduli("previous", "last.yaml")
    assert again.stdout == "Period 2017: answers of 2015 from 2 offices: 2 unchanged.\n"
    assert dump() == before
    Path("last.yaml").write_text(
        LAST.replace("12,", "13,")[: LAST.index("    sudinsos")], encoding="utf-8"
    )
    changed = peduli("previous", "last.yaml")
    assert changed.stdout == "Period 2017: answers of 2015 from 1 office: 1 changed.\n"
    assert peduli("verify").exit_code == 0


def test_a_dry_run_writes_nothing(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    before = dump()
    Path("last.yaml").write_text(LAST, encoding="utf-8")
    done = peduli("previous", "last.yaml", "--dry-run")
    assert done.stdout == (
        "Period 2017: answers of 2015 from 2 offices: 2 new.\nDry run: nothing was written.\n"
    )
    assert dump() == before


def test_a_wrong_file_is_worded_and_nothing_of_it_is_kept(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    before = dump()
    Path("last.yaml").write_text(
        LAST.replace("sudinsos", "sudinsoz").replace("12,", "15000,"), encoding="utf-8"
    )
    done = peduli("previous", "last.yaml")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "answer_refused last.yaml:4: Indicator 1: `kematian_ibu` is 15000, more than its whole of"
        " 14100 — Correct the figures.",
        "unknown_reference last.yaml:5: `sudinsoz` is not one of the offices of Jakarta Pusat —"
        " Allowed: sudinkes, sudin-tamhut, sudindik-1, sudindik-2, sudin-sda, sudin-prkp,"
        " sudin-nakertransgi, sudinsos, suban-kesbangpol, suban-kepegawaian, sudin-ppapp. Did you"
        " mean `sudinsos`?",
    ]
    assert dump() == before


def test_what_it_needs_is_said(peduli: Peduli) -> None:
    missing = peduli("previous", "last.yaml")
    assert missing.exit_code == 2
    assert (
        missing.stderr
        == "last.yaml: no such file. Give a file of last year's answers (.yaml), an export, or the database.\n"
    )
    Path("last.yaml").write_text(LAST, encoding="utf-8")
    nowhere = peduli("previous", "last.yaml")
    assert nowhere.exit_code == 2
    assert nowhere.stderr == (
        "peduli-ham.db: no such file. Give the database of a period; `peduli-ham setup` makes one.\n"
    )
    assert not Path("peduli-ham.db").exists()
    with closing(sqlite3.connect("other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    strange = peduli("previous", "last.yaml", "--database", "other.db")
    assert strange.exit_code == 2
    assert "not a database of peduli-ham" in strange.stderr
    Path("last.yaml").write_bytes(b"\xff")
    unreadable = peduli("previous", "last.yaml", "--database", "other.db")
    assert unreadable.stderr.startswith("not_utf8 last.yaml:1")


def test_without_an_open_period_it_says_what_to_do(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as connection:
        connection.execute("UPDATE periods SET state = 'closed'")
    Path("last.yaml").write_text(LAST, encoding="utf-8")
    done = peduli("previous", "last.yaml")
    assert done.exit_code == 2
    assert done.stderr == "peduli-ham.db: no period is open. Run `peduli-ham setup` first.\n"


def test_a_map_is_kept_with_the_period_before_and_may_be_given_again(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    code = "permenkumham-25-2013"
    peduli("instrument", "compare", code, code, "--write-map", "peta.yaml")
    alone = peduli("previous", "--map", "peta.yaml")
    assert (alone.exit_code, alone.stderr) == (
        2,
        "peta.yaml: no period about 2015 is here, so there is nothing to carry over.\n",
    )
    with closing(sqlite3.connect("peduli-ham.db")) as connection, connection:
        columns = "instrument, opens, deadline, verification_deadline, institution, help_contact"
        connection.execute(
            f"INSERT INTO periods (code, data_year, state, {columns})"
            f" SELECT 'lama', 2015, 'closed', {columns} FROM periods"
        )
    before = dump()
    tried = peduli("previous", "--map", "peta.yaml", "--dry-run")
    assert tried.stdout.endswith("Dry run: nothing was written.\n")
    assert dump() == before
    Path("last.yaml").write_text(LAST, encoding="utf-8")
    done = peduli("previous", "last.yaml", "--map", "peta.yaml")
    assert done.stdout == (
        f"Period 2017: map {code} → {code} kept.\n"
        "Period 2017: answers of 2015 from 2 offices: 2 new.\n"
    )
    again = peduli("previous", "--map", "peta.yaml")
    assert again.stdout == f"Period 2017: map {code} → {code} known already.\n"
    log = peduli("export", "--what", "log", "--format", "csv", "--everyone").stdout
    assert "Peta instrumen sebelumnya: 17 butir" in log
    assert peduli("verify").exit_code == 0
    neither = peduli("previous")
    assert neither.stderr.startswith(
        "Give last year's answers (.yaml, an export, or the database), or a map"
    )

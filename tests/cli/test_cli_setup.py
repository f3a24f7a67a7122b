"""`peduli-ham setup` as an operator types it."""

from __future__ import annotations

import csv
import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.storage import record
from flows.model.record_kinds import EntryKind
from tests.cli.conftest import Peduli

SKELETON = Path(__file__).parents[1] / "scoring" / "instruments" / "skeleton-2016"
NOTE = (
    "The links hold <username_bot>: give the bot's username with --bot or BOT_USERNAME, then run again with"
    " --new-links.\n"
)


@pytest.fixture(autouse=True)
def in_the_season(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dates of the bundled roster are still to come."""
    monkeypatch.setattr("bot.cli.setting_up.today", lambda: date(2017, 1, 16))


def dump(path: Path | str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_the_bundled_roster_by_name(peduli: Peduli) -> None:
    done = peduli("setup", "jakarta-pusat", "--bot", "@ham_bot")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "created  unit      Sudindik 1          owes 4, 5, 6, 7" in done.stdout
    assert "14 invitation links, each for one person; they cannot be shown again" in done.stdout
    links = [line for line in done.stdout.splitlines() if "https://t.me/ham_bot?start=" in line]
    assert len(links) == 14
    assert links[0].split() [:2] == ["Sudinkes", "contact"]  # fmt: skip
    assert mode("peduli-ham.db") == 0o600


def test_the_second_run_says_that_nothing_changed(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    before = dump("peduli-ham.db")
    done = peduli("setup", "jakarta-pusat", "--links", "links.tsv")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "Period 2017, Kanwil Kementerian Hukum dan HAM DKI Jakarta\n"
        "Unchanged: 1 period, 1 province, 1 region, 12 units, 14 open links.\n"
        "Nothing to change.\n"
        "No new links; links.tsv was not written. `--new-links` makes new ones.\n"
    )
    assert dump("peduli-ham.db") == before
    assert not Path("links.tsv").exists()


def test_a_period_that_is_over_is_warned_of(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.setting_up.today", lambda: date(2026, 11, 28))
    done = peduli("setup", "jakarta-pusat", "--bot", "ham_bot")
    assert done.exit_code == 0
    assert done.stderr == (
        "all_over jakarta-pusat.yaml:45: All dates are over (2017-02-01 to 2017-05-15): nobody can answer"
        " or review any more — If that is meant, leave them; else correct the year.\n"
    )


def test_a_file_of_links_is_private_and_complete(peduli: Peduli) -> None:
    done = peduli("setup", "jakarta-pusat", "--bot", "ham_bot", "--links", "links.tsv")
    assert done.exit_code == 0
    assert "14 links written to links.tsv (mode 0600). They cannot be shown again." in done.stdout
    assert "start=" not in done.stdout
    assert mode("links.tsv") == 0o600
    rows = list(
        csv.reader(Path("links.tsv").read_text(encoding="utf-8").splitlines(), delimiter="\t")
    )
    assert rows[0] == ["region", "office", "role", "name", "link", "expires"]
    assert len(rows) == 15
    assert rows[12][:4] == ["Jakarta Pusat", "Bagkum", "coordinator", "Bagian Hukum"]
    assert sorted(one.name for one in Path().iterdir()) == ["links.tsv", "peduli-ham.db"]


def test_links_as_csv(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat", "--links", "links.csv")
    first = Path("links.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first == "region,office,role,name,link,expires"


def test_a_file_of_links_is_not_overwritten_and_nothing_is_set_up(peduli: Peduli) -> None:
    Path("links.tsv").write_text("mine", encoding="utf-8")
    done = peduli("setup", "jakarta-pusat", "--links", "links.tsv")
    assert done.exit_code == 2
    assert done.stderr == "links.tsv: exists and is not overwritten. Give another name.\n"
    assert Path("links.tsv").read_text(encoding="utf-8") == "mine"
    assert not any("INSERT INTO \"periods\"" in line for line in dump("peduli-ham.db"))  # fmt: skip


def test_without_a_username_the_links_say_so(peduli: Peduli) -> None:
    done = peduli("setup", "jakarta-pusat")
    assert done.stderr == NOTE
    assert "https://t.me/<username_bot>?start=" in done.stdout


@pytest.mark.parametrize("where", ["environment", "file"])
def test_username_and_database_from_the_settings(
    peduli: Peduli, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "file":
        Path(".env").write_text(
            "BOT_USERNAME=env_bot\nDATABASE=other.db\nBOT_TOKEN=1:x\n", encoding="utf-8"
        )
    else:
        monkeypatch.setenv("BOT_USERNAME", "env_bot")
        monkeypatch.setenv("DATABASE", "other.db")
    done = peduli("setup", "jakarta-pusat")
    assert done.stderr == ""
    assert "https://t.me/env_bot?start=" in done.stdout
    assert Path("other.db").exists()
    assert "https://t.me/its_bot?" in peduli(
        "setup", "jakarta-pusat", "--new-links", "--bot", "its_bot"
    ).stdout  # fmt: skip


def test_new_links(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat", "--bot", "ham_bot")
    done = peduli("setup", "jakarta-pusat", "--bot", "ham_bot", "--new-links")
    assert done.exit_code == 0
    assert done.stdout.count(" 1 revoked") == 14
    assert done.stdout.count("https://t.me/ham_bot?start=") == 14
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        assert record.verify(connection).entries == 2


def test_a_dry_run_writes_nothing(peduli: Peduli) -> None:
    done = peduli("setup", "jakarta-pusat", "--dry-run", "--links", "links.tsv")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith(
        "It would be: 1 new period, 1 new province, 1 new region, 12 new units, 0 changed, 14 links.\n"
        "Dry run: nothing was written.\n"
    )
    assert "start=" not in done.stdout
    assert list(Path().iterdir()) == []


def test_a_dry_run_against_what_is_there(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    before = dump("peduli-ham.db")
    done = peduli("setup", "jakarta-pusat", "--dry-run")
    assert "Nothing to change." in done.stdout
    assert dump("peduli-ham.db") == before


def test_a_narrow_terminal_keeps_each_link_on_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.screen.WIDE", 60)
    words = ["setup", "jakarta-pusat", "--bot", "ham_bot"]
    done = CliRunner().invoke(app, words)
    lines = [line.strip() for line in done.stdout.splitlines() if "https" in line]
    assert len(lines) == 14
    assert all(line.startswith("https://t.me/ham_bot?start=") and len(line) == 59 for line in lines)


def test_a_long_list_says_the_same_without_being_laid_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["setup", "jakarta-pusat", "--dry-run"]
    short = CliRunner().invoke(app, words).stdout
    monkeypatch.setattr("bot.cli.screen.LONG", 3)
    plain = CliRunner().invoke(app, words).stdout
    assert [line.split() for line in plain.splitlines()] == [
        line.split() for line in short.splitlines()
    ]


def roster(tmp: Path, before: str, after: str) -> Path:
    text = (Path(__file__).parents[2] / "bot" / "roster" / "data" / "jakarta-pusat.yaml").read_text(
        encoding="utf-8"
    )
    assert before in text
    path = tmp / "r.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


def test_warnings_do_not_stop_it(peduli: Peduli, folder: Path) -> None:
    path = roster(folder, "        owes: [15]", "        owes: []")
    done = peduli("setup", path, "--bot", "ham_bot")
    assert done.exit_code == 0
    lines = done.stderr.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["owes_nothing", "nobody_owes"]
    assert "Nobody in Jakarta Pusat owes 15 (Demonstrasi anarkis)" in lines[1]


def test_whom_to_ask_without_a_number_is_warned_of(peduli: Peduli, folder: Path) -> None:
    done = peduli("setup", roster(folder, ", 021-1234567 (contoh)", ""), "--bot", "ham_bot")
    assert done.exit_code == 0
    assert done.stderr.startswith("no_phone ")
    assert (
        "`help_contact` holds no telephone number: “Bidang HAM Kanwil DKI Jakarta”" in done.stderr
    )


def test_faults_of_the_file_come_with_their_lines(peduli: Peduli, folder: Path) -> None:
    path = roster(folder, "    zone: WIB\n", "    zone: UTC\n")
    path.write_text(
        path.read_text(encoding="utf-8").replace("role: kanwil", "rol: kanwil"), encoding="utf-8"
    )
    done = peduli("setup", path)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"unknown_word {path}:62: `UTC` is not known for `zone` — Allowed: WIB, WITA, WIT.",
        f"missing_key {path}:127: a member of staff lacks `role` — Add it.",
        f"unknown_key {path}:128: `rol` is not a key of a member of staff — Allowed: name, role, region."
        " Did you mean `role`?",
    ]
    assert not Path("peduli-ham.db").exists()


def test_a_skeleton_is_refused(peduli: Peduli, folder: Path) -> None:
    path = roster(folder, "instrument: permenkumham-25-2013", f"instrument: {SKELETON}")
    done = peduli("setup", path)
    assert done.exit_code == 2
    assert "The instrument skeleton-2016 is not complete; missing: " in done.stderr


REFUSED = [
    (["nothing.yaml"], "nothing.yaml: no such file. Give a roster file, or jakarta-pusat for the bundled one."),
    (["jakarta-barat"],
     "no_such_roster jakarta-barat:1: There is no file jakarta-barat, and no bundled roster of that name — Give a"
     " roster file (.yaml or .xlsx), or one of the bundled: jakarta-pusat. Did you mean `jakarta-pusat`?"),
    (["./"], ".: a folder. Give a roster file, or jakarta-pusat for the bundled one."),
    (["binary.yaml"], "not_utf8 binary.yaml:1: The file is not UTF-8 text — Save it again as UTF-8."),
    (["r.ods"], "r.ods: a workbook of another kind. Save it as .xlsx, or give YAML."),
    (["r.xlsx"], "r.xlsx: no such file. Give a roster file, or jakarta-pusat for the bundled one."),
    (["jakarta-pusat", "--bot", "a b"], "'a b' is not a username of a bot. Give it such as peduli_ham_bot."),
    (["jakarta-pusat", "--database", "."], ".: a folder. Give a file with --database or DATABASE."),
    (["jakarta-pusat", "--database", "binary.yaml"],
     "binary.yaml: not a SQLite database. Give the file of --database."),
    (["jakarta-pusat", "--database", "binary.yaml/x.db"],
     "binary.yaml: file exists. Give a file that you may read, in a folder that you may write to."),
    (["jakarta-pusat", "--links", "no/links.tsv"],
     "no: no such folder. Give a file in one that exists."),
    (["jakarta-pusat", "--dryrun"],
     "No such option: --dryrun (Possible options: --dry-run). Usage: peduli-ham setup [OPTIONS] {roster} (options:"
     " --database, --bot, --links, --dry-run, --new-links, --help)."),
    ([],
     "Missing argument 'roster'. Usage: peduli-ham setup [OPTIONS] {roster} (options: --database, --bot, --links,"
     " --dry-run, --new-links, --help)."),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line"), REFUSED)
def test_what_cannot_be_done_is_one_line(peduli: Peduli, words: list[str], line: str) -> None:
    Path("binary.yaml").write_bytes(b"\xff\xfe\x00" * 400)
    done = peduli("setup", *words)
    assert done.exit_code == 2
    assert done.stderr == line + "\n"


def test_a_period_with_answers_refuses_another_year(peduli: Peduli, folder: Path) -> None:
    peduli("setup", "jakarta-pusat")
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as connection:
        entry = record.Entry(
            1, EntryKind.ANSWER, "2017-02-02T00:00:00Z", 1, 1, 1, details={"answer": {}}
        )
        record.append(connection, entry)
    done = peduli("setup", roster(folder, "data_year: 2016", "data_year: 2015"))
    assert done.exit_code == 2
    assert done.stderr == (
        "The period 2017 has answers for 2016; data_year cannot become 2015. Set up a new period with another code.\n"
    )


def test_a_busy_database_is_told(
    peduli: Peduli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peduli("setup", "jakarta-pusat")
    monkeypatch.setattr("bot.storage.database.PRAGMAS", ("PRAGMA busy_timeout = 1",))
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = peduli("setup", "jakarta-pusat", "--new-links")
    assert done.exit_code == 2
    assert done.stderr == (
        "peduli-ham.db: another process is writing and does not finish. Try again in a moment.\n"
    )


def test_a_workbook_sets_up_the_same_as_yaml(peduli: Peduli, folder: Path) -> None:
    assert peduli("roster-template", "r.xlsx", "--like", "jakarta-pusat").exit_code == 0
    first = peduli("setup", "r.xlsx", "--bot", "ham_bot")
    assert first.exit_code == 0
    assert "11" not in first.stderr
    again = peduli("setup", "jakarta-pusat", "--bot", "ham_bot")
    assert "Nothing to change." in again.stdout


def test_a_template_is_not_written_over_anything(peduli: Peduli, folder: Path) -> None:
    assert peduli("roster-template", "r.xlsx").exit_code == 0
    again = peduli("roster-template", "r.xlsx")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == "r.xlsx: exists and is not overwritten. Give another name.\n"
    other = peduli("roster-template", "r.csv")
    assert other.exit_code == 2
    assert other.stderr.endswith("Give one that ends in .xlsx.\n")


def test_an_empty_template_says_what_to_fill_in(peduli: Peduli, folder: Path) -> None:
    peduli("roster-template", "r.xlsx")
    done = peduli("setup", "r.xlsx", "--dry-run")
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "blank_workbook r.xlsx:1: Nothing is filled in yet — Fill in Periode, Daerah, UKPD, Staf; "
    )
    assert "Traceback" not in done.stderr
    assert not Path("peduli-ham.db").exists()


def test_trial_in_the_settings_makes_it_one(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL", "1")
    done = peduli("setup", "jakarta-pusat", "--bot", "ham_bot")
    assert done.stdout.startswith("Period 2017 (trial: it counts nowhere), Kanwil")
    with closing(sqlite3.connect("peduli-ham.db")) as db:
        assert db.execute("SELECT trial FROM periods").fetchone() == (1,)
    monkeypatch.setenv("TRIAL", "perhaps")
    done = peduli("setup", "jakarta-pusat")
    assert (done.exit_code, done.stderr) == (
        2,
        "TRIAL=perhaps: give 1 for a trial (uji coba), else 0 or nothing.\n",
    )

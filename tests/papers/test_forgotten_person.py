"""`peduli-ham forget` on a season that is over: the person is nowhere, and everything still proves what it did."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.storage import record

Peduli = Callable[..., Result]
OURS = ("instruments", "periods", "migrations", "sqlite_sequence")
"""Tables in which nobody of the period's people stands."""


@pytest.fixture
def peduli(season: Path, finished_season: Path, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    monkeypatch.chdir(season.parent)
    monkeypatch.setenv("DATABASE", season.name)
    monkeypatch.setenv("FILES", f"{finished_season}-files")

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return run


def traces(path: Path, *words: str) -> list[str]:
    """Every place in the database where one of these words stands."""
    places = []
    with closing(sqlite3.connect(path)) as db:
        names = [
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in set(names) - set(OURS):
            for row in db.execute(f"SELECT * FROM {table}"):
                text = repr(row).casefold()
                places += [f"{table}: {text[:300]}" for word in words if word.casefold() in text]
    return places


def people(path: Path) -> list[tuple[int, str, int]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT id, name, telegram_id FROM persons ORDER BY id").fetchall()


def test_everybody_can_be_forgotten_and_the_record_is_whole(peduli: Peduli, season: Path) -> None:
    made = peduli("recap", "--region", "31.71", "--out", "recap.pdf")
    code = made.stdout.split("code ")[1][:12]
    with closing(sqlite3.connect(season)) as db:
        before = db.execute("SELECT id, hash, person_id, seat_id FROM record").fetchall()
    everybody = people(season)
    assert len(everybody) > 5
    for number, name, telegram_id in everybody:
        assert traces(season, name, str(telegram_id))
        done = peduli("forget", number, "--yes")
        assert (done.exit_code, done.stderr) == (0, ""), done.stderr
        assert traces(season, name, str(telegram_id)) == []
    assert peduli("verify").exit_code == 0
    assert peduli("verify", "--paper", code).stdout.startswith(f"{code}: still true")
    with closing(sqlite3.connect(season)) as db:
        after = db.execute("SELECT id, hash, person_id, seat_id FROM record").fetchall()
        assert after[: len(before)] == before
        assert db.execute("SELECT count(*) FROM seats WHERE until IS NULL").fetchone() == (0,)
        kinds = db.execute("SELECT kind, count(*) FROM record WHERE id > ?", (len(before),))
        assert kinds.fetchone() == ("forgotten", len(everybody))
        assert record.verify(db).broken is None


def test_an_export_made_afterwards_shows_the_number(peduli: Peduli, season: Path) -> None:
    number, name, _ = people(season)[0]
    assert peduli("forget", name, "--yes").exit_code == 0
    done = peduli("export", "--what", "log", "--everyone", "--out", "log.jsonl")
    assert done.exit_code == 0, done.stderr
    rows = [orjson.loads(line) for line in Path("log.jsonl").read_bytes().splitlines()]
    assert f"orang no. {number}" in {row.get("by") for row in rows}
    assert name not in str(rows)
    assert f"Data pribadi orang no. {number} dihapus" in str(rows)


def test_without_yes_it_only_says_what_would_go(peduli: Peduli, season: Path) -> None:
    _, name, _ = people(season)[0]
    before = season.read_bytes()
    done = peduli("forget", name)
    assert done.exit_code == 0
    assert "Would be erased: their name in " in done.stdout
    assert done.stdout.rstrip().endswith("only a backup of before brings it back.")
    with closing(sqlite3.connect(season)) as db:
        assert db.execute("SELECT count(*) FROM record WHERE kind = 'forgotten'").fetchone() == (0,)
        assert name in {row[0] for row in db.execute("SELECT name FROM persons")}
    assert len(season.read_bytes()) == len(before)


def test_who_is_meant_must_be_plain(peduli: Peduli, season: Path) -> None:
    done = peduli("forget", "Nobody At All")
    assert (done.exit_code, done.stderr) == (
        2, "Nobody At All: nobody by that name, number or handle is known here.\n",
    )  # fmt: skip
    done = peduli("forget", "a", "--yes")
    assert done.exit_code == 2
    head, *lines = done.stderr.splitlines()
    assert head == "a: several are meant. Give the number of one."
    assert len(lines) > 1
    assert all(line.startswith("orang no. ") for line in lines)
    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("UPDATE persons SET name = '@siti_kes' WHERE id = 2")
    assert "orang no. 2: @siti_kes" in peduli("forget", "@siti_kes").stdout
    assert "orang no. 2: @siti_kes" in peduli("forget", "orang no. 2").stdout


def test_a_record_that_is_broken_is_left_alone(peduli: Peduli, season: Path) -> None:
    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("DROP TRIGGER record_keeps")
        db.execute("UPDATE record SET body = replace(body, 'a', 'b') WHERE id = 3")
    done = peduli("forget", 1, "--yes")
    assert done.exit_code == 1
    assert "BROKEN at entry 3" in done.stderr

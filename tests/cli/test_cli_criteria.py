"""`peduli-ham criteria`: the criteria of a province, its versions, and one line for what cannot be asked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Peduli
from tests.storage.test_criteria import HOUSES, agree, propose, season


@pytest.fixture
def agreed(folder: Path) -> Path:
    """A database of two provinces, one of which has changed 9, and has a proposal for 10."""
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    agree(world, 9)
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    world.type("Siti", "/kriteria 9")
    world.press("Siti", "💬 Komentar")
    world.type("Siti", "Ambangnya terlalu ketat untuk kota padat.")
    path = folder / "peduli-ham.db"
    with closing(sqlite3.connect(path)) as file:
        world.connection.backup(file)
    return path


@pytest.mark.usefixtures("agreed")
def test_a_province_is_printed_with_versions_and_agreements(peduli: Peduli) -> None:
    done = peduli("criteria", "--region", "jakpus")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "DKI Jakarta, period 2017: permenkumham-25-2013\nVersion 2 of 2, in force\n"
    )
    assert "Aula Kanwil: changed i9" in done.stdout
    [row] = [line for line in done.stdout.splitlines() if line.startswith("i9 ")]
    assert "agreed" in row
    assert "≤ 12 = 10" in row
    assert "open proposals: 1, comments: 1." in done.stdout


@pytest.mark.usefixtures("agreed")
def test_an_earlier_version_and_another_province_are_as_they_were(peduli: Peduli) -> None:
    for words in (("--region", "jakpus", "--version", 1), ("--province", "32")):
        done = peduli("criteria", *words)
        [row] = [line for line in done.stdout.splitlines() if line.startswith("i9 ")]
        assert "≤ 10 = 10" in row
    assert (
        "Version 1 of 2, in force is 2"
        in peduli("criteria", "--province", "31", "--version", 1).stdout
    )


@pytest.mark.usefixtures("agreed")
def test_json_has_everything_and_no_names(peduli: Peduli) -> None:
    done = peduli("criteria", "--province", "31", "--json")
    shown = json.loads(done.stdout)
    assert (shown["version"], shown["in_force"], len(shown["versions"])) == (2, True, 2)
    [decision] = shown["versions"][1]["decisions"]
    assert (decision["criterion"], decision["before"]["bands"][0]) == ("i9", ["10", "≤ 10"])
    nine = next(one for one in shown["criteria"] if one["criterion"] == "i9")
    assert (nine["status"], nine["bands"][0]) == ("agreed", ["10", "≤ 12"])
    assert nine["sources"][-1]["status"] == "agreed"
    assert shown["proposals"][0]["change"] == {"left_out": "Datanya tidak ada di mana pun."}
    assert shown["comments"][0]["role"] == "contact"
    assert "Budi" not in done.stdout
    assert "Siti" not in done.stdout


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "Give --region or --province. Known provinces: 31, 32.\n"),
        ("--province 99", "99: no such province. Known: 31, 32.\n"),
        ("--province 31 --version 7", "7: no such version. Known: 1, 2.\n"),
        ("--region Bandung --province 31", "Bandung lies in the province 32, not in 31. Give one.\n"),
        ("--province 31 --period 1999", "1999: no such period. Known: 2017.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_line(peduli: Peduli, words: str, problem: str) -> None:
    done = peduli("criteria", *words.split())
    assert (done.exit_code, done.stderr) == (2, problem)


def test_one_province_needs_no_name(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")
    assert "as set up" in peduli("criteria").stdout

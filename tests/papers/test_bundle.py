"""Bundel data dukung: every file where its name says, with its hash; what is lost is named and left out."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.papers import bundling
from bot.papers.bundle import Member, members, parts
from bot.storage.evidence_files import place_of
from bot.storage.evidence_rows import StoredFile, stored_files
from bot.storage.paper_orders import PaperOrder
from flows.model.bundle_paths import LONGEST, fit
from scoring.replacing import replace
from tests.papers.conftest import SourceOf

Peduli = Callable[..., Result]
FILE = StoredFile(
    1, 1, 1, "document", "laporan.pdf", "application/pdf", 5, "a" * 64, "2017-03-08T03:00:00Z"
)


@pytest.fixture
def peduli(season: Path, finished_season: Path, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    shutil.copytree(f"{finished_season}-files", season.parent / "files")
    monkeypatch.chdir(season.parent)
    monkeypatch.setenv("DATABASE", season.name)
    monkeypatch.setenv("FILES", "files")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), prog_name="peduli-ham")

    return run


def test_every_file_lies_where_its_name_says(peduli: Peduli, season: Path) -> None:
    done = peduli("bundle", "--region", "jakarta pusat", "--out", "all.zip")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "all.zip: written (mode 0600), 16 files."
    with zipfile.ZipFile("all.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        content = archive.read(
            "31.71 Jakarta Pusat/1 Hak hidup/01 Angka kematian ibu/Sudinkes - laporan-kematian-ibu.pdf"
        )
        assert content.startswith(b"%PDF")
        lines = archive.read("sidik.txt").decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        sheet = openpyxl.load_workbook(BytesIO(archive.read("Daftar.xlsx"))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-2:] == ["Sidik (SHA-256)", "Letak dalam bundel"]
    assert {row[-1]: row[-2] for row in rows[1:]} == sums
    assert set(names) == sums.keys() | {"Daftar.xlsx", "sidik.txt"}


def test_a_province_has_the_same_regions(peduli: Peduli) -> None:
    assert peduli("bundle", "--province", "31", "--out", "all.zip").exit_code == 0
    with zipfile.ZipFile("all.zip") as archive:
        assert len(archive.namelist()) == 18


def test_an_office_alone_and_a_chat_get_the_same_files(peduli: Peduli, season: Path) -> None:
    assert (
        peduli("bundle", "--region", "31.71", "--unit", "sudinkes", "--out", "one.zip").exit_code
        == 0
    )
    refused = peduli("bundle", "--unit", "sudinkes", "--province", "31", "--out", "two.zip")
    assert refused.stderr == "--unit sudinkes: of which region? Give --region REGION, too.\n"
    with zipfile.ZipFile("one.zip") as archive:
        names = sorted(archive.namelist())
    assert all("/Sudinkes - " in name for name in names if "/" in name)
    folder = Path("files/papers")
    subject: dict[str, Any] = {
        "kind": "bundle",
        "region_id": None,
        "unit_id": None,
        "province": "31",
        "parameters": {},
    }
    steps: list[int] = []
    order = PaperOrder(5, 1, 1, None, subject, "zip")
    made = bundling.make(season, folder, order, datetime.now(UTC), UTC, steps.append)
    assert (len(made.archives), made.archives[0].files, made.lost) == (1, 16, 0)
    assert made.archives[0].filename == "bundel-provinsi-31-2017.zip"
    assert steps[-1] == 100
    nobody = replace(order, subject=subject | {"province": "99"})
    with pytest.raises(ValueError, match="5"):
        bundling.make(season, folder, nobody, datetime.now(UTC), UTC, steps.append)


def test_what_is_too_much_for_one_message_is_written_in_parts(
    peduli: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = peduli("bundle", "--region", "31.71", "--out", "all.zip")
    most = Path("all.zip").stat().st_size // 2
    monkeypatch.setattr("bot.cli.bundle_command.TELEGRAM", 10)
    assert (
        "unless in parts (--split)"
        in peduli("bundle", "--region", "31.71", "--out", "again.zip").stdout
    )
    monkeypatch.setattr("bot.cli.bundle_command.FITS", most)
    done = peduli("bundle", "--region", "31.71", "--out", "part.zip", "--split")
    assert done.exit_code == 0, done.stderr
    parts = sorted(Path().glob("part-*.zip"))
    assert (
        done.stdout.splitlines()[0] == f"{whole.stdout.splitlines()[0][:-1]}; {len(parts)} parts."
    )
    assert len(parts) > 1
    names = []
    for part in parts:
        assert part.stat().st_size <= most
        with zipfile.ZipFile(part) as archive:
            held = set(archive.namelist()) - {"Daftar.xlsx", "sidik.txt"}
            assert len(archive.read("sidik.txt").splitlines()) == len(held)
            names += sorted(held)
    with zipfile.ZipFile("all.zip") as archive:
        assert names == sorted(set(archive.namelist()) - {"Daftar.xlsx", "sidik.txt"})


@given(st.lists(st.integers(1, 20_000), max_size=30), st.integers(1, 60_000))
def test_parts_hold_everything_in_order_and_no_more_than_they_may(
    sizes: list[int], most: int
) -> None:
    moment = datetime(2017, 3, 8, tzinfo=UTC)
    chosen = tuple(
        Member(replace(FILE, id=number, size=size), f"{number}", moment)
        for number, size in enumerate(sizes)
    )
    split = parts(chosen, most)
    assert tuple(member for part in split for member in part) == chosen
    for part in split:
        assert len(part) <= 1 or sum(member.stored.size for member in part) <= most


def test_what_is_lost_or_changed_is_named_and_left_out(
    peduli: Peduli, source_of: SourceOf, season: Path
) -> None:
    source = source_of(season, "recap", region_id=1)
    first, second, *_ = stored_files(source.connection, 1, source.roster.units)
    place_of(Path("files"), first.sha256).unlink()
    place_of(Path("files"), second.sha256).write_bytes(b"other")
    done = peduli("bundle", "--region", "31.71", "--out", "all.zip")
    assert done.exit_code == 1
    assert "14 files" in done.stdout
    assert done.stderr.startswith(
        "files: lost or changed, and not in it: 31.71 Jakarta Pusat/1 Hak hidup/01"
    )
    with zipfile.ZipFile("all.zip") as archive:
        assert len(archive.namelist()) == 16
        index = openpyxl.load_workbook(BytesIO(archive.read("Daftar.xlsx"))).worksheets[0]
    assert index.max_row == 15


def test_refusals(peduli: Peduli) -> None:
    for words, refusal in (
        ("--out x.zip", "Whose? Give --region REGION, or --province CODE."),
        (
            "--region 31.71 --out x.rar",
            "x.rar: not a name for an archive. Give one that ends in .zip.",
        ),
        ("--province 99 --out x.zip", "99: no such province. Known: 31."),
    ):
        done = peduli("bundle", *words.split())
        assert (done.exit_code, done.stderr) == (2, f"{refusal}\n")


def test_no_two_files_lie_in_one_place(finished_season: Path, source_of: SourceOf) -> None:
    roster = source_of(finished_season, "recap", region_id=1).roster
    chosen = members(
        roster,
        [
            FILE, replace(FILE, id=2, name="LAPORAN.PDF"), replace(FILE, id=3),
            replace(FILE, id=4, name="", kind="photo", mime="image/jpeg"), replace(FILE, id=5, name="", mime="image/jpeg"),
            replace(FILE, id=6, name="../../etc/passwd"), replace(FILE, id=7, indicator=99),
        ],
    )  # fmt: skip
    assert [PurePosixPath(member.path).name for member in sorted(chosen, key=lambda member: member.stored.id)] == [
        "Sudinkes - laporan.pdf", "Sudinkes - LAPORAN (2).PDF", "Sudinkes - laporan (3).pdf",
        "Sudinkes - foto.jpg", "Sudinkes - foto (2).jpg", "Sudinkes - passwd.pdf",
    ]  # fmt: skip
    assert len({member.path.casefold() for member in chosen}) == 6


@given(st.text(), st.sampled_from(["", ".pdf"]))
def test_a_name_fits_wherever_it_is_unpacked(text: str, ending: str) -> None:
    name = fit(text, ending)
    assert len(name) <= LONGEST
    assert name
    assert not set(name) & set('\\/:*?"<>|\x00\n')
    assert not name.endswith((" ", "."))
    assert name not in (".", "..")


def test_who_watches_sees_how_far_it_is(peduli: Peduli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    for words in (("recap",), ("papers", "make", "recap"), ("bundle",)):
        out = f"{words[0]}.{'zip' if words == ('bundle',) else 'pdf'}"
        done = peduli(*words, "--region", "31.71", "--out", out)
        assert done.exit_code == 0
        assert "━" in done.stderr
        assert "━" not in done.stdout

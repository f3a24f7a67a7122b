"""A season of three cities, closed over HTTP: its papers in chat and on the command line, proved and tampered with.

It is played once; each test has a copy of what is left of it on the disk.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import zxingcpp
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.papers import paper_kinds, paper_verification
from tests.e2e import closed_season
from tests.papers.forging import with_other_digit
from tests.papers.reading import page_texts
from tests.papers.test_forgotten_person import traces
from tests.support import HeldClock
from tests.support.beside import AttentiveSandbox
from tests.support.libreoffice import converted, needs_libreoffice, needs_poppler, pictures
from tests.support.staging import kept_states, once

NOW = datetime(2017, 3, 29, 3, 0, tzinfo=UTC)
"""As in `tests/papers`, which plays the same state of the demo."""
CITIES = ("Jakarta-Pusat", "Jakarta-Utara", "Jakarta-Barat")
IN_CHAT = {
    "Lembar-isian-Sudinkes-2017.pdf",
    "Tanda-terima-Sudinkes-2017.pdf",
    "Surat-pengantar-Jakarta-Pusat-2017.docx",
    *(f"Rekapitulasi-{city}-2017.{ending}" for city in CITIES for ending in ("pdf", "xlsx")),
    *(f"Laporan-hasil-pemeriksaan-{city}-2017.pdf" for city in CITIES),
    *(f"Berita-acara-kesepakatan-kriteria-DKI-Jakarta-2017.{ending}" for ending in ("pdf", "docx")),
    *(f"Rekapitulasi-provinsi-DKI-Jakarta-2017.{ending}" for ending in ("pdf", "xlsx")),
}
"""The rows of `papers.md`, in the files in which each comes; evidence is bundled on the command line."""
ABOUT = {
    "region": ("--region", "jakarta barat"),
    "unit": ("--region", "jakarta barat", "--unit", "sudinkes"),
    "province": ("--province", "31"),
}
LINK = "https://t.me/PeduliHamDemoBot?start="
OF_YEAR = ("--period", "2017")
"""Next year's period is the one that the bot works with."""
Peduli = Callable[..., Result]


async def play(folder: Path, factory: pytest.TempPathFactory) -> None:
    """Play the season; leave its database, its files, the papers as they came, and what people read."""
    clock = HeldClock(NOW)
    async with AttentiveSandbox(clock=lambda: clock.now.timestamp()) as server:
        season = await closed_season.opened(server, clock, kept_states(factory), folder)
        async with season.stage.running():
            await closed_season.whole(season)
    (folder / "shown.json").write_bytes(orjson.dumps(season.shown))
    (folder / "sent").mkdir()
    for name, content in season.papers():
        (folder / "sent" / name).write_bytes(content)


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the season, played by the first worker that needs it."""

    def make(folder: Path) -> None:
        asyncio.run(play(folder, tmp_path_factory))

    return once(tmp_path_factory, "closed", make)


@pytest.fixture
def peduli(closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    """Run commands beside a copy of the database."""
    shutil.copy(closed / "season.db", tmp_path / "season.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE", "season.db")
    monkeypatch.setenv("FILES", str(closed / "files"))
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="peduli-ham")

    return run


@pytest.fixture
def sent(closed: Path) -> dict[str, bytes]:
    """The papers as they came in chat, by their names."""
    return {file.name: file.read_bytes() for file in (closed / "sent").iterdir()}


def papers_by_name(peduli: Peduli, ending: str) -> dict[str, str]:
    """Have every kind made on the command line; return the codes by the names of the files."""
    codes = {}
    for kind, about in paper_kinds.NAMES.items():
        name = f"{kind}.{ending}"
        done = peduli("papers", "make", kind, *ABOUT[about], *OF_YEAR, "--out", name)
        assert (done.exit_code, done.stderr) == (0, ""), done.stderr
        codes[name] = done.stdout.split("code ")[1][:12]
    return codes


def hand(name: str, content: bytes) -> str:
    """Write a file that somebody hands in, and return its name."""
    Path(name).write_bytes(content)
    return name


def test_every_paper_came_in_chat_and_says_what_the_record_says(
    peduli: Peduli, sent: dict[str, bytes]
) -> None:
    assert set(sent) == IN_CHAT
    for name, content in sent.items():
        done = peduli("verify", "--paper", hand(name, content))
        assert (done.exit_code, done.stderr) == (0, ""), name
        assert "still true" in done.stdout
    with closing(sqlite3.connect("season.db")) as db:
        bodies = db.execute("SELECT body FROM record WHERE kind = 'frozen'").fetchall()
    frozen = {orjson.loads(body)["sha256"] for (body,) in bodies}
    hashes = {paper_verification.sha256_of(content): name for name, content in sent.items()}
    of_the_end = {name for name in IN_CHAT if name.startswith(("Rekap", "Laporan"))}
    assert {hashes[one] for one in frozen} == of_the_end
    assert len(bodies) == len(of_the_end)
    [summary] = page_texts(sent["Rekapitulasi-provinsi-DKI-Jakarta-2017.pdf"])
    # 26 of 30 points claimed by Jakarta Utara, 20 verified; 24 and 12 by Jakarta Barat: of 17 × 10
    for row in (
        "1 Jakarta Pusat 11 21 dari 21 21 dari 21 0 75,00 Belum memenuhi 76,25 Peduli HAM",
        "2 Jakarta Utara 1 3 dari 3 0 dari 3 0 15,29 Belum memenuhi 11,76 Belum memenuhi",
        "3 Jakarta Barat 1 3 dari 3 0 dari 3 0 14,12 Belum memenuhi 7,06 Belum memenuhi",
    ):
        assert row in summary


@pytest.mark.campaign
def test_every_paper_is_made_on_the_command_line_as_well(peduli: Peduli) -> None:
    codes = papers_by_name(peduli, "pdf")
    for name, code in codes.items():
        assert peduli("verify", "--paper", name).stdout.startswith(f"{code}: still true. ")
    for ending in ("pdf", "xlsx"):
        done = peduli("recap", "--region", "31.72", *OF_YEAR, "--out", f"recap-2.{ending}")
        assert done.exit_code == 0, done.stderr
    assert peduli("bundle", "--province", "31", *OF_YEAR, "--out", "bundle.zip").exit_code == 0
    with zipfile.ZipFile("bundle.zip") as bundle:
        assert bundle.testzip() is None
        assert len([name for name in bundle.namelist() if name.startswith("31.71")]) == 16
    listed = peduli("papers", "list", *OF_YEAR).stdout
    assert all(code in listed for code in codes.values())


@needs_poppler
@pytest.mark.campaign
def test_the_code_is_read_back_from_every_page(sent: dict[str, bytes]) -> None:
    for name, content in sent.items():
        if name.endswith(".pdf"):
            pages = [zxingcpp.read_barcodes(page) for page in pictures(content)]
            texts = page_texts(content)
            assert len(pages) == len(texts)
            for read, text in zip(pages, texts, strict=True):
                [code] = re.findall(r"PH-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
                assert [one.text for one in read] == [f"{LINK}{code}"], name


@pytest.mark.campaign
@needs_libreoffice
@needs_poppler
def test_libreoffice_opens_what_is_not_a_pdf(
    peduli: Peduli, sent: dict[str, bytes], tmp_path: Path
) -> None:
    codes = papers_by_name(peduli, "docx")
    files = {name: content for name, content in sent.items() if not name.endswith(".pdf")}
    files |= {name: Path(name).read_bytes() for name in codes}
    for name, content in converted(files, tmp_path).items():
        code = codes.get(name) or paper_verification.look_at(files[name]).code
        texts = page_texts(content)
        assert all(str(code) in text for text in texts), name
        assert f"Halaman {len(texts)} dari {len(texts)}" in texts[-1], name
        if name.endswith(".docx"):
            [read] = zxingcpp.read_barcodes(pictures(content, ppi=150, last=1)[0])
            assert read.text == f"{LINK}{code}", name


def test_one_digit_of_a_paper_and_one_entry_of_the_record_are_found(
    peduli: Peduli, sent: dict[str, bytes]
) -> None:
    whole = sent["Rekapitulasi-Jakarta-Pusat-2017.pdf"]
    forged = hand("forged.pdf", with_other_digit(whole, "76,25", "78,25"))
    done = peduli("verify", "--paper", forged)
    assert done.exit_code == 1
    assert "78,25" in done.stderr
    assert peduli("verify", "--paper", hand("whole.pdf", whole)).exit_code == 0
    with closing(sqlite3.connect("season.db", isolation_level=None)) as db:
        db.execute("DROP TRIGGER record_keeps")
        changed = db.execute(
            "UPDATE record SET body = replace(body, '9700', '9800') WHERE id ="
            " (SELECT min(id) FROM record WHERE kind = 'answer' AND body LIKE '%9700%')"
        )
        assert changed.rowcount == 1
    done = peduli("verify")
    assert done.exit_code == 1
    assert "BROKEN at entry" in done.stdout + done.stderr
    assert peduli("verify", "--paper", "whole.pdf").exit_code == 1


def test_a_person_is_forgotten_and_everything_is_still_proved(
    peduli: Peduli, sent: dict[str, bytes]
) -> None:
    name = "Siti Aminah"
    with closing(sqlite3.connect("season.db")) as db:
        [number] = db.execute("SELECT telegram_id FROM persons WHERE name = ?", (name,)).fetchone()
    assert traces(Path("season.db"), name, str(number))
    assert peduli("forget", name, "--yes").exit_code == 0
    assert traces(Path("season.db"), name, str(number)) == []
    assert peduli("verify").exit_code == 0
    for paper in ("Lembar-isian-Sudinkes-2017.pdf", "Rekapitulasi-Jakarta-Pusat-2017.pdf"):
        assert peduli("verify", "--paper", hand(paper, sent[paper])).exit_code == 0


def test_next_year_runs_beside_it_and_a_reviewer_who_differs_is_named(closed: Path) -> None:
    shown = orjson.loads((closed / "shown.json").read_bytes())
    assert "Data tahun 2017 (yang Anda lihat sekarang): batas akhir 28 Mei 2017" in shown["periods"]
    assert "Data tahun 2016: sudah ditutup" in shown["periods"]
    assert "selama 2017" in shown["next year"]
    assert "Penilaian sudah ditutup pada 29 Maret 2017" in shown["closed year"]
    rows = {line.partition(":")[0]: line for line in shown["calibration"].split("\n")}
    assert "3 dari 6 diubah" in rows["• Ratna"]
    assert "lebih ketat daripada yang lain (1 dari 21)" in rows["• Ratna"]
    with closing(sqlite3.connect(closed / "season.db")) as db:
        answered = db.execute(
            "SELECT period_id, count(*) FROM record WHERE kind = 'answer' GROUP BY period_id"
        ).fetchall()
    assert dict(answered)[2] == 1

"""A trial (uji coba) over HTTP: everything that is sent says so, and nothing of it counts anywhere."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl
import orjson
import pytest
from typer.testing import CliRunner

from bot.cli import app as commands
from bot.config import ConfigError, read_config
from bot.roster import SetupResult, apply_roster, bundled
from bot.storage.database import connect, in_transaction
from bot.telegram.rendering import CAPTION_LIMIT, NOTICE_LIMIT, TEXT_LIMIT, length, letters
from bot.telegram.typst import png
from flows.model.outcome import Notice, Say, SentDocument
from messages.drawing import figures
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office, whole_season
from tests.e2e.test_feed import BEARER, fed
from tests.e2e.test_roster_in_chat import attached, sent
from tests.e2e.test_shell import child, keep_season_alive
from tests.papers.reading import page_texts
from tests.support import START, made, make_database

BANNER = "UJI COBA · latihan, bukan penilaian sebenarnya"


def practice(connection: sqlite3.Connection) -> SetupResult:
    """Set up Jakarta Pusat as a trial."""
    roster = bundled("jakarta-pusat").as_trial()
    return apply_roster(connection, roster, now=START, bot_username="PeduliHamBot")


@pytest.fixture
def trial(stage: Stage, tmp_path: Path) -> Stage:
    stage.database = make_database(tmp_path / "trial.db", practice)
    stage.setup = made(practice)[1]
    return stage


def words(stage: Stage) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every letter that has words for people."""
    with closing(sqlite3.connect(stage.database)) as db:
        rows = db.execute("SELECT method, payload FROM outbox ORDER BY id").fetchall()
    for method, text in rows:
        payload = orjson.loads(text)
        if payload.keys() & {"text", "caption", "results"}:
            yield method, payload


async def test_all_that_is_sent_says_so_once(trial: Stage) -> None:
    async with trial.running():
        people = await whole_season(trial)
        budi = people["Kanwil"]
        for order in ("/status", "!🖼 Gambar", "/periode", "/bantuan", "/rekap", "hm"):
            await act(budi, order)
        await act(people["Sudinkes"], "/ringkasan")
        await trial.server.idle()
        assert "Data tahun 2016 · uji coba" in "\n".join(one.text for one in budi.replies)
    seen = set()
    for method, payload in words(trial):
        seen.add(method)
        text = payload.get("text") or payload.get("caption") or ""
        if method == "answerCallbackQuery":
            assert text.startswith("UJI COBA: ")
        else:
            assert text.startswith(f"<b>UJI COBA</b>{BANNER[8:]}\n")
            assert text.count("UJI COBA") == 1
        if "filename" in payload:
            assert payload["filename"].startswith("UJI-COBA-")
    assert seen >= {"sendMessage", "editMessageText", "sendPhoto"}


async def test_papers_and_workbooks_say_so_and_exports_want_it_said(
    trial: Stage, tmp_path: Path
) -> None:
    async with trial.running():
        people = await whole_season(trial)
        budi = people["Kanwil"]
        await act(budi, "/ekspor")
        budi.tap("Nilai per hak dan predikat")
        message = await budi.wait_for("Nilai dan predikat, sebagaimana")
        assert message.body["document"]["file_name"] == "UJI-COBA-hasil-2017-31.71.xlsx"
        about = openpyxl.load_workbook(io.BytesIO(attached(budi, message)))["Keterangan"]
        assert ("UJI COBA", "latihan, bukan penilaian sebenarnya") in {
            (one[0].value, one[1].value) for one in about.iter_rows()
        }
    place = ["--database", str(trial.database)]
    recap = tmp_path / "recap.pdf"
    run = CliRunner().invoke
    answer = run(commands, ["recap", "--region", "jakpus", "--out", str(recap), *place])
    assert answer.exit_code == 0, answer.output
    texts = page_texts(recap.read_bytes())
    assert all("UJI COBA" in text for text in texts)
    assert "angka dan hasilnya tidak berlaku" in " ".join(texts[0].split())
    refused = run(commands, ["export", "--what", "results", *place])
    assert "The period 2017 is a trial" in refused.output
    answer = run(commands, ["export", "--what", "results", "--trial", "--format", "json", *place])
    assert orjson.loads(answer.stdout)["trial"] is True


async def test_a_queue_of_a_trial_comes_back_below_its_banner(trial: Stage) -> None:
    async with trial.running():
        people = await whole_season(trial)
        siti, budi = people["Sudinkes"], people["Bagian Hukum"]
        await act(siti, "/formulir")
        form = openpyxl.load_workbook(io.BytesIO(attached(siti, siti.last)))
        assert form["Formulir"]["A1"].value == BANNER
        await act(siti, "/ringkasan")
        await act(siti, "!📤 Kirim semua jawaban (3)")
        siti.tap("📤 Kirim 3 jawaban")
        await trial.server.idle()
        await act(budi, "/periksa sudinkes")
        book = openpyxl.load_workbook(io.BytesIO(attached(budi, budi.last)))
        queue = book["Periksa"]
        assert queue["A1"].value == BANNER
        titles = {cell.value: cell.column for cell in queue[2]}
        queue.cell(3, titles["Putusan"]).value = "Setujui"
        queue.cell(3, titles["Sudah dilihat"]).value = "ya"
        kept = io.BytesIO()
        book.save(kept)
        mark = await sent(budi, kept.getvalue(), "periksa.xlsx")
        await budi.wait_for("Pratinjau pemeriksaan", after=mark)
        budi.tap("✅ Terapkan (1)")
        await budi.wait_for("Tercatat · R-")


async def test_the_feed_gives_a_trial_only_where_it_is_asked_for(trial: Stage) -> None:
    url = fed(trial)
    async with trial.running(), aiohttp.ClientSession() as session:
        async with session.get(url, headers=BEARER) as response:
            assert response.status == 404
            assert "is a trial" in (await response.json())["error"]
        async with session.get(url, params={"trial": "yes"}, headers=BEARER) as response:
            assert response.status == 200
            assert (await response.json())["trial"] is True
        async with session.get(url, params={"trial": "1"}, headers=BEARER) as response:
            assert response.status == 400


async def test_the_real_season_takes_over_on_its_day(trial: Stage) -> None:
    async with trial.running() as app:
        budi = await trial.joined("kanwil", "Budi")
        siti = await office(trial, "Suban Kesbangpol")
        roster = bundled("jakarta-pusat")
        season = replace(
            roster,
            period=replace(roster.period, code="2017-resmi", opens=date(2017, 3, 20), trial=False),
        )

        def prepare(connection: sqlite3.Connection) -> SetupResult:
            return apply_roster(connection, season, now=START, bot_username="PeduliHamBot")

        with closing(connect(trial.database)) as db:
            in_transaction(db, prepare)
        await act(siti, "/mulai")
        assert siti.text.startswith(BANNER), "it has not opened yet"
        trial.clock.advance(days=12)
        await app.tick()
        await act(siti, "/ringkasan")
        assert "UJI COBA" not in siti.text
        assert "0 dari 1" in siti.text, "what was practised is no answer"
        await act(budi, "/periode")
        assert "uji coba: sudah ditutup" in budi.text.replace("</b>", "")


def test_the_banner_keeps_to_what_telegram_takes() -> None:
    words = "a & b " * 2000
    view = {"name": words, "texts": []}
    banner = Say("trial/banner", {})
    assert letters(banner, 5, trial=True)[0].payload["text"].count("UJI COBA") == 2
    notice = letters(Notice("q", "trial/banner", {}), 5, "en", trial=True)[0].payload["text"]
    assert notice.startswith("TRIAL: ")
    assert length(notice) <= NOTICE_LIMIT
    made = letters(
        SentDocument("trial/banner", view, "UJI-COBA-a.pdf", made="paper"), 5, trial=True
    )
    assert made[0].payload["filename"] == "UJI-COBA-a.pdf"
    assert length(made[0].payload["caption"]) <= CAPTION_LIMIT < TEXT_LIMIT


def test_a_picture_of_a_trial_is_another_picture() -> None:
    view = {
        "name": "Kota", "years": ["2015", "2016"], "cities": [], "more": 0, "rights": [], "mean": False,
        "unverified": [], "loaded": False, "simulation": False,
    }  # fmt: skip
    plain = png("period/trend_picture", figures(view))
    assert png("period/trend_picture", figures(view), over=BANNER) != plain


async def test_trial_in_the_settings_marks_what_is_prepared_and_spares_a_season(
    stage: Stage,
) -> None:
    keep_season_alive(stage)
    process = await child(stage, "run", TRIAL="1")
    try:
        siti = stage.server.person("Siti")
        siti.open_link(stage.token("Suku Dinas Kesehatan"))
        await siti.wait_for(BANNER)
        await act(siti, "/lanjut")
        await act(siti, "12 dari 14.250")
        siti.tap("✅ Simpan")
        await siti.wait_for("Tersimpan")
    finally:
        process.terminate()
        await process.wait()
    with closing(sqlite3.connect(stage.database)) as db, db:
        db.execute("UPDATE periods SET trial = 0")
    process = await child(stage, "run", TRIAL="1")
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert "TRIAL=1, but the period 2017 is a real season with answers" in errors.decode()


@pytest.mark.parametrize(
    ("given", "practises"), [("1", True), ("ya", True), ("0", False), ("", False)]
)
def test_trial_is_yes_or_no(given: str, practises: bool) -> None:
    assert read_config({"bot_token": "1:A", "trial": given}).trial is practises
    with pytest.raises(ConfigError, match="TRIAL is 1 for a trial"):
        read_config({"bot_token": "1:A", "trial": "2"})

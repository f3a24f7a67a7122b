"""What the operator sees and does beside the running bot: doctor, kept updates, metrics, logs."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner, Result

import bot.app
from bot.cli import app as command
from bot.cli.process_lock import only_one
from bot.config import ConfigError
from bot.metrics import measured
from bot.storage import record
from scoring.replacing import replace
from tests.e2e.conftest import SECRET, TOKEN, Stage
from tests.e2e.player import act
from tests.e2e.test_shell import child, keep_season_alive
from tests.support import PATIENCE, dump
from tests.support.process import free_port


class Poison:
    """Makes the next updates raise where their changes have been written."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, point: str) -> None:
        if point == "changes_written" and self.left:
            self.left -= 1
            raise LookupError("Siti Rahasia 14250")


@pytest.fixture
def peduli(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a command on the database of the stage; run it in a thread while the bot runs."""
    for name, value in {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": stage.server.url,
        "DATABASE": str(stage.database),
        "FILES": str(stage.database.with_name("files")),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command, list(words), prog_name="peduli-ham")

    return run


def kept(stage: Stage) -> list[str]:
    return [str(row[6]) for row in dump(stage.database, "failed_updates")]


def acts(stage: Stage) -> list[str]:
    with closing(sqlite3.connect(stage.database)) as connection:
        rows = connection.execute("SELECT body FROM record WHERE kind = 'operator' ORDER BY id")
        bodies = [json.loads(row[0]) for row in rows]
        assert record.verify(connection).broken is None
    return [f"{one['failed']} {one['state']}" for one in bodies]


async def poisoned_answer(stage: Stage, poison: Poison) -> None:
    """Let Siti's figures fail once; the chat stays where it was."""
    siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
    await act(siti, "/lanjut")
    poison.left = 1
    await act(siti, "12 dari 14.250")
    assert "G-1" in siti.text


async def test_a_kept_update_is_replayed_by_the_running_bot_once(
    stage: Stage, peduli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.app, "TICK_SECONDS", 0.05)
    poison = Poison()
    with only_one(stage.database):
        async with stage.running(poison) as app:
            await poisoned_answer(stage, poison)
            listed = await asyncio.to_thread(peduli, "failed", "list")
            assert "LookupError" in listed.stdout
            assert "Rahasia" not in listed.stdout
            poison.left = 1  # it fails again, and is kept with its new error
            done = await asyncio.to_thread(peduli, "failed", "replay", "G-1")
            assert "queued; the running bot takes it" in done.stdout
            while kept(stage) != ["kept"] or len(acts(stage)) < 2:
                await asyncio.sleep(0.02)
            await asyncio.to_thread(peduli, "failed", "replay", "1")
            while kept(stage) != ["replayed"]:
                await asyncio.sleep(0.02)
            # The bot that ticks so often is never at rest; its letters are what is waited for.
            await stage.server.until(lambda: not app.delivery.under_way)
            again = await asyncio.to_thread(peduli, "failed", "replay", "g-1")
            assert again.exit_code == 2
            assert again.stderr == "G-1: is replayed already. Nothing was done.\n"
    sent = [str(row) for row in dump(stage.database, "outbox")]
    assert sum("84 per 100.000" in one for one in sent) == 1
    assert acts(stage) == ["1 replay", "1 kept", "1 replay", "1 replayed"]


async def test_without_the_bot_a_replay_is_done_at_once_and_sent_later(
    stage: Stage, peduli: Callable[..., Result]
) -> None:
    poison = Poison()
    async with stage.running(poison):
        await poisoned_answer(stage, poison)
        await stage.server.idle()
    keep_season_alive(stage)
    shown = await asyncio.to_thread(peduli, "failed", "show", "G-1")
    assert "12 dari 14.250" in shown.stdout
    assert "Siti Rahasia 14250" in shown.stdout
    done = await asyncio.to_thread(peduli, "failed", "replay", "G-1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "G-1: done. What it says is sent when the bot runs.\n"
    assert kept(stage) == ["replayed"]
    async with stage.running():
        await stage.server.idle()
    sent = [row for row in dump(stage.database, "outbox") if "84 per 100.000" in str(row)]
    assert [row[9] for row in sent] == ["sent"]


async def test_doctor_beside_the_running_bot_and_after_it(stage: Stage) -> None:
    keep_season_alive(stage)
    process = await child(stage, "run")
    try:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti Rahasia")
        await act(siti, "/lanjut")
        await act(siti, "14.250")
        await stage.server.idle()
        checks = await diagnosed(stage, 0)
        assert {name for name, one in checks.items() if one["state"] != "ok"} == set()
        assert checks["process"]["running"]
        assert checks["process"]["heartbeat_age"] < 60
        assert checks["token"]["bot"] == f"@{stage.server.bot.account.username}"
        assert checks["queue"]["length"] == 0
        assert abs(checks["clock"]["seconds_off"]) < 60
        assert checks["sends"]["sent"] > 0
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    checks = await diagnosed(stage, 0)
    assert checks["process"]["wrong"] == ["not_running"]
    assert checks["process"]["last_poll_age"] is not None
    checks = await diagnosed(stage, 1, BOT_TOKEN="999:WRONG")
    assert checks["token"]["wrong"] == ["token_refused"]


async def diagnosed(stage: Stage, code: int, **env: str) -> dict[str, dict[str, Any]]:
    """Return the checks of `doctor --json` by name; nothing private is in them."""
    doctor = await child(stage, "doctor", "--json", **env)
    out, err = await asyncio.wait_for(doctor.communicate(), PATIENCE)
    assert (doctor.returncode, err) == (code, b""), out
    for word in (TOKEN, "WRONG", "Rahasia", "14.250", "14250"):
        assert word.encode() not in out
    return {one["check"]: one for one in json.loads(out)["checks"]}


async def test_logs_as_json_hold_no_name_no_figure_no_token(stage: Stage) -> None:
    keep_season_alive(stage)
    process = await child(stage, "run", LOG_FORMAT="json")
    try:
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti Rahasia")
        await act(siti, "/lanjut")
        stage.server.fault("reset", method="sendMessage", times=2)
        stage.server.fault("drop_before", method="getUpdates")
        await act(siti, "777 dari 98.765")
        await act(siti, "!✅ Simpan")
        stage.server.fault("refuse", method="sendMessage", code=400)
        siti.send("/ringkasan")
        await stage.server.idle()
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    lines = [json.loads(line) for line in log.decode().splitlines()]
    assert {"at", "level", "logger", "message"} <= set(lines[0])
    assert [one["message"] for one in lines if one["logger"] == "bot.cli.serving"] == [
        "ready",
        "stopped",
    ]
    assert any("refused" in one["message"] for one in lines)
    assert any(one["level"] == "warning" for one in lines)
    for word in ("Rahasia", "Siti", "777", "98.765", "98765", TOKEN, TOKEN.split(":")[1], SECRET):
        assert word not in log.decode()


async def test_metrics_count_what_happens(stage: Stage) -> None:
    port = free_port()
    config = stage.config()
    stage.config = lambda: replace(config, metrics_listen=f":{port}")  # type: ignore[method-assign]
    poison = Poison()
    async with stage.running(poison), aiohttp.ClientSession() as session:
        await poisoned_answer(stage, poison)
        stage.server.fault("refuse", method="sendMessage", code=429, retry_after=1)
        siti = stage.server.person("Tono")
        await act(siti, "halo")
        await stage.server.idle()
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            text = await response.text()
            assert response.content_type == "text/plain"
        second = measured(f"127.0.0.1:{port}", *[None] * 3)
        with pytest.raises(ConfigError, match="METRICS_LISTEN"):
            await second.__aenter__()
    values = {
        sample.name.removeprefix("peduli_ham_") + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["updates_total"] == 4
    assert values["updates_failed_total"] == values["failed_updates"] == 1
    assert values["batch_size_sum"] == 4
    assert values["batch_size_count"] <= 4
    assert values["sends_totalsent"] >= 4
    assert values["retry_after_seconds_count"] == 1
    assert values["queue_length"] == values["oldest_unsent_seconds"] == values["files_waiting"] == 0
    assert values["last_poll_age_seconds"] == 0
    assert values["database_bytes"] > 100_000
    assert "Siti" not in text


@pytest.mark.campaign
async def test_a_webhook_bot_notes_posts_and_doctor_asks_telegram(stage: Stage) -> None:
    stage.webhook = True
    async with stage.running() as app:
        assert app.counters.heard is None
        await stage.joined("Suku Dinas Kesehatan", "Siti")
        assert app.counters.heard == stage.clock()
    checks = await diagnosed(stage, 0)
    assert checks["webhook"]["wrong"] == ["webhook_unwanted"]
    hook = {"WEBHOOK_LISTEN": "127.0.0.1:1", "WEBHOOK_SECRET": SECRET}
    url = stage.config().webhook_url or ""
    checks = await diagnosed(stage, 0, WEBHOOK_URL=url, **hook)
    assert checks["webhook"]["wrong"] == []
    checks = await diagnosed(stage, 0, WEBHOOK_URL=f"{url}2", **hook)
    assert checks["webhook"]["wrong"] == ["webhook_missing"]

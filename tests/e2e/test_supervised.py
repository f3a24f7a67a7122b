"""What watches the running bot: the address for probes, and a supervisor by systemd's protocol."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import iso
from bot.config import ConfigError
from bot.counters import Counters
from bot.health_page import answering
from bot.ops import supervisor
from bot.storage.database import open_database
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.test_shell import child
from tests.support import HeldClock, make_database
from tests.support.process import free_port

DEPLOY = Path(__file__).parents[2] / "docs/deploy"


async def asked(port: int) -> tuple[int, list[str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/health") as response,
    ):
        return response.status, (await response.json())["wrong"]


async def test_a_probe_learns_whether_the_bot_is_well(stage: Stage) -> None:
    port, config = free_port(), stage.config()
    stage.config = lambda: replace(config, health_listen=f"127.0.0.1:{port}")  # type: ignore[method-assign]
    async with stage.running() as app:
        assert await asked(port) == (200, [])
        stage.server.fault("silent", method="getUpdates", times=1_000)
        app.counters.heard = stage.clock() - timedelta(seconds=121)
        app.counters.started = app.counters.heard
        assert await asked(port) == (503, ["telegram"])
        again = answering(f"127.0.0.1:{port}", app.counters, app.database, app.clock, polls=True)
        with pytest.raises(ConfigError, match="HEALTH_LISTEN"):
            await again.__aenter__()


async def test_a_probe_hears_of_messages_that_wait_and_of_a_database_that_is_gone(
    tmp_path: Path,
) -> None:
    clock, port = HeldClock(), free_port()
    long_ago = clock() - timedelta(minutes=6)
    path = make_database(tmp_path / "bot.db")
    async with open_database(path) as database:
        counters = Counters(started=long_ago)  # by webhook, silence is no sign
        async with answering(f":{port}", counters, database, clock, polls=False):
            assert await asked(port) == (200, [])
            await database.transaction(
                lambda db: db.execute(
                    "INSERT INTO outbox (chat_id, method, payload, created_at)"
                    " VALUES (1, 'sendMessage', '{}', ?)",
                    (iso(long_ago),),
                )
            )
            assert await asked(port) == (503, ["unsent"])
            await database.transaction(lambda db: db.execute("DROP TABLE outbox"))
            assert await asked(port) == (503, ["database"])


async def test_a_supervisor_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel,
    ):
        address = f"{folder}/notify"
        channel.bind(address)
        channel.setblocking(False)  # noqa: FBT003
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        loop = asyncio.get_running_loop()
        async with stage.running() as app:
            assert await loop.sock_recv(channel, 64) == b"READY=1\nSTATUS=serves"
            await app.tick()
            assert await loop.sock_recv(channel, 64) == b"WATCHDOG=1\nSTATUS=serves"
        states = [await loop.sock_recv(channel, 64)]
        while states[-1] != b"STOPPING=1":
            states.append(await loop.sock_recv(channel, 64))


async def test_a_start_without_a_network_is_no_failure(stage: Stage) -> None:
    """Else systemd ends it after two minutes, as if it hung, and again after the next two."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel,
    ):
        channel.bind(f"{folder}/notify")
        channel.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        nowhere = f"http://127.0.0.1:{free_port()}"
        process = await child(stage, "run", BOT_API_URL=nowhere, NOTIFY_SOCKET=f"{folder}/notify")
        try:
            assert (await loop.sock_recv(channel, 256)).startswith(b"EXTEND_TIMEOUT_USEC=")
            for _ in range(2):
                message = await loop.sock_recv(channel, 256)
                assert message.startswith(b"READY=1\nWATCHDOG=1\nSTATUS=waits for")
        finally:
            process.terminate()
            await process.communicate()
        assert process.returncode == 0


async def test_a_database_in_which_nothing_is_set_up_is_told_of(
    stage: Stage, tmp_path: Path
) -> None:
    process = await child(stage, "run", DATABASE=str(tmp_path / "other.db"))
    assert process.stderr is not None
    try:
        while b"no period is set up in it" not in (line := await process.stderr.readline()):
            assert line
    finally:
        process.terminate()
        await process.communicate()


def test_a_supervisor_may_have_a_name_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("")  # Linux chooses a free name
        name = channel.getsockname()
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name[1:].decode())
        supervisor.tell(supervisor.READY)
        assert channel.recv(64) == b"READY=1\nSTATUS=serves"


def test_where_no_supervisor_is_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    supervisor.tell(supervisor.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    supervisor.tell(supervisor.READY)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_the_units_are_what_systemd_understands(tmp_path: Path) -> None:
    programs = {"/opt/peduli-ham/bin/peduli-ham": "/bin/true"}
    for unit in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        text = unit.read_text(encoding="utf-8")
        for there, here in programs.items():
            text = text.replace(there, here)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    result = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    for service in DEPLOY.glob("*.service"):
        result = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=20",
             str(tmp_path / service.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout[-400:]

"""The webhook's door: unfinished heads and bodies are shown out, and want of descriptors is nobody's fault."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import resource
import shlex
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.ops.doctor import examine_files
from bot.telegram import door, webhook
from scoring.replacing import replace
from tests.e2e.conftest import SECRET, Stage
from tests.e2e.player import act
from tests.support import PATIENCE, ROOT, dump
from tests.support.process import CLI, BotProcess, environment, free_port

UNFINISHED = 1000
DOCUMENTED = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
MEAGRE = ("sh", "-c", f"ulimit -n 256; exec {shlex.join((*CLI, 'run'))}")
HALF_A_HEAD = b"POST /hook HTTP/1.1\r\nHost: bot\r\nX-Half: "


@pytest.fixture
def descriptors() -> Iterator[None]:
    """Allow this process enough descriptors to open that many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < UNFINISHED + 500:
        pytest.skip("the machine permits too few descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, UNFINISHED + 500), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.asynccontextmanager
async def unfinished(port: int, count: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Open so many connections, each with half a head; whoever is shown out comes again."""
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def connect() -> None:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            streams.append((reader, writer))
            writer.write(HALF_A_HEAD)
            await writer.drain()

    for _ in range(0, count, 50):
        await asyncio.gather(*(connect() for _ in range(50)))
    yield [reader for reader, _ in streams]
    for _, writer in streams:
        writer.close()


async def test_a_thousand_unfinished_connections_and_256_descriptors(
    stage: Stage, descriptors: None, tmp_path: Path
) -> None:
    port = free_port()
    settings = environment(stage.server.url, stage.database, port)
    bot = BotProcess(settings | {"BOT_TOKEN": stage.server.bot.token}, tmp_path, MEAGRE)
    stage.server._clock = time.time
    await bot.start()
    try:
        await asyncio.wait_for(bot.ready.wait(), PATIENCE)
        siti = stage.server.person("Siti")
        siti.send("halo")
        await siti.wait_for("Anda belum terdaftar")
        async with unfinished(port, UNFINISHED) as readers:
            assert len(readers) == UNFINISHED
            held = len(os.listdir(f"/proc/{bot.pid}/fd"))  # noqa: PTH208
            assert held < 256
            ani = stage.server.person("Ani")
            ani.send("halo")
            await ani.wait_for("Anda belum terdaftar")
            closed = sum(reader.at_eof() or reader.exception() is not None for reader in readers)
            assert closed >= UNFINISHED - 2 * door.CONNECTIONS
        assert not bot.ended, bot.log_lines
        assert not bot.errors
    finally:
        assert await bot.stop() == 0


async def test_heads_and_bodies_have_a_deadline(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.3)
    stage.webhook = True
    async with stage.running():
        await stage.server.wait_calls(1, "setWebhook")
        for beginning in (b"", HALF_A_HEAD):
            reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
            writer.write(beginning)
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
        head = f"POST /hook HTTP/1.1\r\nHost: bot\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
        writer.write(f"{head}Content-Length: 50\r\n\r\n{{".encode())
        assert b" 408 " in await asyncio.wait_for(reader.readline(), PATIENCE)
        writer.close()
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/lanjut")


async def test_whoever_is_served_stays_when_others_crowd_in(stage: Stage) -> None:
    stage.webhook = True
    async with stage.running(), aiohttp.ClientSession() as session:
        await stage.server.wait_calls(1, "setWebhook")
        good = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url = stage.config().webhook_url or ""

        async def posted(update_id: int) -> int:
            async with session.post(
                url, data=b'{"update_id": %d}' % update_id, headers=good
            ) as response:
                return response.status

        assert await posted(900_001) == 200
        (kept,) = [one for found in session.connector._conns.values() for one, _ in found]
        async with unfinished(stage.port, 3 * door.CONNECTIONS):
            assert await posted(900_002) == 200
            assert kept.is_connected()


async def test_the_webhook_is_set_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.INSISTING_PAUSE", 0.05)
    stage.webhook = True
    stage.server.fault("refuse", method="setWebhook", code=400, times=2)
    async with stage.running():
        await stage.joined("Suku Dinas Kesehatan", "Siti")
        await stage.server.idle()
        assert stage.server.counts["setwebhook"] == 3
        await asyncio.sleep(0.3)
        assert stage.server.counts["setwebhook"] == 3


async def test_a_secret_that_is_no_text_is_401(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.webhook = True
    async with stage.running():
        await stage.server.wait_calls(1, "setWebhook")
        for secret, status in ((b"\xff\xfe", 401), ("rahasia-é".encode(), 401), (b"salah", 403)):
            reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
            head = b"POST /hook HTTP/1.1\r\nHost: bot\r\nX-Telegram-Bot-Api-Secret-Token: "
            writer.write(head + secret + b"\r\nContent-Length: 2\r\n\r\n{}")
            assert f" {status} ".encode() in await asyncio.wait_for(reader.readline(), PATIENCE)
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
        writer.write(b"\x16\x03\x01 not http\r\n\r\n")
        await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("hooked", [False, True])
async def test_want_of_descriptors_is_not_the_updates_fault(stage: Stage, hooked: bool) -> None:
    stage.webhook = hooked
    left = [3]

    def fault(point: str) -> None:
        if point == "letters_written" and left[0]:
            left[0] -= 1
            raise OSError(errno.EMFILE, "Too many open files")

    async with stage.running(fault):
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/lanjut")
    assert left == [0]
    assert dump(stage.database, "failed_updates") == []
    assert len(dump(stage.database, "seats")) == 1
    (database,) = [
        one
        for one in examine_files(
            stage.database, stage.config().files, served=False, webhook=hooked, clock=stage.clock
        )
        if one.check == "database"
    ]
    assert database.wrong == ("was_unwritable",)


async def test_metrics_are_for_the_machine_itself(stage: Stage) -> None:
    port = free_port()
    before = stage.config
    stage.config = lambda: replace(  # type: ignore[method-assign]
        before(), metrics_listen=f"127.0.0.1:{port}"
    )
    async with stage.running(), aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/metrics"
        for host, status in (
            (f"127.0.0.1:{port}", 200), ("localhost", 200), ("evil.example", 403), ("10.1.2.3", 403),
        ):  # fmt: skip
            async with session.get(url, headers={"Host": host}) as response:
                assert response.status == status
                body = await response.text()
        async with session.get(url) as response:
            body = await response.text()
    documented = DOCUMENTED.partition("## Metrics")[2].partition("\n## ")[0]
    names = {
        word.partition("{")[0] for word in documented.split("`") if word.startswith("peduli_ham_")
    }
    shown = {line.split()[2] for line in body.splitlines() if line.startswith("# TYPE")}
    assert len(names) > 8
    assert {
        name for name in names if name not in shown and name.removesuffix("_total") not in shown
    } == set()

"""`peduli-ham demo` as a command: however it ends, no process of its is left; and it keeps secrets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.cast import TOKEN
from tests.support import PATIENCE
from tests.support.nightly import sampled

ROOT = Path(__file__).parent.parent.parent
COMMAND = (
    "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL);"  # the tests may run under nohup
    " from bot.cli import main; sys.argv[0] = 'peduli-ham'; main()"
)


def processes(parent: int) -> list[int]:
    """Return the children of a process."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8")
    return [int(one) for one in children.split()]


def shown(pid: int) -> bytes:
    """Return what others on the machine may see of a process: its words and its environment."""
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False


async def gone(pid: int, seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while is_alive(pid):
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def command(
    tmp_path: Path, **env: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start the demo as people do; yield it with the page's address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, "demo", "--port", "0", "--state", "empty",
        "--database", str(tmp_path / "kept.db"),
        cwd=ROOT, env=os.environ | env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        yield process, line.split("open ")[1].split(" ")[0]
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("name", sampled(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"], 4))
async def test_no_process_is_left(tmp_path: Path, name: str) -> None:
    sign = signal.Signals[name]
    async with command(tmp_path) as (process, _):
        (child,) = processes(process.pid)
        assert TOKEN.encode() not in shown(child)
        process.send_signal(sign)
        await asyncio.wait_for(process.wait(), PATIENCE)
        await gone(child)


@pytest.mark.campaign
async def test_a_stopped_bot_ends_with_the_demo_too(tmp_path: Path) -> None:
    """A child that hangs cannot hear that its input has ended; the demo does not wait for it for ever."""
    async with command(tmp_path) as (process, _):
        (child,) = processes(process.pid)
        os.kill(child, signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE)
        assert not is_alive(child)


@pytest.mark.campaign
async def test_neither_token_nor_names_are_printed(tmp_path: Path) -> None:
    """Whatever goes wrong; and the settings of a real bot mean nothing to the demo."""
    real = {"BOT_TOKEN": "123456:REAL", "WEBHOOK_URL": "https://example.org/hook"}
    async with command(tmp_path, **real) as (process, url), aiohttp.ClientSession() as client:
        persons = await (await client.get(f"{url}/sim/persons")).json()
        siti = persons[0]
        await client.post(f"{url}/sim/stage/signal", json={"drop": True, "double": True})
        open_link = {"payload": siti["start_link"]}
        await client.post(f"{url}/sim/persons/{siti['id']}/open_link", json=open_link)
        await client.post(f"{url}/sim/persons/{siti['id']}/send", json={"text": "Rahasia 12"})
        await asyncio.sleep(1)
        await client.post(f"{url}/sim/stage/bot", json={"do": "kill"})
        await client.post(f"{url}/sim/stage/bot", json={"do": "start"})
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    printed = (out + err).decode()
    for secret in (TOKEN, "123456:REAL", siti["name"], siti["start_link"], "Rahasia"):
        assert secret not in printed

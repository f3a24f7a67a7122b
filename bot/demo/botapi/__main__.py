"""`python -m bot.demo.botapi`: the server by itself, for benchmarks; control it over /sim."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import signal
import sys
from pathlib import Path
from typing import Any

from bot.demo.botapi.sandbox import Sandbox


async def _main(given: argparse.Namespace) -> None:
    server = Sandbox(
        port=given.port,
        host=given.host,
        flood=given.flood,
        keep_calls=given.log,
        keep_messages=given.keep,
        page_folder=given.page,
    )
    async with server:
        server.add_bot(given.token, given.username)
        stop = asyncio.Event()
        for signal_no in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends it all the same
                asyncio.get_running_loop().add_signal_handler(signal_no, stop.set)
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Parse the command line and serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.botapi", description=__doc__)
    switch = argparse.BooleanOptionalAction
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="123456:SANDBOX")
    parser.add_argument("--username", default="PeduliHamBot")
    parser.add_argument("--flood", action=switch, default=False, help="keep Telegram's limits")
    parser.add_argument(
        "--log", "--keep-calls", action=switch, default=False, help="remember every call"
    )
    parser.add_argument("--keep", type=int, default=500, help="messages kept per chat")
    parser.add_argument("--page", type=Path, help="a folder whose index.html is shown under /")
    _run(_main(parser.parse_args()))


def _run(work: Any) -> None:
    try:
        importlib.import_module("uvloop").run(work)
    except ImportError:  # Windows
        asyncio.run(work)


if __name__ == "__main__":
    main()

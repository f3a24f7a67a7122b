"""`python -m bot.sandbox`: the server by itself, for benchmarks; control it over /sim."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

import uvloop

from bot.sandbox.sandbox import Sandbox


async def _main(port: int, token: str, *, flood: bool, keep_calls: bool) -> None:
    async with Sandbox(port=port, flood=flood, keep_calls=keep_calls) as box:
        box.add_bot(token)
        stop = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        sys.stdout.write(f"{box.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Parse the command line and serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="123456:SANDBOX")
    parser.add_argument("--flood", action="store_true", help="keep Telegram's limits")
    parser.add_argument("--keep-calls", action="store_true", help="remember every call")
    given = parser.parse_args()
    uvloop.run(_main(given.port, given.token, flood=given.flood, keep_calls=given.keep_calls))


if __name__ == "__main__":
    main()

"""One of the processes that read the record beside each other, with a connection of its own.

An order is a line of JSON on its standard input, what came of it a line on its output. It ends with its
input, so that it outlives nobody. It imports little, for many are started.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import orjson

from bot.storage import chain
from bot.storage.chain import ChainPart, Erasures, Stretch


def as_order(stretch: Stretch) -> list[Any]:
    """Return a stretch as a line has it; keys of JSON are texts, so numbers stand in pairs."""
    heads, carries = list(stretch.heads.items()), list(stretch.carries.items())
    return [stretch.after, stretch.last, stretch.count, heads, carries]


def part(answer: list[Any]) -> ChainPart:
    """Return what came of a stretch, as a line has it."""
    count, heads, fault, (numbers, left, erased) = answer
    erasures = Erasures(set(numbers), left, [tuple(words) for words in erased])
    return ChainPart(count, dict(heads), tuple(fault) if fault else None, erasures)


def serve(connection: sqlite3.Connection, orders: Iterable[bytes]) -> None:
    """Answer each order: null asks to begin at what is committed now, all else is a stretch."""
    for line in orders:
        order, answer = orjson.loads(line), None
        if order is None:
            chain.begin(connection)
        else:
            answer = _read(connection, *order)
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def _read(
    connection: sqlite3.Connection, after: int, last: int, count: int, heads: Any, carries: Any
) -> list[Any]:
    stretch = Stretch(after, last, count, dict(heads), dict(carries))
    proved = chain.read(connection, stretch)
    erasures = proved.erasures
    words = [list(erasures.numbers), erasures.left, erasures.erased]
    return [proved.count, list(proved.heads.items()), proved.fault, words]


def main() -> None:
    """Serve the file whose address the command line has, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with closing(sqlite3.connect(sys.argv[1], uri=True, isolation_level=None)) as connection:
            serve(connection, sys.stdin.buffer)
    except Exception:  # whoever asked reads it all again, and says what is wrong
        os._exit(1)


if __name__ == "__main__":
    main()

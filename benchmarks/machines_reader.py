"""A program that fetches the whole feed, as its own process: `… machines_reader HOST:PORT LIMIT`.

Prints how many entries came in how many seconds, what a page takes, and the pages of the last tenth beside
those of the first: where they cost more, the cost grows with the number.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import time

import orjson

TOKEN = "benchmarks-" + "0123456789abcdef" * 2


def main() -> None:
    """Fetch page after page, and tell."""
    listen, limit = sys.argv[1:]
    connection = http.client.HTTPConnection(listen)
    after, more, count = 0, True, 0
    took = []
    began = time.perf_counter()
    while more:
        asked = time.perf_counter()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        connection.request("GET", f"/record?after={after}&limit={limit}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - asked) * 1000)
        assert answer.status == 200, body
        page = orjson.loads(body)
        after, more, count = page["next"], page["more"], count + len(page["rows"])
    seconds = time.perf_counter() - began
    tenth = max(1, len(took) // 10)
    figures = {
        "entries": count,
        "seconds": round(seconds, 1),
        "per_s": round(count / seconds, 1),
        "page_p95_ms": round(sorted(took)[len(took) * 95 // 100], 1),
        "last_to_first": round(
            statistics.median(took[-tenth:]) / statistics.median(took[:tenth]), 2
        ),
    }
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()

"""Sections on what is read and written beside a bot."""

from __future__ import annotations

from typing import Any

MACHINES = """
## What other programs take, and taps beside them

{answers:,} answers of {offices:,} offices, median of {runs} (of the worst the worst). A bot's dispatcher
with its feed and its worker of exports in one process; readers are processes of their own. An office asks
for its summary every 50 ms, before and meanwhile. *Feed*: the whole record page by page; the last tenth of
the pages beside the first says whether a page costs more the further on it is. *Workbook*: all answers as
`/ekspor` makes them. *Follow*: `export --follow` until it has all, and then from each commit to its line,
for which it looks every half second.

| | |
|---|---|
"""
BESIDE = """
| beside a tap goes | quiet: 95 %, ms | meanwhile: 95 %, ms | worst, ms | 95 %, ratio |
|---|---|---|---|---|
"""
IMPORTING = """
## Answers of another tool

{answers:,} answers of {offices:,} offices, 120 indicators, by `peduli-ham import --apply` from a table as
KoboToolbox writes it, in a process of its own; median of {runs}. Meanwhile an office asks for its summary
every 50 ms.

| what | measured | aim |
|---|---|---|
"""


def machines(kept: dict[str, Any]) -> str:
    """The table of programs, and of who taps beside them."""
    return MACHINES.format(**kept) + machines_lines(kept["result"])


def machines_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for name in (name for name in result if name.startswith("feed")):
        feed, page = result[name], name.split()[-1]
        lines += [
            f"| feed by {page}, entries a second | {feed['per_s']:,.0f} |",
            f"| feed by {page}, a page, 95 %, ms | {feed['page_p95_ms']} |",
            f"| feed by {page}, last pages ÷ first | {feed['last_to_first']} |",
            f"| feed by {page}, memory that comes on top, MiB | {feed['grown_mib']:.0f} |",
        ]
    book, whole, coming = (result[name] for name in ("workbook", "from the first", "as it comes"))
    lines += [
        f"| workbook, s (of processor) | {book['seconds']} ({book['cpu_s']}) |",
        f"| follow from the first, s | {whole['seconds']} |",
        f"| follow from the first, entries a second | {whole['per_s']:,.0f} |",
        f"| follow, most memory, MiB | {whole['peak_mib']} |",
        f"| follow, from a commit to its line: half, ms | {coming['delay_ms']} |",
        f"| follow, from a commit to its line: worst, ms | {coming['worst_delay_ms']} |",
    ]
    beside = "".join(_beside(name, one["taps"]) for name, one in result.items())
    return "\n".join(lines) + "\n" + BESIDE + beside


def _beside(name: str, taps: dict[str, Any]) -> str:
    times = f"{taps['quiet_ms']} | {taps['busy_ms']} | {taps['worst_ms']}"
    return f"| {name} | {times} | **{taps['ratio']}** |\n"


def importing(kept: dict[str, Any]) -> str:
    """The table of an import, each figure beside what was aimed at; what is not kept stands in bold."""
    result = kept["result"]
    taps = result["taps"]
    rows = (
        ("seconds", result["seconds"], 60),
        ("of these of a processor", result["cpu_s"], 45),
        ("most memory, MiB", result["peak_mib"], None),
        ("a tap, quiet, 95 %, ms", taps["quiet_ms"], None),
        ("a tap beside it, 95 %, ms", taps["busy_ms"], 100),
        ("a tap beside it, worst, ms", taps["worst_ms"], 250),
        ("95 %, ratio", taps["ratio"], None),
    )
    lines = [
        f"| {what} | {value if aim is None or value <= aim else f'**{value}**'} |"
        f" {'' if aim is None else f'≤ {aim}'} |\n"
        for what, value, aim in rows
    ]
    return IMPORTING.format(**kept, answers=result["answers"]) + "".join(lines)

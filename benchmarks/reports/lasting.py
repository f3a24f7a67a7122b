"""Sections on what comes with years and with long use: a record that grows, a day of trouble in one go."""

from __future__ import annotations

from typing import Any

GROWTH = """
## A record that grows

{people} people and a Kanwil on files with so many entries, of {offices:,} other offices, in one valid
chain; {seconds:.0f} s of taps at 30 a second, the rest once. *Status*: the first of the province after a
start. *Since*: `verify --since` a mark of {new:,} entries before. `backup` and `restore` verify what
they copy.

"""
COLUMNS = (
    "entries", "tap, 95 % ms", "status ms", "ready s", "MiB", "verify, entries/s", "by one process",
    "since, ms", "backup s", "restore s", "bytes an entry",
)  # fmt: skip
SOAK = """
## A day of trouble on a small machine

`benchmarks.soak`: one server, one file and one bot, {means}; {provinces} provinces join by roster one after
the other, answer everything, agree on another criterion and end their season, at five times the answers of
the real load, while network, clock, disk, kills, strangers and rosters go wrong by a seed. After each
province what people were shown is compared with what the record says.

| | |
|---|---|
"""
STATUS_MOST, VERIFY_LEAST = 50, 200_000


def growth(kept: dict[str, Any]) -> str:
    """The table by entries; an aim that is not reached stands in bold."""
    lines = [f"| {' | '.join(COLUMNS)} |\n", "|---" * len(COLUMNS) + "|\n"]
    for entries, row in kept["result"].items():
        status, verified = row["status_first_ms"], row["verified_per_s"]
        is_small = int(entries) < VERIFY_LEAST  # below, a start of processes is not worth it
        cells = (
            f"{int(entries):,}", row["tap_p95_ms"],
            status if status <= STATUS_MOST else f"**{status}**", row["ready_s"], row["rss_mib"],
            f"{verified:,}" if verified >= VERIFY_LEAST or is_small else f"**{verified:,}**",
            f"{row.get('verified_alone_per_s', verified):,}", round(row["verify_since_s"] * 1000),
            row["backup_s"],
            row["restore_s"], row["bytes_an_entry"],
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |\n")
    return GROWTH.format(**kept) + "".join(lines)


def soak(kept: dict[str, Any]) -> str:
    """What was done, what went wrong on purpose, what was found, and how large everything was."""
    result = kept["result"]
    sizes, machine = result["sizes"], result["machine"]
    violations = result["violations"]
    rows = {
        "simulated hours": result["hours"],
        "answers stored, files of evidence": f"{result['acknowledged']:,}, {result['evidence']:,}",
        "kills": result["kills"],
        "restart to ready, median and longest s": f"{result['restart_to_ready_median_s']},"
        f" {result['restart_to_ready_max_s']}",
        "troubles": ", ".join(f"{name} {count}" for name, count in sorted(result["troubles"].items())),
        "answers of the Bot API lost on the way; said again for that": f"{result['answers_lost']:,};"
        f" {result['repeated']:,}",
        "memory of the bot, MiB: first, at most, last": _over(sizes["rss_mib"]),
        "descriptors": _over(sizes["descriptors"]),
        "the file, MiB; bytes an entry": f"{_over(sizes['file_mib'])}; {_over(sizes['file_bytes_an_entry'])}",
        "letters that waited after a province": _over(sizes["letters_waiting"]),
        "memory of all its processes and files' cache at most, MiB": machine.get("most_mib", "not bounded"),
        "what did not hold": violations if violations == 0 else f"**{violations}**",
    }  # fmt: skip
    head = SOAK.format(means=", ".join(machine["means"]), provinces=result["provinces"])
    return head + "".join(f"| {name} | {figure} |\n" for name, figure in rows.items())


def _over(size: dict[str, float]) -> str:
    return " · ".join(f"{size[of]:g}" for of in ("first", "most", "last"))

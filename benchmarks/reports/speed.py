"""Sections on speed and size."""

from __future__ import annotations

from math import inf
from typing import Any

from benchmarks.contestants import OURS

TAPS = """
## Updates a second

The whole durable path of `peduli-ham run` (`RATE_LIMITS=off`, file on disk, `synchronous=FULL`) beside other
bots, each as it comes, against the same server. Server on core 0, bot on core 1; {updates} updates queued at
once after a warm-up, from then until all are acknowledged and all replies have arrived; median of {runs}
(least to most), the bots taking turns, ratios run by run. After each run the store is asked whether the work
was done. PicklePersistence writes its whole file for each change, so that bot is given a tenth of the work.

- *texts*: a typed figure. Ours and the conversations read it, keep the draft and ask the next figure; an echo
  sends it back. One call each.
- *taps*: a tap on ✅ Simpan. Ours stores a revision in the hash chain, ends the spinner, edits the message
  and asks the next question (three calls, as the PTB conversation); aiogram_dialog edits the message into the
  next question (two calls); an echo ends the spinner and sends one message (two calls).
- *floor*: no bot at all: aiohttp, orjson, uvloop and sqlite3 in one process, one transaction a batch as
  safe as ours, one call a text and three a tap, with texts and keyboards of the same size, nothing read and
  nothing thought (`benchmarks/peers/floor.py`). grammY runs on Node with its runner, updates side by side.

| load | bot | stores | updates/s | CPU s per 1,000 | server busy | ours is … times as fast |
|---|---|---|---|---|---|---|
"""
WHERE = """
## Where a text and a tap go

Microseconds of processor time an update, by stage, {updates} updates a load in batches of a hundred: the
median batch, and the least. One process on one core and on one thread, so that no stage waits for another;
the server is a process of its own. *unit*: what else a transaction costs, its commit included; *call*:
making, sending and reading the calls, a text one and a tap three. What it was before the last change, and
what was changed: [decision 19](decisions/0019-nothing-is-worked-out-twice.md).

| stage | texts: median | least | taps: median | least |
|---|---|---|---|---|
"""
BULK = """
## A reminder to {people:,}

Queued: preview and confirmation by hand, each one unit of work with its commit (median of {runs}). Delivered:
the real delivery and its marks under a simulated clock, against a Bot API at some distance; every call is
noted at the moment it counts there. Permitted: 30 a second.

The limit: a call counts at some moment between its start and its end, so each takes its place for a second
and for what its road may have hidden, of which three quarters of the quickest road are taken off
(`bot/telegram/pacing.py`). At most 1 ÷ (1 s + mean − ¾ quickest) of the rate is reached: 98.8, 96.2 and
90.9 % on these roads. Counting on all of the quickest would give 95 % at 250 ms, and exceed
the rate at the moment in which a road grows shorter.

| | |
|---|---|
"""
LATENCY = """
## How long a person waits

From a tap to the message that answers it, in milliseconds; {rate:.0f} taps a second for {seconds:.0f} s
whether or not the bot keeps up, median of {runs}, the bots taking turns. A tap on ➡️ Lanjut makes ours read
all of the office, write where the chat stands (`synchronous=FULL`), and send the open question; the echo
answers with the data of the button. *Bulk*: with Telegram's limits on, 20,000 reminders waiting, 10 taps a
second.

| who taps | bot | half | 95 % | 99 % | our 95 % is … times the echo's |
|---|---|---|---|---|---|
"""
STRANGERS = """
## While strangers flood the bot

3,000 people without a seat write, tap, ask inline and write again, with Telegram's limits on; meanwhile
ten seats type a command, five a second in all, for {seconds:.0f} s; median of {runs}, ratios run by run.
Strangers are answered once in ten minutes and rank below seats; beyond 300 that wait, the oldest are
dropped. *All at once* puts 12,000 updates before a seat's in Telegram's own queue, which gives them out
in order, a hundred at a time: the slowest figure is what it takes to work them off. Milliseconds from the
command to its answer.

| flood | quiet: half, 95 % | flooded: half, 95 %, slowest | 95 %, ratio | answered, dropped |
|---|---|---|---|---|
"""
FLAT = """
## However much is stored

`peduli-ham run` at the work of the first table, on a file with {few:,} and on one with {answers:,} stored
answers in one valid chain; {updates} updates, median of {runs}, the files taking turns, shares run by run.

| load | updates/s with few | with many | share (least) | CPU, many ÷ few |
|---|---|---|---|---|
"""
FOOTPRINT = """
## What it takes

`peduli-ham run` at rest, three seconds after it was ready; median of {runs}.

| file | start to ready, s | memory, MiB | peak, MiB |
|---|---|---|---|
"""
NATIONAL = """
## At the scale of the nation

{regions} regions, {offices:,} offices, {answers:,} answers a year; median of {runs}. Scoring: every region,
with answers of its own. `/status` of a Kanwil: from the event to the committed letters, on a file with one
year and with five; the first look after a start, one after an answer of the province, one with nothing new.
Board: what a group of the Kanwil has pinned, drawn anew and queued after an answer.

| | |
|---|---|
"""


def taps(kept: dict[str, Any]) -> str:
    """The table of speeds."""
    return TAPS.format(**kept) + speeds(kept["stores"], kept["result"])


def speeds(stores: dict[str, str], result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for load, its in result.items():
        for bot, figures in its["bots"].items():
            ratio = its["ratios"].get(bot)
            times = f"**{ratio['median']}** ({ratio['least']}–{ratio['most']})" if ratio else ""
            lines.append(
                f"| {load} | {bot if ratio else f'**{bot}**'} | {stores[bot]} |"
                f" {figures['updates_per_s']:,} ({figures['least']:,}–{figures['most']:,}) |"
                f" {figures['cpu_s_per_1000']} | {figures['server_cpu_share']:.0%} | {times} |"
            )
    return "\n".join(lines) + "\n"


def bulk(kept: dict[str, Any]) -> str:
    """The table of a reminder to many."""
    return BULK.format(**kept) + bulk_lines(kept["result"])


def bulk_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    took = result["queued"]
    lines = [
        f"| {name}, seconds (of processor) | {took[name]} ({took[f'{name}_cpu']}) |"
        for name in ("preview", "confirmation")
    ]
    for road, figures in result["delivered"].items():
        lines.append(
            f"| delivered over a road of {road} | {figures['per_s']} a second, {figures['share']:.1%} of the"
            f" permitted rate; fullest second: {figures['fullest_second']} |"
        )
    return "\n".join(lines) + "\n"


def latency(kept: dict[str, Any]) -> str:
    """The table of waiting."""
    return LATENCY.format(**kept) + latency_lines(kept["result"])


def latency_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for scene, its in result.items():
        for bot, figures in its.items():
            if bot == "p95_ratio":
                continue
            ratio = its.get("p95_ratio", "") if bot == OURS.name else ""
            lines.append(
                f"| {scene} | {bot} | {figures['p50']} | {figures['p95']} | {figures['p99']} | {ratio} |"
            )
    return "\n".join(lines) + "\n"


def where(kept: dict[str, Any]) -> str:
    """The table of stages."""
    return WHERE.format(**kept) + where_lines(kept["result"])


def where_lines(result: dict[str, Any]) -> str:
    """Its lines, with the sum."""
    columns = [result[load][kind] for load in ("texts", "taps") for kind in ("median", "least")]
    rows = [[stage, *(f"{one[stage]:.0f}" for one in columns)] for stage in columns[0]]
    rows.append(["**all**", *(f"**{sum(one.values()):.0f}**" for one in columns)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def strangers(kept: dict[str, Any]) -> str:
    """The table of floods."""
    return STRANGERS.format(**kept) + strangers_lines(kept["result"])


def strangers_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for flood, figures in result.items():
        quiet, flooded = figures["quiet"], figures["flooded"]
        lines.append(
            f"| {figures['updates']:,} {flood} | {quiet['p50']}, {quiet['p95']} |"
            f" {flooded['p50']}, {flooded['p95']}, {figures['slowest_ms']} | **{figures['p95_ratio']}** |"
            f" {figures['answered']:,}, {figures['dropped']:,} |"
        )
    return "\n".join(lines) + "\n"


def flat(kept: dict[str, Any]) -> str:
    """The table of a small and a large file."""
    return FLAT.format(**kept) + flat_lines(kept["result"])


def flat_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = [
        f"| {load} | {one['few_per_s']:,} | {one['many_per_s']:,} |"
        f" **{one['share']}** ({one['share_least']}) | {one['cpu_ratio']} |"
        for load, one in result.items()
    ]
    return "\n".join(lines) + "\n"


def footprint(kept: dict[str, Any]) -> str:
    """The table of time and memory."""
    return FOOTPRINT.format(**kept) + footprint_lines(kept["result"])


def footprint_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = [
        f"| {file} | {one['ready_s']} | {one['rss_mib']} | {one['peak_mib']} |"
        for file, one in result.items()
    ]
    return "\n".join(lines) + "\n"


def national(kept: dict[str, Any]) -> str:
    """The table of the nation."""
    return NATIONAL.format(**kept) + national_lines(kept["result"])


def national_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    words = {
        "same": "`/status`, nothing new, ms",
        "one": "`/status` after one answer, ms",
        "board": "board after one answer, ms",
        "first": "`/status`, first look after a start, ms",
        "roster": "roster read, ms",
    }
    lines = [f"| all regions × {n} indicators, s | {s} |" for n, s in result["scoring_s"].items()]
    for years, took in result["status_ms"].items():
        lines += [
            f"| {said}, {years} year(s) stored | {took[name]} |" for name, said in words.items()
        ]
        lines.append(f"| bytes of the file per answer | {result['bytes_per_answer'][years]} |")
    return "\n".join([*lines, f"| peak memory, MiB | {result['peak_mib']} |"]) + "\n"


PAPERS = """
## What papers take

A database of {offices:,} offices in {regions} regions of {provinces} provinces, {answers:,} answers;
medians of {runs}. Recaps are drawn from a snapshot and laid out as PDF, the roster of the nation read before;
the sheet is `export --what answers` in a process of its own; the bundle ({megabytes} MB) is written beside
`zip -0` of the same files, taking turns; a tap is `/status` of a Kanwil, one every 50 ms, quiet and while
recaps are made.

| what | measured | aim |
|---|---|---|
"""


def papers(kept: dict[str, Any]) -> str:
    """The table of papers, each figure beside what was aimed at; what is not kept stands in bold."""
    result = kept["result"]
    recap, sheet, bundle, taps = (result[name] for name in ("recap_s", "sheet", "bundle", "taps"))
    rows = (
        ("recap of a city, s", recap["city"], "≤ 0.5", recap["city"] <= 0.5),
        ("recap of a province, s", recap["province"], "≤ 3", recap["province"] <= 3),
        ("roster of the nation read, s", recap["roster"], "", True),
        ("national sheet, s", sheet["seconds"], "≤ 15", sheet["seconds"] <= 15),
        ("national sheet, of that a processor's s", sheet.get("cpu_s", ""), "", True),
        ("national sheet, peak MiB", sheet["peak_mib"], "≤ 150", sheet["peak_mib"] <= 150),
        ("bundle, MB/s", f"{bundle['ours_mb_s']} (`zip -0`: {bundle['zip_mb_s']})", "", True),
        ("bundle as a share of `zip -0`", bundle["share"], "≥ 0.7", bundle["share"] >= 0.7),
        ("a tap, quiet, p95 ms", taps["quiet_ms"], "", True),
        ("a tap while recaps are made, p95 ms", taps["busy_ms"], "", True),
        ("the same as a ratio", taps["ratio"], "≤ 1.5", taps["ratio"] <= 1.5),
    )
    lines = [
        f"| {what} | {value if is_kept else f'**{value}**'} | {aim} |"
        for what, value, aim, is_kept in rows
    ]
    return PAPERS.format(**kept) + "\n".join(lines) + "\n"


CRITERIA = """
## What a proposal would do to a province

13 regions × 120 indicators, all answered; {runs} runs. The board is read as `/kriteria` reads it; *version*:
the texts of the next version through the strict loader; *effect*: every city by both versions. Aimed at:
{target_ms} ms for all together.

| part | median ms | worst ms |
|---|---|---|
"""
AGREEMENT = """
The tap that closes a meeting, from the event to the commit (*agreed*; aimed at: {agreed_ms} ms): the next
version, every city scored anew, the news to each office whose points changed. *First look*: `/status` of the
province behind it, for which every desk is read again.

| part | median ms | worst ms |
|---|---|---|
"""
OTHERS = """
An office that asks for its summary every 50 ms: {quiet_ms} ms (p95) while nothing else happens, {busy_ms} ms
(p95; worst {worst_ms} ms, {taps} taps, ratio {ratio}) while a meeting is opened, decided and closed every two
seconds. Whoever asks in that instant waits for its unit of work.
"""


def criteria(kept: dict[str, Any]) -> str:
    """Return the table of a preview's parts; a median beyond the aim stands in bold."""
    result = kept["result"]
    return (
        CRITERIA.format(**kept)
        + _lines(result["preview"], kept["target_ms"])
        + AGREEMENT.format(**kept)
        + _lines({"agreed": result["agreed"]}, kept["agreed_ms"])
        + _lines({"first look": result["first look"]})
        + OTHERS.format(**result["others"])
    )


def _lines(parts: dict[str, Any], aim: float = inf) -> str:
    rows = []
    for part, figures in parts.items():
        median = figures["median_ms"]
        shown = median if median <= aim else f"**{median}**"
        rows.append(f"| {part} | {shown} | {figures['worst_ms']} |\n")
    return "".join(rows)


APPEND = """
## What sealing an entry costs

{entries:,} answers appended to the record in one transaction, as they are and without salted commitments
in the place of names and free words, taking turns; medians of {runs}, the ratio run by run.

| sealed, µs an entry | without, µs an entry | ratio |
|---|---|---|
"""


def append(kept: dict[str, Any]) -> str:
    """The table of sealing."""
    its = kept["result"]
    line = f"| {its['sealed_us']} | {its['plain_us']} | {its['ratio']} |\n"
    return APPEND.format(**kept) + line

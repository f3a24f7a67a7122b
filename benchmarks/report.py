"""Writes `docs/benchmarks.md` from the kept results: `python -m benchmarks.report`. No figure by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from benchmarks import report_faults as faults
from benchmarks.contestants import OURS
from benchmarks.machine import RESULTS, ROOT

TARGET = ROOT / "docs" / "benchmarks.md"
HEAD = """# Measurements

Written by `python -m benchmarks.report` from `benchmarks/results/*.json`; each table says how it was made.
Both talk to the server in `bot/sandbox` on loopback, never to Telegram. Figures of different machines, or of
different runs, do not compare; ratios of one run do.
"""
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

| load | bot | stores | updates/s | CPU s per 1,000 | server busy | ours is … times as fast |
|---|---|---|---|---|---|---|
"""
BULK = """
## A reminder to {people:,}

Queued: preview and confirmation by hand, each one unit of work with its commit (median of {runs}). Delivered:
the real delivery and its marks under a simulated clock, against a Bot API at some distance; every call is
noted at the moment it counts there. Permitted: 30 a second.

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

| | |
|---|---|
"""
CRASH = """
## Killed at random instants: {title}

`peduli-ham run` is a child process that is ended by SIGKILL, uniformly over what it does (some kills
uniformly over its start), and started again, while eleven contacts and a Kanwil officer play whole seasons
over HTTP. After each kill the file is examined; at the end of each season answers, points and totals are
compared with the figures worked out by hand in `tests/e2e/season.py`.

| | |
|---|---|
"""
FUZZ = """
## Under fire: bad input

Cases follow from the seed. *updates*: towns on a real file, through polling, dispatch and storage; after each
batch no error but for shapes broken on purpose, no row by somebody without the right (judged by rules written
apart), nothing personal in the log at DEBUG, every letter such that it can be sent, every tap answered once.
*numbers*: against a second reader. Files and settings: taken, or the house's own errors.

| | cases | a second and core | complaints |
|---|---|---|---|
"""
WALKS = """
## Under fire: random walks

All flows by buttons that were shown, old ones and other people's, through the real dispatcher; after each
play the database, and what is shown to an office and the Kanwil, must equal a plain model of the record.

| steps (updates) | plays | kinds of plays | differences |
|---|---|---|---|
"""
WORDS = {
    "kills": "kills",
    "kills_before_ready": "of these before the bot was ready",
    "seasons": "seasons played to the end",
    "acknowledged": "answers shown to a person as stored",
    "lost": "**of these lost**",
    "drafts_lost": "**drafts lost whose next prompt was seen**",
    "doubled": "**answers stored twice**",
    "broken": "**records that do not verify**",
    "failed_updates": "updates that failed",
    "violations": "**violations of any kind**",
    "repeated_messages": "messages sent again (not yet marked at a kill; without rate limits)",
    "repeated_actions": "times a person tapped or wrote again",
    "restart_to_ready_median_s": "start of the process to ready, median, seconds",
    "restart_to_ready_max_s": "the same, longest",
    "seed": "seed",
}

RESTORE = """
## Gone on from a backup that was made under load

Seasons are played over HTTP, with evidence sent all the while, as `peduli-ham backup --files-to` copies
without a pause; each copy is examined (file, record, evidence, all that was shown before the command
began). Then the bot is killed, database and evidence are deleted, one copy is put back with `peduli-ham
restore`, and the season is played to its end on it: the totals worked out by hand, no answer twice,
nothing sent that the copy had marked as sent.

| | |
|---|---|
"""
REPLICA = """
## Gone on from what Litestream has replicated

Litestream with `docs/litestream.yml` beside the bot, into a folder; both are killed at a random instant
and the database is deleted. What the replica holds is written as a file and restored; the season is played
to its end with Litestream beside it again, and the replica of the end must hold every entry. *Lag*: from
the first answer that was shown and is not in the replica to the kill.

| | |
|---|---|
"""
RESTORED = {
    "seasons": "seasons, each lost and restored once",
    "backups": "copies that were examined",
    "shown_before_a_backup": "answers looked for in them",
    "evidence_files": "files of evidence looked for in them",
    "lost": "**of these lost**",
    "doubled": "**answers stored twice**",
    "broken": "**copies or records that do not verify**",
    "violations": "**violations of any kind**",
    "shown_after_the_backup": "answers shown after the copy, hence open again",
    "letters_queued_in_the_backup": "messages that the copies had still to send",
    "letters_sent_again": "of these sent before, and so once more",
    "backup_seconds_median": "making the copy (from the replica: writing it), median, seconds",
    "restore_seconds_median": "`peduli-ham restore`, median, seconds",
    "lag_seconds_median": "lag, median, seconds",
    "lag_seconds_max": "lag, longest",
    "taps_per_s_without": "taps a second without Litestream",
    "taps_per_s_with": "with it",
    "ratio": "ratio",
    "ratio_least": "ratio, least",
    "ratio_most": "ratio, most",
    "wal_mb_without": "largest write-ahead log without it, MB",
    "wal_mb_with": "with it",
    "seed": "seed",
}


def made(kept: dict[str, Any]) -> str:
    """How, where and when the figures of a table were made."""
    machine, versions = kept["machine"], kept["versions"]
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"\n`{kept['command']}` · {kept['date']} · commit {kept['commit']} · {machine['cpu']},"
        f" {machine['cores']} cores, {machine['system']}, load before {machine['load_before']} · {listed}\n"
    )


def taps(kept: dict[str, Any]) -> str:
    """The table of speeds."""
    return TAPS.format(**kept) + speeds(kept["stores"], kept["result"]) + made(kept)


def speeds(stores: dict[str, str], result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for load, its in result.items():
        for bot, one in its["bots"].items():
            ratio = its["ratios"].get(bot)
            times = f"**{ratio['median']}** ({ratio['least']}–{ratio['most']})" if ratio else ""
            lines.append(
                f"| {load} | {bot if ratio else f'**{bot}**'} | {stores[bot]} |"
                f" {one['updates_per_s']:,} ({one['least']:,}–{one['most']:,}) |"
                f" {one['cpu_s_per_1000']} | {one['server_cpu_share']:.0%} | {times} |"
            )
    return "\n".join(lines) + "\n"


def bulk(kept: dict[str, Any]) -> str:
    """The table of a reminder to many."""
    return BULK.format(**kept) + bulk_lines(kept["result"]) + made(kept)


def bulk_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    took = result["queued"]
    lines = [
        f"| {name}, seconds (of processor) | {took[name]} ({took[f'{name}_cpu']}) |"
        for name in ("preview", "confirmation")
    ]
    for road, one in result["delivered"].items():
        lines.append(
            f"| delivered over a road of {road} | {one['per_s']} a second, {one['share']:.1%} of the"
            f" permitted rate; fullest second: {one['fullest_second']} |"
        )
    return "\n".join(lines) + "\n"


def latency(kept: dict[str, Any]) -> str:
    """The table of waiting."""
    return LATENCY.format(**kept) + latency_lines(kept["result"]) + made(kept)


def latency_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = []
    for scene, its in result.items():
        for bot, one in its.items():
            if bot == "p95_ratio":
                continue
            ratio = its.get("p95_ratio", "") if bot == OURS.name else ""
            lines.append(
                f"| {scene} | {bot} | {one['p50']} | {one['p95']} | {one['p99']} | {ratio} |"
            )
    return "\n".join(lines) + "\n"


def flat(kept: dict[str, Any]) -> str:
    """The table of a small and a large file."""
    return FLAT.format(**kept) + flat_lines(kept["result"]) + made(kept)


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
    return FOOTPRINT.format(**kept) + footprint_lines(kept["result"]) + made(kept)


def footprint_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    lines = [
        f"| {file} | {one['ready_s']} | {one['rss_mib']} | {one['peak_mib']} |"
        for file, one in result.items()
    ]
    return "\n".join(lines) + "\n"


def national(kept: dict[str, Any]) -> str:
    """The table of the nation."""
    return NATIONAL.format(**kept) + national_lines(kept["result"]) + made(kept)


def national_lines(result: dict[str, Any]) -> str:
    """Its lines."""
    words = {
        "same": "`/status`, nothing new, ms",
        "one": "`/status` after one answer, ms",
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


def crash(kept: dict[str, Any], title: str) -> str:
    """The table of one campaign."""
    result = kept["result"]
    lines = [f"| {words} | {result[name]} |" for name, words in WORDS.items()]
    return CRASH.format(title=title) + "\n".join(lines) + "\n" + made(kept)


def restored(kept: dict[str, Any], head: str) -> str:
    """The table of a campaign that goes on from copies."""
    result = kept["result"]
    lines = [f"| {words} | {result[name]} |" for name, words in RESTORED.items() if name in result]
    return head + "\n".join(lines) + "\n" + made(kept)


def fuzz(kept: dict[str, Any]) -> str:
    """The table of bad input."""
    lines = [
        f"| {what} | {one['cases']:,} | {one['cases_per_core_s']:,} | {one['complaints']} |"
        for what, one in kept["result"].items()
    ]
    return FUZZ + "\n".join(lines) + "\n" + made(kept)


def walks(kept: dict[str, Any]) -> str:
    """The table of the walks."""
    figures = f"{kept['steps']:,} | {kept['plays']:,} | {len(kept['by_play'])}"
    return f"{WALKS}| {figures} | {kept['differences']} |\n{made(kept)}"


SPEED = {
    "latency": latency,
    "flat": flat,
    "national": national,
    "bulk": bulk,
    "footprint": footprint,
}


def _kept(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def report() -> str:
    """The whole document, from what has been kept."""
    parts = [HEAD]
    if kept := _kept("taps"):
        parts.append(taps(kept))
    for name, told in SPEED.items():
        if kept := _kept(name):
            parts.append(told(kept))
    for name, title in (("crash-polling", "by polling"), ("crash-webhook", "by webhook")):
        if kept := _kept(name):
            parts.append(crash(kept, title))
    for name, head in (("restore", RESTORE), ("replica", REPLICA)):
        if kept := _kept(name):
            parts.append(restored(kept, head))

    for name, table in (("fuzz", fuzz), ("walks", walks)):
        if kept := _kept(name):
            parts.append(table(kept))
    for name, title in (("points-polling", "by polling"), ("points-webhook", "by webhook")):
        if kept := _kept(name):
            parts.append(faults.points(kept, title) + made(kept))
    for name, table in (
        ("powerloss", faults.power),
        ("network", faults.network),
        ("disk", faults.disk),
    ):
        if kept := _kept(name):
            parts.append(table(kept) + made(kept))
    return "".join(parts)


def main() -> None:
    """Write the document."""
    TARGET.write_text(report(), encoding="utf-8")
    print(Path(TARGET).relative_to(ROOT))


if __name__ == "__main__":
    main()

"""Sections on kills, copies and bad input."""

from __future__ import annotations

from typing import Any

CRASH = """
## Killed at random instants: {title}

`peduli-ham run` is a child process that is ended by SIGKILL, uniformly over what it does (some kills
uniformly over its start), and started again, while eleven contacts and a Kanwil officer play whole seasons
over HTTP. After each kill the file is examined; at the end of each season answers, points and totals are
compared with the figures worked out by hand in `tests/support/season.py`.

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


def crash(kept: dict[str, Any], title: str) -> str:
    """The table of one campaign."""
    result = kept["result"]
    lines = [f"| {words} | {result[name]} |" for name, words in WORDS.items()]
    return CRASH.format(title=title) + "\n".join(lines) + "\n"


def restored(kept: dict[str, Any], head: str) -> str:
    """The table of a campaign that goes on from copies."""
    result = kept["result"]
    lines = [f"| {words} | {result[name]} |" for name, words in RESTORED.items() if name in result]
    return head + "\n".join(lines) + "\n"


def fuzz(kept: dict[str, Any]) -> str:
    """The table of bad input."""
    lines = [
        f"| {what} | {one['cases']:,} | {one['cases_per_core_s']:,} | {one['complaints']} |"
        for what, one in kept["result"].items()
    ]
    return FUZZ + "\n".join(lines) + "\n"


def walks(kept: dict[str, Any]) -> str:
    """The table of the walks."""
    figures = f"{kept['steps']:,} | {kept['plays']:,} | {len(kept['by_play'])}"
    return f"{WALKS}| {figures} | {kept['differences']} |\n"

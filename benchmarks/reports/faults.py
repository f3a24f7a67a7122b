"""The tables of what happens under fire: kills by name, power loss, networks, disks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POINTS = """
## Killed at every named point: {title}

The bot names what it passes: each SQL statement before it runs, each commit, each call of the Bot API, each
webhook post, the writing of a file. It ends itself by SIGKILL at the first point that was not tried yet,
is started again, and so on until a season passes without a new point. After each kill the file is examined as
above.

| | |
|---|---|
"""
POINT_WORDS = {
    "points": "points at which a process was killed",
    "kills": "kills",
    "seasons": "seasons played to the end",
    "acknowledged": "answers shown to a person as stored",
    "lost": "**of these lost**",
    "doubled": "**answers stored twice**",
    "drafts_lost": "**drafts lost whose next prompt was seen**",
    "broken": "**records that do not verify**",
    "violations": "**violations of any kind**",
}
POWER = """
## Power loss

A season is played with its WAL kept whole. The file is then opened as after a loss of power at every frame
of the WAL: cut there; with half of the next frame; with the next frame garbled and three intact ones behind
it; and in the midst of a checkpoint, with any mixture of old and new pages. Each time: `integrity_check`,
the chain of the record, and every receipt and every message that a person was shown while no more than these
frames were safe. Safe means: synced, as `strace` saw it at that moment (where there is no `strace`: written).

| | |
|---|---|
"""
POWER_WORDS = {
    "frames": "frames of the WAL",
    "cuts_whole": "cuts between frames",
    "cuts_half": "cuts within a frame",
    "cuts_garbled": "garbled frames",
    "torn_checkpoints": "checkpoints torn",
    "receipts_shown": "receipts shown",
    "letters_shown": "messages shown",
    "syncs_traced": "syncs traced",
    "violations": "**violations of any kind**",
}
NETWORK = """
## Bad networks

In each row a whole season of eleven offices is played over HTTP while the trouble strikes calls by chance;
the process is never started again. *Said again* counts messages whose answer got lost on the way: the sender
cannot know that they arrived.

| trouble | s | struck | answers | said again | heard again after s | all sent after s | violations |
|---|---|---|---|---|---|---|---|
"""
DISK = """
## Failing disks

As above, while the disk of the running bot fails. *Told* is what `peduli-ham doctor` found during the
trouble; the log said it in each row, and afterwards `doctor` and /kesehatan tell when it was.

| trouble | seconds | told | answers | said again | all sent after, s | violations |
|---|---|---|---|---|---|---|
"""


CALLS = """
## Calls that fail

Each method that the bot calls is answered in each of these ways while the real bot runs: 200 with an odd
body, 400, 401, 403, 404, 409, 413, 429 (sane, huge, odd and missing `retry_after`), 5xx, pages of
proxies, cuts, answers that trickle and none at all. Somebody else is served meanwhile, the bot dies, is
started again while the trouble lasts, and then it ends. A violation: a row that stays, or ends otherwise
than its answer deserves; an update that is lost; a bot that ends for anything but a refused `getMe`, or
does not then; a pause that a restart forgets.

| | |
|---|---|
"""
CALL_WORDS = {
    "methods": "methods",
    "ways": "ways to answer",
    "cells": "of these tried together",
    "restarts": "restarts in the midst of it",
    "others_served": "times somebody else asked and was served",
    "others_slowest_s": "slowest of these, s",
    "violations": "**violations of any kind**",
}


def calls(kept: dict[str, Any]) -> str:
    """The table of failing calls."""
    return CALLS + listed(CALL_WORDS, kept["result"])


def listed(words: Mapping[str, str], result: Mapping[str, Any]) -> str:
    """Rows of two columns."""
    shown = {name: "yes" if result[name] is True else result[name] for name in words}
    return "".join(f"| {text} | {shown[name]} |\n" for name, text in words.items())


def points(kept: dict[str, Any], title: str) -> str:
    """The table of kills by name, with the names."""
    result = kept["result"]
    names = ", ".join(f"`{one}`" for one in sorted(set(result["names"])))
    return POINTS.format(title=title) + listed(POINT_WORDS, result) + f"\n{names}\n"


def power(kept: dict[str, Any]) -> str:
    """The table of cuts."""
    return POWER + listed(POWER_WORDS, kept["result"])


def network(kept: dict[str, Any]) -> str:
    """A row for each trouble."""
    rows = [
        f"| {name} | {one['trouble_s']} | {sum(one['struck'].values())} | {one['answers']} |"
        f" {one['said_again']} | {one['recovered_after_s']} | {one['sent_after_s']} |"
        f" {one['violations']} |\n"
        for name, one in kept["result"].items()
    ]
    return NETWORK + "".join(rows)


def disk(kept: dict[str, Any]) -> str:
    """A row for each trouble."""
    rows = [
        f"| {name} | {one['trouble_s']} | {', '.join(one['doctor']) or '–'} | {one['answers']} |"
        f" {one['said_again']} | {one['sent_after_s']} | {one['violations']} |\n"
        for name, one in kept["result"].items()
    ]
    return DISK + "".join(rows)

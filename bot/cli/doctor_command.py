"""`peduli-ham doctor`: a line for each check, for people or as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.text import Text

from bot.cli.command_errors import Failure, using, worded
from bot.cli.process_lock import is_served
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, database_path, files_folder
from bot.clock import system_clock
from bot.config import ConfigError, load_config
from bot.ops.doctor import (
    CheckState,
    Finding,
    examine_files,
    examine_newer,
    examine_server,
    examine_settings,
)
from bot.ops.logs import TOKEN
from bot.storage.migrations import NewerDatabaseError, refuse_newer
from bot.storage.setup import NotOursError
from bot.terminal import known_as, phrase, sized
from flows.model.quotas import DEFAULT

STATES = {CheckState.OK: "ok", CheckState.WARNING: "warning", CheckState.FAILURE: "failure"}
STYLES = {CheckState.OK: "green", CheckState.WARNING: "yellow", CheckState.FAILURE: "bold red"}
NAMES = {
    "settings": "settings",
    "process": "bot",
    "queue": "queue",
    "sends": "sent in 24 hours",
    "failed_updates": "failed updates",
    "database": "database",
    "evidence": "evidence",
    "clock": "clock",
    "token": "token",
    "webhook": "webhook",
    "levels": "levels",
}
WRONG = {
    "settings": "complete the environment or .env",
    "env_open": ".env holds the token and others can read it: chmod 600 .env",
    "unreadable": "cannot be read",
    "not_running": "start it with peduli-ham run",
    "heartbeat_old": "the heartbeat is late: does the bot hang?",
    "poll_old": "no answer of Telegram for long",
    "unsent_old": "a message has waited for long",
    "sends_failed": "something sent was refused: see the log",
    "updates_failed": "see peduli-ham failed list",
    "damaged": "the file is damaged: restore a backup",
    "schema_newer": "made by a newer program: update this one",
    "schema_older": "brought up to date when the bot starts",
    "nothing_set_up": "no period is set up: peduli-ham init, or restore a backup",
    "wal_large": "a large WAL: does a reader not finish?",
    "locked": "another process holds the database",
    "unwritable": "cannot be written",
    "quota_near": "somebody is near the quota: EVIDENCE_PER_PERSON, EVIDENCE_PER_OFFICE",
    "was_unwritable": "could not be written for a time in these 24 hours: see the log",
    "disk_full": "the disk is full",
    "disk_low": "the disk is nearly full",
    "no_folder": "the folder is not there yet: made when the bot starts",
    "files_lost": "the folder is gone, though there is evidence: look at FILES",
    "files_missing": "files of evidence are missing: restore them from a backup",
    "not_writable": "the folder cannot be written",
    "file_old": "a file has waited to be fetched for long",
    "level_empty": "nobody has joined at a level that the period switches on: answers wait there",
    "unreachable": "the Bot API server cannot be reached",
    "clock_off": "set this computer's clock",
    "token_refused": "the token is refused: take it from @BotFather",
    "not_asked": "not examined",
    "webhook_missing": "not set as WEBHOOK_URL says",
    "webhook_unwanted": "set, though WEBHOOK_URL is empty",
    "pending_many": "many messages wait at Telegram",
    "webhook_error": "Telegram could not deliver",
}
SEEN = {
    "running": ("running", "not running"),
    "whole": ("whole", "damaged"),
    "set": ("set", "not used"),
}
LABELS = {
    "env_mode": "rights of .env {}",
    "heartbeat_age": "heartbeat {} ago",
    "last_poll_age": "last answer of Telegram {} ago",
    "length": "{} waiting",
    "oldest_age": "oldest {}",
    "sent": "{} sent",
    "failed": "{} failed",
    "unreachable": "{} not reached",
    "bytes": "{}",
    "wal_bytes": "WAL {}",
    "schema": "schema {}",
    "free_bytes": "free {}",
    "waiting": "{} waiting",
    "missing": "{} missing",
    "person_bytes": "a person's {}",
    "person_quota_bytes": "quota {}",
    "office_bytes": "an office's {}",
    "office_quota_bytes": "quota {}",
    "trouble_age": "last trouble with writing {} ago",
    "seconds_off": "off by {} seconds",
    "bot": "{}",
    "pending": "{} waiting",
    "nobody": "nobody: {}",
    "last_error": "error: {}",
    "last_error_age": "error {} ago",
}


def doctor(
    database: DatabaseOption = None,
    files: Annotated[
        Path | None, typer.Option(help="The evidence folder (else FILES, else peduli-ham-files).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for scripts.")] = False,
) -> int:
    """Examine the installation, beside the running bot or without it; exit code 1 where something fails."""
    path = database_path(database, newer_too=True)
    with steps(phrase("looks at the database and asks the Bot API")):
        findings = _examined(path, files_folder(files))
    if as_json:
        typer.echo(orjson.dumps(_for_scripts(findings), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(findings)
    refuse_newer(path)  # with the code of a command that cannot go on
    return int(_worst(findings) == CheckState.FAILURE)


def _examined(path: Path, files: Path) -> list[Finding]:
    findings: list[Finding] = []
    try:
        config = load_config()
        findings.append(examine_settings(Path(".env")))
    except ConfigError as error:
        config = None
        seen = {"faults": error.faults}
        findings.append(Finding("settings", CheckState.FAILURE, seen, ("settings",)))
    webhook = config is not None and config.webhook_url is not None
    try:
        refuse_newer(path)
        with using(path):
            findings += examine_files(
                path,
                files,
                served=is_served(path),
                webhook=webhook,
                clock=system_clock,
                quota=config.quota if config else DEFAULT,
            )
    except NewerDatabaseError as error:
        findings.append(examine_newer(error.steps[-1]))
    except (OSError, NotOursError, Failure) as error:
        failure = worded(error)
        assert failure is not None
        reason = failure.lines[0]
        findings.append(
            Finding("database", CheckState.FAILURE, {"faults": [reason]}, ("unreadable",))
        )
    if config is not None:
        findings += asyncio.run(examine_server(config, system_clock))
    return findings


def _worst(findings: Sequence[Finding]) -> CheckState:
    order = list(CheckState)
    return max((finding.state for finding in findings), key=order.index)


def _for_scripts(findings: Sequence[Finding]) -> dict[str, object]:
    checks = [
        {"check": finding.check, "state": finding.state, "wrong": finding.wrong, **finding.seen}
        for finding in findings
    ]
    return {"state": _worst(findings), "checks": checks}


def _show(findings: Sequence[Finding]) -> None:
    made = table(("check", "state", "what was seen"), ())
    for finding in findings:
        hints = [f"→ {known_as(WRONG[code])}" for code in finding.wrong]
        detail = TOKEN.sub(
            "<token>", " ".join(["; ".join(_in_words(finding.seen)), *hints]).strip()
        )
        state = Text(known_as(STATES[finding.state]), style=STYLES[finding.state])
        made.add_row(Text(known_as(NAMES[finding.check])), state, Text(detail))
    console().print(made)
    counts = [sum(one.state == state for one in findings) for state in STATES]
    say(
        ", ".join(
            f"{count} {known_as(name)}" for count, name in zip(counts, STATES.values(), strict=True)
        )
    )


def _in_words(seen: Mapping[str, object]) -> list[str]:
    """Return what was seen, in words; what is not known is left out."""
    details = []
    for key, value in seen.items():
        if key in SEEN:
            details.append(known_as(SEEN[key][0 if value else 1]))
        elif key == "kept" and isinstance(value, list):
            details += [f"{one['code']} {one['error']}" for one in value] or [phrase("none")]
        elif key == "faults" and isinstance(value, list):
            details += [str(one) for one in value]
        elif value is not None and key in LABELS and not isinstance(value, list):
            details.append(known_as(LABELS[key]).format(_sized(key, value)))
    return details


def _sized(key: str, value: object) -> str:
    """Return bytes and ages in the unit that reads best."""
    if not isinstance(value, int):
        return str(value)
    if key.endswith("bytes"):
        return sized(value)
    if key.endswith("age"):
        for size, unit in ((86400, "{} days"), (3600, "{} hours"), (60, "{} minutes")):
            if value >= size:
                return known_as(unit).format(value // size)
        return known_as("{} seconds").format(value)
    return str(value)

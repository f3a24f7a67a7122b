"""Examines an installation: queue, failures, database, evidence, process, clock, token, webhook.

Reads only, beside a running bot or without one. Counts and ages, never a name, a figure or the token.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import aiohttp
from msgspec import Struct, field
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock, iso, parse
from bot.config import Config
from bot.storage import evidence_rows, failed_updates, health_counts
from bot.storage.evidence_files import place_of
from bot.storage.setup import open_existing
from bot.telegram.client import make_bot
from flows.model.quotas import DEFAULT, Quota

MEGABYTE = 2**20
QUEUE_WAITS = timedelta(minutes=5)
FILE_WAITS = timedelta(hours=1)
BEAT_LATE = timedelta(seconds=60)
POLL_LATE = timedelta(seconds=120)
RECENT = timedelta(days=1)
ERROR_RECENT = timedelta(hours=1)
CLOCK_SECONDS = 60
WAL_BYTES = 64 * MEGABYTE
DISK_LOW, DISK_OUT = 500 * MEGABYTE, 50 * MEGABYTE
PENDING = 100
NEAR = 0.9
ANSWER_SECONDS = 10.0


class CheckState(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


class Finding(Struct, frozen=True):
    """One check: its name, how it came out, what was seen, and the codes of what is wrong."""

    check: str
    state: CheckState
    seen: Mapping[str, object]
    wrong: tuple[str, ...] = ()


class _Check(Struct):
    """Collects what one check sees."""

    name: str
    seen: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    state: CheckState = CheckState.OK

    def warn(self, code: str, *, when: bool) -> None:
        if when:
            self.wrong.append(code)
            self.state = CheckState.WARNING if self.state == CheckState.OK else self.state

    def fail(self, code: str, *, when: bool) -> None:
        if when:
            self.wrong.append(code)
            self.state = CheckState.FAILURE

    def finding(self) -> Finding:
        return Finding(self.name, self.state, self.seen, tuple(self.wrong))


def examine_settings(env: Path) -> Finding:
    """Examine the settings; their file holds the token, so that nobody else should read it."""
    check = _Check("settings")
    if env.is_file() and os.name != "nt":
        mode = env.stat().st_mode & 0o777
        check.seen["env_mode"] = f"{mode:03o}"
        check.warn("env_open", when=bool(mode & 0o077))
    return check.finding()


def examine_newer(step: str) -> Finding:
    """Report that a newer program made the database; nothing else of it is examined."""
    check = _Check("database", {"schema": step})
    check.fail("schema_newer", when=True)
    return check.finding()


def examine_files(
    database: Path,
    files: Path,
    *,
    served: bool,
    webhook: bool,
    clock: Clock,
    quota: Quota = DEFAULT,
) -> Iterator[Finding]:
    """Yield what can be seen on this machine.

    Raises FileNotFoundError, sqlite3.Error, NotOursError, NewerDatabaseError.
    """
    now = clock()
    connection = open_existing(database)
    try:
        connection.execute("BEGIN")
        figures = health_counts.figures(connection)
        yield _process(health_counts.noted(connection), now, served=served, webhook=webhook)
        yield _queue(figures, now)
        yield _sends(health_counts.sends(connection, iso(now - RECENT)))
        yield _failed(connection)
        troubles = health_counts.troubles(health_counts.noted(connection), iso(now - RECENT))
        yield _database(connection, database, figures, _last(troubles, "database", now))
        missing = _missing(connection, files)
        checked = _evidence(files, figures, missing, _last(troubles, "files", now), now)
        yield _quotas(checked, evidence_rows.fullest(connection), quota)
        yield from _levels(health_counts.empty_levels(connection, now.date()))
    finally:
        connection.close()


def _last(troubles: Mapping[str, tuple[str, str]], what: str, now: datetime) -> int | None:
    return _age(troubles[what][1], now) if what in troubles else None


def _missing(connection: sqlite3.Connection, folder: Path) -> int:
    """Return how many files the record promises that are not in the folder."""
    digests = {digest for _, digest, _ in evidence_rows.promised(connection)}
    return sum(not place_of(folder, digest).is_file() for digest in digests)


def _age(since: str | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - parse(since)).total_seconds()))


def _late(age: int | None, bound: timedelta) -> bool:
    return age is not None and age > bound.total_seconds()


def _process(noted: Mapping[str, str], now: datetime, *, served: bool, webhook: bool) -> Finding:
    check = _Check("process")
    beat, heard = _age(noted.get("heartbeat"), now), _age(noted.get("heard"), now)
    check.seen = {"running": served, "heartbeat_age": beat, "last_poll_age": heard}
    check.warn("not_running", when=not served)
    check.warn("heartbeat_old", when=served and _late(beat, BEAT_LATE))
    started = _age(noted.get("started"), now)
    fresh = started is not None and not _late(started, POLL_LATE)  # its first poll may go on
    # By webhook, silence only means that nobody writes.
    check.warn("poll_old", when=served and not webhook and not fresh and _late(heard, POLL_LATE))
    return check.finding()


def _levels(empty: list[str]) -> Iterator[Finding]:
    """Yield the levels at which nobody sits; nothing where there are none, or all are held."""
    if empty:
        check = _Check("levels", {"nobody": ", ".join(empty)})
        check.warn("level_empty", when=True)
        yield check.finding()


def _queue(figures: health_counts.Figures, now: datetime) -> Finding:
    check = _Check("queue")
    oldest = _age(figures.oldest_queued, now)
    check.seen = {"length": figures.queued, "oldest_age": oldest}
    check.warn("unsent_old", when=_late(oldest, QUEUE_WAITS))
    return check.finding()


def _sends(counts: Mapping[str, int]) -> Finding:
    check = _Check("sends")
    check.seen = {state: counts.get(state, 0) for state in ("sent", "failed", "unreachable")}
    check.warn("sends_failed", when=counts.get("failed", 0) > 0)
    return check.finding()


def _failed(connection: sqlite3.Connection) -> Finding:
    check = _Check("failed_updates")
    kept = failed_updates.listed(connection, "kept", "replay")
    check.seen = {
        "kept": [{"code": f"G-{update.code}", "error": update.summary} for update in kept]
    }
    check.warn("updates_failed", when=bool(kept))
    return check.finding()


def _database(
    connection: sqlite3.Connection, path: Path, figures: health_counts.Figures, trouble: int | None
) -> Finding:
    check = _Check("database")
    wal = path.with_name(f"{path.name}-wal")
    wal_bytes = wal.stat().st_size if wal.exists() else 0
    free = shutil.disk_usage(path.parent).free
    newest, pending = health_counts.schema(connection)
    whole = not health_counts.faults(connection)
    check.seen = {
        "whole": whole,
        "bytes": figures.database_bytes,
        "wal_bytes": wal_bytes,
        "schema": newest,
        "pending": pending,
        "free_bytes": free,
        "trouble_age": trouble,
    }
    check.fail("damaged", when=not whole)
    check.warn("schema_older", when=bool(pending))
    check.warn("nothing_set_up", when=not health_counts.is_set_up(connection))
    check.warn("wal_large", when=wal_bytes > WAL_BYTES)
    check.warn("was_unwritable", when=trouble is not None)
    try:
        check.fail("locked", when=health_counts.is_locked(path))
    except sqlite3.OperationalError:
        check.fail("unwritable", when=True)
    _disk(check, free)
    return check.finding()


def _disk(check: _Check, free: int) -> None:
    check.fail("disk_full", when=free < DISK_OUT)
    check.warn("disk_low", when=DISK_OUT <= free < DISK_LOW)


def _evidence(
    folder: Path, figures: health_counts.Figures, missing: int, trouble: int | None, now: datetime
) -> Finding:
    check = _Check("evidence")
    oldest = _age(figures.oldest_file, now)
    check.seen = {
        "waiting": figures.files_waiting,
        "oldest_age": oldest,
        "missing": missing or None,
        "trouble_age": trouble,
    }
    check.warn("was_unwritable", when=trouble is not None)
    if not folder.is_dir():
        expected = figures.has_files or figures.files_waiting > 0
        check.warn("no_folder", when=not expected)
        check.fail("files_lost", when=expected)
        return check.finding()
    free = shutil.disk_usage(folder).free
    check.seen["free_bytes"] = free
    check.fail("not_writable", when=not os.access(folder, os.W_OK | os.X_OK))
    check.fail("files_missing", when=missing > 0)
    check.warn("file_old", when=_late(oldest, FILE_WAITS))
    _disk(check, free)
    return check.finding()


def _quotas(finding: Finding, fullest: tuple[int, int], quota: Quota) -> Finding:
    """Return the same with what the fullest person and office have stored, and may."""
    check = _Check(finding.check, dict(finding.seen), list(finding.wrong), finding.state)
    bounds = (quota.person, quota.office)
    names = ("person", "office")
    for name, used, bound in zip(names, fullest, bounds, strict=True):
        check.seen |= {f"{name}_bytes": used, f"{name}_quota_bytes": bound}
    near = any(used > bound * NEAR for used, bound in zip(fullest, bounds, strict=True))
    check.warn("quota_near", when=near)
    return check.finding()


async def examine_server(config: Config, clock: Clock) -> list[Finding]:
    """Return what the Bot API server says: its clock, the token, the webhook."""
    return [await _clock(config, clock), *await _token(config, clock)]


async def _clock(config: Config, clock: Clock) -> Finding:
    """Ask the root of the server, so that no address holds the token."""
    check = _Check("clock")
    try:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.head(config.bot_api_url, allow_redirects=False) as response,
        ):
            there = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        check.warn("unreachable", when=True)
        return check.finding()
    off = int((clock() - there).total_seconds())
    check.seen["seconds_off"] = off
    check.warn("clock_off", when=abs(off) > CLOCK_SECONDS)
    return check.finding()


async def _token(config: Config, clock: Clock) -> tuple[Finding, Finding]:
    token, hook = _Check("token"), _Check("webhook")
    bot = make_bot(config)
    try:
        await bot.initialize()
        token.seen["bot"] = f"@{bot.username}"
        _webhook(hook, await bot.get_webhook_info(), config, clock())
    except InvalidToken:
        token.fail("token_refused", when=True)
        hook.warn("not_asked", when=True)
    except TelegramError:
        finding = hook if token.seen else token
        finding.warn("unreachable", when=True)
        hook.warn("not_asked", when=finding is token)
    finally:
        await bot.shutdown()
    return token.finding(), hook.finding()


def _webhook(check: _Check, info: WebhookInfo, config: Config, now: datetime) -> None:
    wanted = config.webhook_url or ""
    check.seen = {"set": bool(info.url), "pending": info.pending_update_count}
    check.warn("webhook_missing", when=bool(wanted) and info.url != wanted)
    check.warn("webhook_unwanted", when=bool(info.url) and not wanted)
    check.warn("pending_many", when=info.pending_update_count > PENDING)
    if info.last_error_date is not None:
        check.seen["last_error_age"] = max(0, int((now - info.last_error_date).total_seconds()))
        check.seen["last_error"] = info.last_error_message
        check.warn("webhook_error", when=now - info.last_error_date < ERROR_RECENT)

"""`peduli-ham doctor`: a line for each check, for people or as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.text import Text

from bot.cli.errors import Failure, using, worded
from bot.cli.running import is_served
from bot.cli.screen import console, say, table
from bot.cli.settings import DatabaseOption, Local, database_path
from bot.clock import system_clock
from bot.config import ConfigError, load_config
from bot.ops.doctor import (
    Finding,
    State,
    examine_files,
    examine_newer,
    examine_server,
    examine_settings,
)
from bot.ops.logs import TOKEN
from bot.storage.migrations import NewerDatabaseError, refuse_newer
from bot.storage.setup import NotOursError
from flows.model.quotas import DEFAULT

STATES = {State.OK: "ok", State.WARNING: "peringatan", State.FAILURE: "gagal"}
STYLES = {State.OK: "green", State.WARNING: "yellow", State.FAILURE: "bold red"}
NAMES = {
    "settings": "pengaturan",
    "process": "bot",
    "queue": "antrean kirim",
    "sends": "kiriman 24 jam",
    "failed_updates": "pesan gagal diolah",
    "database": "basis data",
    "evidence": "berkas bukti",
    "clock": "jam",
    "token": "token",
    "webhook": "webhook",
}
WRONG = {
    "settings": "lengkapi lingkungan atau .env",
    "env_open": ".env berisi token dan dapat dibaca pengguna lain: chmod 600 .env",
    "unreadable": "tidak dapat dibaca",
    "not_running": "jalankan dengan peduli-ham run",
    "heartbeat_old": "denyut terlambat: bot macet?",
    "poll_old": "lama tidak ada jawaban dari Telegram",
    "unsent_old": "ada pesan yang lama belum terkirim",
    "sends_failed": "ada kiriman yang ditolak: lihat log",
    "updates_failed": "lihat peduli-ham failed list",
    "damaged": "berkas rusak: pulihkan cadangan",
    "schema_newer": "dibuat program yang lebih baru: perbarui program ini",
    "schema_older": "diperbarui saat bot dijalankan",
    "wal_large": "WAL besar: ada pembaca yang tidak selesai?",
    "locked": "proses lain menahan basis data",
    "unwritable": "tidak dapat ditulisi",
    "quota_near": "ada yang hampir mencapai kuota: EVIDENCE_PER_PERSON, EVIDENCE_PER_OFFICE",
    "was_unwritable": "dalam 24 jam ini pernah tidak dapat ditulisi: lihat log",
    "disk_full": "ruang disk habis",
    "disk_low": "ruang disk hampir habis",
    "no_folder": "folder belum ada: dibuat saat bot dijalankan",
    "files_lost": "folder tidak ada, padahal ada bukti: periksa FILES",
    "files_missing": "ada data dukung yang berkasnya hilang: pulihkan dari cadangan",
    "not_writable": "folder tidak dapat ditulisi",
    "file_old": "ada berkas yang lama belum terambil",
    "unreachable": "server Bot API tidak terjangkau",
    "clock_off": "setel jam komputer ini",
    "token_refused": "token ditolak: ambil dari @BotFather",
    "not_asked": "tidak diperiksa",
    "webhook_missing": "belum terpasang seperti WEBHOOK_URL",
    "webhook_unwanted": "terpasang, padahal WEBHOOK_URL kosong",
    "pending_many": "banyak pesan menunggu di Telegram",
    "webhook_error": "Telegram gagal menyampaikan",
}
SEEN = {
    "running": ("berjalan", "tidak berjalan"),
    "whole": ("utuh", "rusak"),
    "set": ("terpasang", "tidak dipakai"),
}
LABELS = {
    "env_mode": "izin .env {}",
    "heartbeat_age": "denyut {} lalu",
    "last_poll_age": "jawaban Telegram terakhir {} lalu",
    "length": "{} menunggu",
    "oldest_age": "tertua {}",
    "sent": "{} terkirim",
    "failed": "{} gagal",
    "unreachable": "{} tak terjangkau",
    "bytes": "{}",
    "wal_bytes": "WAL {}",
    "schema": "skema {}",
    "free_bytes": "kosong {}",
    "waiting": "{} menunggu",
    "missing": "{} hilang",
    "person_bytes": "per orang {}",
    "person_quota_bytes": "kuota {}",
    "office_bytes": "per UKPD {}",
    "office_quota_bytes": "kuota {}",
    "trouble_age": "gangguan tulis terakhir {} lalu",
    "seconds_off": "selisih {} detik",
    "bot": "{}",
    "pending": "{} menunggu",
    "last_error": "galat: {}",
    "last_error_age": "galat {} lalu",
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
    findings = _examined(path, files or Local().files)
    if as_json:
        typer.echo(orjson.dumps(_for_scripts(findings), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(findings)
    refuse_newer(path)  # with the code of a command that cannot go on
    return int(_worst(findings) == State.FAILURE)


def _examined(path: Path, files: Path) -> list[Finding]:
    findings: list[Finding] = []
    try:
        config = load_config()
        findings.append(examine_settings(Path(".env")))
    except ConfigError as error:
        config = None
        seen = {"faults": error.faults}
        findings.append(Finding("settings", State.FAILURE, seen, ("settings",)))
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
        findings.append(Finding("database", State.FAILURE, {"faults": [reason]}, ("unreadable",)))
    if config is not None:
        findings += asyncio.run(examine_server(config, system_clock))
    return findings


def _worst(findings: Sequence[Finding]) -> State:
    order = list(State)
    return max((one.state for one in findings), key=order.index)


def _for_scripts(findings: Sequence[Finding]) -> dict[str, object]:
    checks = [
        {"check": one.check, "state": one.state, "wrong": one.wrong, **one.seen} for one in findings
    ]
    return {"state": _worst(findings), "checks": checks}


def _show(findings: Sequence[Finding]) -> None:
    made = table(("pemeriksaan", "keadaan", "keterangan"), ())
    for finding in findings:
        hints = [f"→ {WRONG[code]}" for code in finding.wrong]
        detail = TOKEN.sub(
            "<token>", " ".join(["; ".join(_in_words(finding.seen)), *hints]).strip()
        )
        state = Text(STATES[finding.state], style=STYLES[finding.state])
        made.add_row(Text(NAMES[finding.check]), state, Text(detail))
    console().print(made)
    counts = [sum(one.state == state for one in findings) for state in STATES]
    say(", ".join(f"{count} {name}" for count, name in zip(counts, STATES.values(), strict=True)))


def _in_words(seen: Mapping[str, object]) -> list[str]:
    """Return what was seen, in words; what is not known is left out."""
    details = []
    for key, value in seen.items():
        if key in SEEN:
            details.append(SEEN[key][0 if value else 1])
        elif key == "kept" and isinstance(value, list):
            details += [f"{one['code']} {one['error']}" for one in value] or ["tidak ada"]
        elif key == "faults" and isinstance(value, list):
            details += [str(one) for one in value]
        elif value is not None and key in LABELS and not isinstance(value, list):
            details.append(LABELS[key].format(_sized(key, value)))
    return details


def _sized(key: str, value: object) -> str:
    """Return bytes and ages in the unit that reads best."""
    if not isinstance(value, int):
        return str(value)
    if key.endswith("bytes"):
        return f"{value / 2**30:.1f} GB" if value >= 2**30 else f"{value / 2**20:.1f} MB"
    if key.endswith("age"):
        for size, unit in ((86400, "hari"), (3600, "jam"), (60, "menit")):
            if value >= size:
                return f"{value // size} {unit}"
        return f"{value} detik"
    return str(value)

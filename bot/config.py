"""Settings from the environment or a `.env`; what is missing or wrong is named all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.given_settings import ENV_FILE, Secret, given_settings
from bot.holidays import CalendarError, calendar
from bot.terminal import phrase
from flows.model.quotas import MEGABYTE, OFFICE, PERSON, Quota

LEAST, MOST = 20, 1_000_000
"""One file that Telegram lets through, and a terabyte."""
OFFICIAL = "https://api.telegram.org"
LOCAL = ("127.0.0.1", "localhost", "::1")
ON, OFF = ("1", "true", "yes", "ya"), ("", "0", "false", "no", "tidak")
SHORTEST = 32
"""Characters of a token that nobody guesses."""


class ConfigError(Exception):
    """Settings that are missing or wrong: one sentence each, by name."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


DATABASE, FILES, TIMEZONE = "peduli-ham.db", "peduli-ham-files", "Asia/Jakarta"
"""What counts where nothing else is set; commands that need no token read them from here, too."""


class Config(Struct, frozen=True, kw_only=True):
    """Settings of `peduli-ham run`, as `read` judged them: addresses, names and sizes that can be used."""

    bot_token: Secret
    """The token that @BotFather gave."""
    bot_api_url: str = OFFICIAL
    rate_limits: Literal["telegram", "off"] = "telegram"
    database: Path = Path(DATABASE)
    files: Path = Path(FILES)
    timezone: str = TIMEZONE
    holidays: Path | None = None
    webhook_url: str | None = None
    webhook_listen: str | None = None
    webhook_secret: Secret | None = None
    log_format: Literal["text", "json"] = "text"
    metrics_listen: str | None = None
    health_listen: str | None = None
    feed_listen: str | None = None
    feed_token: Secret | None = None
    trial: bool = False
    handbook_url: str | None = None
    evidence_per_person: int = PERSON // MEGABYTE
    evidence_per_office: int = OFFICE // MEGABYTE

    @property
    def quota(self) -> Quota:
        """How much evidence is kept, in bytes."""
        return Quota(self.evidence_per_person * MEGABYTE, self.evidence_per_office * MEGABYTE)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def is_trial(text: str) -> bool:
    """Read TRIAL. Raises ValueError."""
    word = text.strip().casefold()
    if word not in (*ON, *OFF):
        raise ValueError(phrase("is 1 for a trial (uji coba), else 0 or nothing"))
    return word in ON


def is_local(address: str) -> bool:
    """Tell whether HOST:PORT is of this machine only; so it is without a host."""
    return (urlsplit(f"//{address}").hostname or LOCAL[0]) in LOCAL


# How each setting is read: a function that raises ValueError with what would be accepted


def _megabytes(text: str) -> int:
    size = text.strip()
    if not (size.isascii() and size.isdecimal() and LEAST <= int(size) <= MOST):
        raise ValueError(
            phrase(
                "is a number of megabytes from {least} to {most}, such as 500",
                least=LEAST,
                most=MOST,
            )
        )
    return int(size)


def _token(text: str) -> Secret:
    bot_id, _, rest = text.partition(":")
    if not (bot_id.isascii() and bot_id.isdigit() and rest):
        raise ValueError(phrase("looks like 123456:ABC…"))
    return Secret(text)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(phrase("is a zone name such as Asia/Jakarta")) from None
    return text


def _calendar(text: str) -> Path:
    try:
        calendar(date(2027, 1, 1), Path(text))
    except CalendarError as error:
        raise ValueError(str(error)) from None
    return Path(text)


def _root(text: str) -> str:
    if not _is_web(text):
        raise ValueError(phrase("is the root of a Bot API server, such as http://127.0.0.1:8081"))
    return text.rstrip("/")


def _handbook(text: str) -> str:
    if not _is_web(text):
        raise ValueError(phrase("is where the handbook is, such as https://example.go.id/panduan"))
    return text


def _listen(text: str) -> str:
    if not _is_port(text.rpartition(":")[2]):
        raise ValueError(phrase("is HOST:PORT, such as 127.0.0.1:8443"))
    return text


def _at_home(text: str) -> str:
    if not is_local(_listen(text)):
        raise ValueError(
            phrase("is for this machine only, such as 127.0.0.1:9102; a proxy may pass it on")
        )
    return text


def _long_secret(text: str) -> Secret:
    if len(text) < SHORTEST or not all("!" <= one <= "~" for one in text):
        raise ValueError(
            phrase(
                "has {shortest} letters and figures or more, such as `openssl rand -hex 32` gives",
                shortest=SHORTEST,
            )
        )
    return Secret(text)


def _either(first: str, second: str, text: str) -> str:
    if text not in (first, second):
        raise ValueError(phrase("is {first} or {second}", first=first, second=second))
    return text


def _is_web(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).hostname)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 2**16


READERS: Mapping[str, Callable[[str], Any]] = {
    "bot_token": _token,
    "bot_api_url": _root,
    "rate_limits": partial(_either, "telegram", "off"),
    "database": Path,
    "files": Path,
    "timezone": _zone,
    "holidays": _calendar,
    "webhook_url": str,
    "webhook_listen": _listen,
    "webhook_secret": Secret,
    "log_format": partial(_either, "text", "json"),
    "metrics_listen": _listen,
    "health_listen": _listen,
    "feed_listen": _at_home,
    "feed_token": _long_secret,
    "trial": is_trial,
    "handbook_url": _handbook,
    "evidence_per_person": _megabytes,
    "evidence_per_office": _megabytes,
}


def load_config(env_file: Path | None = ENV_FILE) -> Config:
    """Read the settings. Raises ConfigError that names every missing or wrong one."""
    try:
        return read_config(given_settings(env_file))
    except UnicodeDecodeError:
        raise ConfigError([phrase("The file {file} is not UTF-8 text", file=env_file)]) from None


def read_config(given: Mapping[str, str]) -> Config:
    """Read the settings by names in small letters; others are left alone. Raises ConfigError."""
    faults = _missing(given)
    settings: dict[str, Any] = {}
    for name, read in READERS.items():
        if name in given:
            try:
                settings[name] = read(given[name])
            except ValueError as error:
                faults.append(f"{name.upper()} {error}")
    if faults:
        raise ConfigError(faults)
    return Config(**settings)


def _missing(given: Mapping[str, str]) -> list[str]:
    """Return what is wrong with several settings together."""
    faults = [] if "bot_token" in given else [phrase("{name} is missing", name="BOT_TOKEN")]
    needed = {"webhook_url": ("webhook_listen", "webhook_secret"), "feed_listen": ("feed_token",)}
    faults += [
        phrase("{name} is missing, which {needs} needs", name=name.upper(), needs=because.upper())
        for because, names in needed.items()
        for name in names
        if because in given and name not in given
    ]
    server = given.get("bot_api_url", OFFICIAL)
    if given.get("rate_limits") == "off" and server.rstrip("/") == OFFICIAL:
        faults.append(phrase("RATE_LIMITS=off is only for another server than the official one"))
    return faults

"""Settings from the environment or a `.env`; what is missing or wrong is named all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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


class Config(BaseSettings):
    """Frozen settings of `peduli-ham run`."""

    model_config = SettingsConfigDict(
        env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    bot_token: SecretStr = Field(description="the token that @BotFather gave")
    bot_api_url: str = OFFICIAL
    rate_limits: Literal["telegram", "off"] = "telegram"
    database: Path = Path("peduli-ham.db")
    files: Path = Path("peduli-ham-files")
    timezone: str = "Asia/Jakarta"
    holidays: Path | None = None
    webhook_url: str | None = None
    webhook_listen: str | None = None
    webhook_secret: SecretStr | None = None
    log_format: Literal["text", "json"] = "text"
    metrics_listen: str | None = None
    health_listen: str | None = None
    feed_listen: str | None = None
    feed_token: SecretStr | None = None
    trial: bool = False
    handbook_url: str | None = None
    evidence_per_person: int = PERSON // MEGABYTE
    evidence_per_office: int = OFFICE // MEGABYTE

    @field_validator("evidence_per_person", "evidence_per_office", mode="before")
    @classmethod
    def _megabytes(cls, value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdecimal() and LEAST <= int(text) <= MOST):
            raise ValueError(
                phrase(
                    "is a number of megabytes from {least} to {most}, such as 500",
                    least=LEAST,
                    most=MOST,
                )
            )
        return int(text)

    @field_validator("trial", mode="before")
    @classmethod
    def _practice(cls, value: object) -> bool:
        return is_trial(str(value))

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        bot_id, _, rest = value.get_secret_value().partition(":")
        if not (bot_id.isascii() and bot_id.isdigit() and rest):
            raise ValueError(phrase("looks like 123456:ABC…"))
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(phrase("is a zone name such as Asia/Jakarta")) from None
        return value

    @field_validator("holidays")
    @classmethod
    def _calendar(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                calendar(date(2027, 1, 1), value)
            except CalendarError as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("bot_api_url")
    @classmethod
    def _root(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError(
                phrase("is the root of a Bot API server, such as http://127.0.0.1:8081")
            )
        return value.rstrip("/")

    @field_validator("handbook_url")
    @classmethod
    def _handbook(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname
        ):
            raise ValueError(
                phrase("is where the handbook is, such as https://example.go.id/panduan")
            )
        return value

    @field_validator("webhook_listen", "metrics_listen", "health_listen", "feed_listen")
    @classmethod
    def _listen(cls, value: str | None) -> str | None:
        if value is not None and not _is_port(value.rpartition(":")[2]):
            raise ValueError(phrase("is HOST:PORT, such as 127.0.0.1:8443"))
        return value

    @field_validator("feed_listen")
    @classmethod
    def _at_home(cls, value: str | None) -> str | None:
        if value is not None and not is_local(value):
            raise ValueError(
                phrase("is for this machine only, such as 127.0.0.1:9102; a proxy may pass it on")
            )
        return value

    @field_validator("feed_token")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else "-" * SHORTEST
        if len(text) < SHORTEST or not all("!" <= one <= "~" for one in text):
            raise ValueError(
                phrase(
                    "has {shortest} letters and figures or more, such as `openssl rand -hex 32` gives",
                    shortest=SHORTEST,
                )
            )
        return value

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


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 2**16


class _Given(BaseSettings):
    """The settings as they came, for faults that concern several of them."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    bot_token: str | None = None
    bot_api_url: str = OFFICIAL
    rate_limits: str = "telegram"
    webhook_url: str | None = None
    webhook_listen: str | None = None
    webhook_secret: str | None = None
    feed_listen: str | None = None
    feed_token: str | None = None

    def faults(self) -> list[str]:
        faults = [] if self.bot_token else [phrase("{name} is missing", name="BOT_TOKEN")]
        if self.webhook_url:
            needed = ("webhook_listen", "webhook_secret")
            missing = [name.upper() for name in needed if getattr(self, name) is None]
            faults += [
                phrase("{name} is missing, which {needs} needs", name=name, needs="WEBHOOK_URL")
                for name in missing
            ]
        if self.feed_listen and self.feed_token is None:
            faults.append(
                phrase(
                    "{name} is missing, which {needs} needs", name="FEED_TOKEN", needs="FEED_LISTEN"
                )
            )
        if self.rate_limits == "off" and self.bot_api_url.rstrip("/") == OFFICIAL:
            faults.append(
                phrase("RATE_LIMITS=off is only for another server than the official one")
            )
        return faults


def load_config(env_file: Path | None = Path(".env")) -> Config:
    """Read the settings. Raises ConfigError that names every missing or wrong one."""
    try:
        faults = _Given(_env_file=env_file).faults()  # type: ignore[call-arg]
    except UnicodeDecodeError:
        raise ConfigError([phrase("The file {file} is not UTF-8 text", file=env_file)]) from None
    config = None
    try:
        config = Config(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            if problem["type"] != "missing":
                text = problem["msg"].removeprefix("Value error, ")
                faults.append(f"{str(problem['loc'][0]).upper()} {text}")
    if faults or config is None:
        raise ConfigError(faults)
    return config

"""Settings in the environment and in a file: good ones, odd ones, and files that are none."""

from __future__ import annotations

import os
import random
import re
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.fuzz import values
from benchmarks.fuzz.judging import Verdict, judged
from bot.config import Config, ConfigError, load_config

SECRET = "123456:FUZZ-secret-in-no-error"
NAMES = (
    "BOT_TOKEN", "BOT_API_URL", "RATE_LIMITS", "DATABASE", "FILES", "TIMEZONE", "HOLIDAYS", "WEBHOOK_URL",
    "WEBHOOK_LISTEN", "WEBHOOK_SECRET", "LOG_FORMAT", "METRICS_LISTEN",
)  # fmt: skip
GOOD = {
    "BOT_TOKEN": SECRET, "BOT_API_URL": "http://127.0.0.1:8081", "RATE_LIMITS": "off",
    "TIMEZONE": "Asia/Makassar",
    "WEBHOOK_URL": "https://example.org/hook", "WEBHOOK_LISTEN": "127.0.0.1:8443", "WEBHOOK_SECRET": SECRET,
    "LOG_FORMAT": "json", "METRICS_LISTEN": "9100",
}  # fmt: skip
ODD = (
    "", " ", "off", "json", "0", "-1", "x:y", ":", "::1", "127.0.0.1:99999999999", "host:-5",
    "[::1", "http://", "http://[", "http://a:b",
    "ftp://x", "//x", "..", "../../etc/passwd", "/dev/null", "/proc/self/mem", "Asia/../x",
    "/etc/passwd", "Asia",
    "123:", ":abc", "１２３:abc", "٣:x", "²:x", "a" * 5000, "https://exa mple.org", "http://x\n", "😀",
    "null", "127.0.0.1:²",
)  # fmt: skip


def settings_case(dice: random.Random) -> dict[str, Any]:
    given = {name: good for name, good in GOOD.items() if dice.random() < 0.6}
    for _ in range(dice.choice((1, 1, 2, 4))):
        value = dice.choice(ODD) if dice.random() < 0.7 else values.text(dice)
        given[dice.choice(NAMES)] = re.sub(r"[\x00\ud800-\udfff]", "", value)
    if dice.random() < 0.3:
        raw = "\n".join(f"{name}={said}" for name, said in given.items())
        return {"env": {}, "file": values.mangled(dice, raw)}
    return {"env": given, "file": None}


def judge_settings(case: dict[str, Any]) -> Verdict:
    """Settings, or one error whose sentences each begin with a name and never repeat a secret."""
    before = dict(os.environ)
    for name in NAMES:
        os.environ.pop(name, None)
    os.environ.update(case["env"])
    try:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            file = None
            if case["file"] is not None:
                file = Path(folder) / ".env"
                file.write_bytes(case["file"].encode("utf-8", "surrogatepass"))
            return judged(lambda: load_config(file), ConfigError, _helpless, _unusable)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _helpless(error: ConfigError) -> str | None:
    if SECRET[7:] in str(error):
        return "the secret is in the error"
    is_named = error.faults and all(one[:1].isupper() for one in error.faults)
    return None if is_named else "a fault without a name"


def _unusable(config: Config) -> str | None:
    """What the program would stumble over later."""
    if SECRET in repr(config):
        return "the secret is in its repr"
    for place in (config.webhook_listen, config.metrics_listen):
        port = (place or "1").rpartition(":")[2]
        if not port.isascii() or not 0 <= int(port) < 65_536:
            return f"taken as a port: {port!r}"
    number = config.bot_token.reveal().partition(":")[0]
    return (
        None if number.isascii() and number.isdigit() else f"taken as a token's number: {number!r}"
    )

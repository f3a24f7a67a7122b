"""How the process logs: lines for the operator, or JSON for a collector, without personal data or token.

An exception is logged by its kind and its place: its words may repeat what a person typed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

import orjson

QUIET = ("httpx", "httpcore", "aiohttp.access", "telegram", "aiosqlite", "asyncio")
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{6,}")
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LogFormatter(logging.Formatter):
    """Text; whatever looks like a token is blotted out."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("<token>", super().format(record))

    def formatException(self, ei: Raised) -> str:  # noqa: N802
        kind, _, where = ei
        return "".join(traceback.format_tb(where)) + (kind.__name__ if kind else "")


class Json(LogFormatter):
    """One object a line: at, level, logger, message, and error where one was caught."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return TOKEN.sub("<token>", orjson.dumps(line).decode())


def setup_logging(level: int = logging.INFO, style: Literal["text", "json"] = "text") -> None:
    """Log to standard error; libraries, whose lines may hold addresses with the token, only warn."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if style == "json" else LogFormatter(LINE))
    logging.basicConfig(level=level, handlers=[handler])
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)

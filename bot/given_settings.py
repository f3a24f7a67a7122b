"""What is set: in the environment, else in a `.env`. Names in whatever case; what is empty is not set."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

ENV_FILE = Path(".env")


class Secret(Struct, frozen=True):
    """A text that stands in no log and in no traceback."""

    hidden: str

    def reveal(self) -> str:
        """Return the text."""
        return self.hidden

    def __repr__(self) -> str:
        return "Secret(…)"


def given_settings(env_file: Path | None = ENV_FILE) -> dict[str, str]:
    """Return the texts by names in small letters. Raises UnicodeDecodeError for a file that is not UTF-8."""
    from dotenv import dotenv_values  # a command that reads no setting need not hold it

    is_there = env_file is not None and env_file.is_file()
    in_file = dotenv_values(env_file, encoding="utf-8") if is_there else {}
    given: dict[str, str] = {}
    for texts in (in_file, os.environ):
        given |= {name.lower(): text for name, text in texts.items() if text}
    return given

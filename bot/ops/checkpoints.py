"""How far a record was whole, signed and kept elsewhere: the next `verify` reads only what came since.

The key lies beside the file. Whoever can write the database should be able to write neither.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Literal

import orjson
from msgspec import Struct

from bot.storage.evidence_files import write_whole
from bot.storage.record import Checkpoint

CheckpointCode = Literal["not_signed", "no_key", "no_checkpoint"]


class CheckpointError(Exception):
    """A file that vouches for nothing, by its code."""

    def __init__(self, code: CheckpointCode) -> None:
        super().__init__(code)
        self.code = code


class KeptCheckpoint(Struct, frozen=True):
    """A checkpoint as its file has it, and when it was written."""

    checkpoint: Checkpoint
    at: str


def key_of(path: Path) -> Path:
    """Return where the key of a checkpoint lies."""
    return path.with_name(f"{path.name}.key")


def read(path: Path) -> KeptCheckpoint | None:
    """Return what a file vouches for, None where there is none yet. Raises CheckpointError, OSError."""
    if not path.exists():
        return None
    try:
        kept = orjson.loads(path.read_bytes())
        stated, signature = kept["checkpoint"], kept["signature"]
        heads = {int(period): str(head) for period, head in stated["heads"].items()}
        kept_then = KeptCheckpoint(Checkpoint(int(stated["entries"]), heads), str(stated["at"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CheckpointError("no_checkpoint") from None
    try:
        key = key_of(path).read_bytes()
    except FileNotFoundError:
        raise CheckpointError("no_key") from None
    if not hmac.compare_digest(_signed(key, stated), str(signature)):
        raise CheckpointError("not_signed")
    return kept_then


def write(path: Path, checkpoint: Checkpoint, at: str) -> None:
    """Write and sign a checkpoint; its key is made on first use. Raises OSError."""
    place = key_of(path)
    if not place.exists():
        write_whole(place, secrets.token_hex(32).encode())
    heads = {str(period): head for period, head in checkpoint.heads.items()}
    stated = {"entries": checkpoint.entries, "heads": heads, "at": at}
    kept = {"checkpoint": stated, "signature": _signed(place.read_bytes(), stated)}
    write_whole(path, orjson.dumps(kept, option=orjson.OPT_INDENT_2))


def _signed(key: bytes, stated: object) -> str:
    body = orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, body, hashlib.sha256).hexdigest()

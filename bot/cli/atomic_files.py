"""A private file that takes its name only when it is whole, and never the place of another."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.cli.command_errors import Failure
from bot.portable import make_private, sync_folder
from bot.terminal import phrase


class Draft:
    """A file of mode 0600 beside its target: `open`, and write to `path`.

    Where its `with` ends it takes the name, if it was opened and not discarded; of a failure nothing stays.
    `gives_way`: what has the target's name now is put away before the draft is published.
    """

    def __init__(self, target: Path, *, gives_way: bool = False) -> None:
        self.target = target
        self.gives_way = gives_way
        self.path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.discard()
        elif self.path.exists():
            self._publish()

    def open(self) -> Path:
        """Make the empty draft; refuse a target that exists or cannot be written."""
        if os.path.lexists(self.target) and not self.gives_way:
            raise Failure(
                phrase(
                    "{target}: exists and is not overwritten. Give another name.",
                    target=self.target,
                )
            )
        if not self.target.parent.is_dir():
            raise Failure(
                phrase(
                    "{parent}: no such folder. Give a file in one that exists.",
                    parent=self.target.parent,
                )
            )
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        try:
            descriptor = os.open(self.path, flags, 0o600)
        except PermissionError:
            raise Failure(
                phrase(
                    "{parent}: no permission to write there. Give another folder.",
                    parent=self.target.parent,
                )
            ) from None
        os.close(descriptor)
        make_private(self.path)
        return self.path

    def _publish(self) -> None:
        """Give the draft its name, durably; on failure it is kept and named."""
        _sync(self.path)
        try:
            os.link(self.path, self.target)  # unlike a rename, never replaces
        except FileExistsError:
            raise Failure(
                phrase(
                    "{target}: exists by now; what was made is {path}.",
                    target=self.target,
                    path=self.path,
                )
            ) from None
        except OSError:  # a file system without hard links
            self.path.rename(self.target)
        self.path.unlink(missing_ok=True)
        sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove what was begun."""
        self.path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)  # Windows writes out only what is open for writing
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

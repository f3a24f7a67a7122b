"""Trouble of the machine: the disk, the memory, the file descriptors. It passes, and is nobody's fault."""

from __future__ import annotations

import errno
import sqlite3

NUMBERS = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EIO,
        errno.EROFS,
        errno.EAGAIN,
        errno.ENOBUFS,
        errno.EINTR,
    }
)


def is_of_machine(error: BaseException) -> bool:
    """Tell whether the same work would succeed later, or on another machine.

    A missing file is not that: a template that does not exist is an OSError as well.
    """
    if isinstance(error, OSError):
        return error.errno in NUMBERS
    return isinstance(error, sqlite3.OperationalError | sqlite3.InternalError | MemoryError)

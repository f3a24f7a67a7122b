"""Runs a command of `peduli-ham`, then says on standard error the most memory that it has used, in MiB."""

from __future__ import annotations

import resource
import sys

from bot.cli import main

if __name__ == "__main__":
    try:
        main()
    finally:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)

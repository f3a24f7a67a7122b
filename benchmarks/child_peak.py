"""Runs a command of `peduli-ham`, then says on standard error the most memory that it has used, in MiB."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bot.cli import main


def peak_mib() -> int:
    """The most memory of this program; `ru_maxrss` would count that of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [kilobytes] = re.findall(r"VmHWM:\s*(\d+) kB", status)
    return int(kilobytes) // 1024


if __name__ == "__main__":
    try:
        main()
    finally:
        print(peak_mib(), file=sys.stderr)

"""A small machine for one process and its children: a share of one core, and so much memory, by cgroup (v1).

Where the system has none that may be written, the process is kept on one core and nothing else is bounded;
`means` says what was done, so that a figure never pretends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000
"""Microseconds over which a share of the processor is counted."""
ENTER = 'for group in $GROUPS_OF_IT; do echo $$ > "$group/cgroup.procs"; done; exec "$@"'


@dataclass
class Confined:
    """What a process may have; `command` puts one into it."""

    core: int
    groups: list[Path] = field(default_factory=list)
    means: list[str] = field(default_factory=list)

    def command(self, command: Sequence[str]) -> tuple[str, ...]:
        """Return the command that runs within."""
        script = ENTER.replace("$GROUPS_OF_IT", " ".join(map(str, self.groups)) or "''")
        pinned = ("taskset", "-c", str(self.core)) if shutil.which("taskset") else ()
        if not self.groups:
            return (*pinned, *command)
        return (*pinned, "sh", "-c", script, "sh", *command)

    def figures(self) -> dict[str, int]:
        """Return how often it was throttled, and the most memory that it had, its files' cache included."""
        readings: dict[str, int] = {}
        for group in self.groups:
            if (stat := group / "cpu.stat").exists():
                lines = dict(line.split() for line in stat.read_text().splitlines())
                readings["throttled"] = int(lines["nr_throttled"])
                readings["periods"] = int(lines["nr_periods"])
            if (most := group / "memory.max_usage_in_bytes").exists():
                readings["most_mib"] = int(most.read_text()) // 2**20
                readings["refused"] = int((group / "memory.failcnt").read_text())
        return readings


@contextlib.contextmanager
def confined(share: float = 1.0, mebibytes: int = 0) -> Iterator[Confined]:
    """Give a share of the last core, and so much memory (0: as much as there is)."""
    machine = Confined(max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0)
    machine.means.append(f"on core {machine.core}")
    try:
        if share < 1.0:
            _group(machine, "cpu", {"cpu.cfs_period_us": PERIOD,
                                    "cpu.cfs_quota_us": int(PERIOD * share)})  # fmt: skip
        if mebibytes:
            _group(machine, "memory", {"memory.limit_in_bytes": mebibytes * 2**20})
        yield machine
    finally:
        for group in machine.groups:
            with contextlib.suppress(OSError):
                group.rmdir()


def _group(machine: Confined, kind: str, settings: dict[str, int]) -> None:
    """Make a group beside those that there are, if that may be; else say that it may not."""
    group = ROOT / kind / f"peduli-ham-{os.getpid()}"
    try:
        group.mkdir()
        for name, value in settings.items():
            (group / name).write_text(str(value))
    except OSError as error:
        with contextlib.suppress(OSError):
            group.rmdir()
        machine.means.append(f"{kind} NOT bounded: {error.strerror}")
        print(f"{kind} is not bounded here: {error}", file=sys.stderr)
        return
    machine.groups.append(group)
    machine.means.append(", ".join(f"{name} = {value}" for name, value in settings.items()))

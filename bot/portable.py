"""What systems do differently: the event loop, signals, locks, who may read a file. Windows has its own way.

`uvloop` and `fcntl` do not exist on Windows; with them absent everything works, the loop a little slower.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import IO, Any, TypeVar

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
POLITE = 3
"""By how much others come first where there are not enough processors."""
SHARED, ALONE = "shared", "alone"


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the fastest event loop that there is."""
    try:
        uvloop: Any = importlib.import_module("uvloop")
    except ImportError:
        return asyncio.run(work)
    result: T = uvloop.run(work)
    return result


def processors() -> int:
    """Return on how many processors this process may run at once, at least one."""
    here = hasattr(os, "sched_getaffinity")
    count = len(os.sched_getaffinity(0)) if here else os.cpu_count() or 1
    try:
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return count
    return max(1, int(min([count, *quotas(groups, Path("/sys/fs/cgroup"))])))


def quotas(groups: str, root: Path) -> Iterator[float]:
    """Yield the time of how many processors each group of this process may use; a container's limit is such.

    `groups` as Linux tells them, of both versions. What is used up early is held back from all in the group.
    """
    for line in groups.splitlines():
        _, kinds, place = line.split(":", 2)
        if kinds and "cpu" not in kinds.split(","):
            continue
        names = ("cpu.cfs_quota_us", "cpu.cfs_period_us") if kinds else ("cpu.max",)
        group = (root / "cpu" if kinds else root) / place.lstrip("/")
        for folder in (group, *group.parents):
            with contextlib.suppress(OSError, ValueError):  # "max": no limit
                texts = [(folder / name).read_text(encoding="utf-8") for name in names]
                quota, period = map(int, " ".join(texts).split())
                if quota > 0:
                    yield quota / period


def politely() -> None:
    """Let others come first, where the system knows how."""
    if hasattr(os, "nice"):
        os.nice(POLITE)


def stand_back() -> None:
    """Let this thread (elsewhere than on Linux: the process) run only while nobody else wants its processor.

    Whoever wakes up takes its place at once, where a merely polite one keeps it for some milliseconds. So it
    must hold no lock that others wait for; and it cannot come forward again.
    """
    politely()
    if hasattr(os, "SCHED_IDLE"):
        with contextlib.suppress(PermissionError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def stands_back() -> bool:
    """Tell whether this thread runs only while nobody else wants its processor."""
    return hasattr(os, "SCHED_IDLE") and os.sched_getscheduler(0) == os.SCHED_IDLE


def standing_back(work: Callable[[], T]) -> T:
    """Return what `work` does in a thread that stands back; the calling one stays as it is.

    Ctrl-C ends the waiting at once; what the thread does then ends with the process.
    """
    if not hasattr(os, "SCHED_IDLE"):
        return work()
    outcome: Future[T] = Future()

    def stand() -> None:
        stand_back()
        try:
            outcome.set_result(work())
        except BaseException as error:  # the waiting thread has to hear of any
            outcome.set_exception(error)

    Thread(target=stand, daemon=True).start()
    return outcome.result()


def on_stop_signals(stop: Callable[[], Any]) -> None:
    """Call `stop` in the running loop when somebody asks the process to end."""
    loop = asyncio.get_running_loop()
    for signal_no in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(signal_no, stop)
        except NotImplementedError:  # Windows' loop knows none; Python itself does
            signal.signal(signal_no, lambda *_: loop.call_soon_threadsafe(stop))


@contextlib.contextmanager
def locked(file: IO[Any], how: str = ALONE) -> Iterator[bool]:
    """Hold the lock of an open file, without waiting for it; False: another process has it."""
    taken = _lock(file, how)
    try:
        yield taken
    finally:
        if taken:
            _unlock(file)


def _lock(file: IO[Any], how: str) -> bool:
    try:
        if fcntl is not None:
            kind = fcntl.LOCK_EX if how == ALONE else fcntl.LOCK_SH
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        else:
            windows: Any = importlib.import_module("msvcrt")
            file.seek(0)
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)  # shared ones are unknown there
    except (BlockingIOError, PermissionError):
        return False
    return True


def _unlock(file: IO[Any]) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_UN)
    else:
        windows: Any = importlib.import_module("msvcrt")
        file.seek(0)
        windows.locking(file.fileno(), windows.LK_UNLCK, 1)


def make_private(path: Path) -> None:
    """Let only its owner read and write a file; on Windows the folder's own rights hold."""
    with contextlib.suppress(NotImplementedError):
        path.chmod(0o600)


def sync_folder(path: Path) -> None:
    """Make what was renamed in a folder durable; Windows opens no folders, and needs it not."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if hasattr(os, "O_DIRECTORY"):  # a system that does open folders
            raise
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

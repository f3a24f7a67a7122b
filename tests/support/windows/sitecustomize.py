"""Takes away what Windows has not, in any Python that finds this on its path, its children too.

No Windows is at hand. What can be brought about on Linux: modules, functions and signals that are not there, a
loop without signal handlers and readers, locks of one byte, files that cannot be removed or written over while
they are open, folders that cannot be opened, names that cannot be, and lines that end otherwise.
"""

import asyncio
import builtins
import contextlib
import fcntl as real
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

MODULES = (
    "uvloop",
    "fcntl",
    "termios",
    "tty",
    "pty",
    "resource",
    "pwd",
    "grp",
    "posix_ipc",
    "syslog",
)
FUNCTIONS = (
    "fchmod", "fchown", "chown", "lchown", "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid",
    "killpg", "setsid", "nice", "mkfifo", "sysconf", "sync", "getloadavg", "openpty",
    "sched_getaffinity", "sched_setaffinity", "posix_fadvise", "sendfile", "pread", "pwrite", "setuid", "setgid", "wait4",
    "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "O_NONBLOCK",
)  # fmt: skip
SIGNALS = (
    "SIGKILL",
    "SIGHUP",
    "SIGUSR1",
    "SIGUSR2",
    "SIGALRM",
    "SIGCHLD",
    "SIGPIPE",
    "SIGQUIT",
    "SIGSTOP",
    "SIGCONT",
)
PREFERRED = "cp1252"
"""In what a text is read and written where nobody says so, in Western Europe and in Indonesia."""
FORBIDDEN = re.compile(
    r'[<>:"|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE
)


def _locking(descriptor: int, mode: int, length: int) -> None:
    assert length == 1
    try:
        real.flock(descriptor, real.LOCK_UN if mode == 0 else real.LOCK_EX | real.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied") from None


def _missing(*_: object, **__: object) -> None:
    raise NotImplementedError


def _loops() -> None:
    for loop in (asyncio.SelectorEventLoop, asyncio.BaseEventLoop):
        for name in (
            "add_signal_handler",
            "remove_signal_handler",
            "add_reader",
            "remove_reader",
            "add_writer",
        ):
            setattr(loop, name, _missing)


def _modules() -> None:
    for needs in (
        "multiprocessing.util",
        "tempfile",
        "uuid",
        "platform",
        "concurrent.futures.thread",
    ):
        __import__(needs)
    modules: dict[str, Any] = sys.modules
    modules["msvcrt"] = types.SimpleNamespace(LK_UNLCK=0, LK_NBLCK=2, locking=_locking)
    for name in MODULES:
        modules[name] = None
    for name in FUNCTIONS:
        if hasattr(os, name):
            delattr(os, name)
    for name in SIGNALS:
        if hasattr(signal, name):
            delattr(signal, name)
    pairs, family = socket.socketpair, socket.AF_UNIX
    socket.socketpair = lambda *_, **__: pairs(family)
    for name in ("AF_UNIX", "SO_REUSEPORT"):
        if hasattr(socket, name):
            delattr(socket, name)


def _is_ours(path: Any) -> bool:
    """Tell whether this is about a file of a test or of the program, not of Python or the system."""
    text = os.fspath(path) if not isinstance(path, int) else ""
    return isinstance(text, str) and not text.startswith(("/proc", "/dev", "/sys", "/usr", "/lib"))


def _held(path: Any) -> bool:
    """Tell whether this process has a file open."""
    try:
        wanted = os.stat(path)
    except OSError:
        return False
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            known = os.stat(f"/proc/self/fd/{name}")
            if (known.st_dev, known.st_ino) == (wanted.st_dev, wanted.st_ino):
                return True
    return False


def _refuse(path: Any, *, is_held: bool = False) -> None:
    if FORBIDDEN.search(Path(os.fspath(path)).name):
        raise OSError(22, "Invalid argument", os.fspath(path))
    if is_held and _is_ours(path) and not os.path.isdir(path) and _held(path):
        raise PermissionError(13, "the file is used by another process", os.fspath(path))


def _files() -> None:  # noqa: C901
    own, own_io = types.SimpleNamespace(**vars(os)), types.SimpleNamespace(**vars(io))
    opens, opened, mkdir = io.open, os.open, os.mkdir
    remove, replace, rename = os.unlink, os.replace, os.rename

    def opening(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        *more: Any,
        **named: Any,
    ) -> Any:
        if not isinstance(file, int):
            writes = set(mode) & set("wax")
            if writes and _is_ours(file):
                _refuse(file)
                if "b" not in mode and newline is None:
                    newline = "\r\n"
            if "b" not in mode and encoding in (None, "locale"):
                encoding = PREFERRED
        return opens(file, mode, buffering, encoding, errors, newline, *more, **named)

    def low(path: Any, flags: int, mode: int = 0o777, **named: Any) -> int:
        if not named.get("dir_fd") and os.path.isdir(path) and _is_ours(path):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        if flags & os.O_CREAT and _is_ours(path):
            _refuse(path)
        return opened(path, flags, mode, **named)

    def unlinking(path: Any, **named: Any) -> None:
        _refuse(path, is_held=True)
        remove(path, **named)

    def replacing(src: Any, dst: Any, **named: Any) -> None:
        _refuse(src, is_held=True)
        _refuse(dst, is_held=True)
        replace(src, dst, **named)

    def renaming(src: Any, dst: Any, **named: Any) -> None:
        if os.path.exists(dst) and _is_ours(dst):
            raise FileExistsError(17, "File exists", os.fspath(src), None, os.fspath(dst))
        _refuse(src, is_held=True)
        _refuse(dst)
        rename(src, dst, **named)

    def making(path: Any, *given: Any, **named: Any) -> None:
        if _is_ours(path):
            _refuse(path)
        mkdir(path, *given, **named)

    io.open = builtins.open = opening
    os.open, os.unlink, os.remove, os.replace, os.rename, os.mkdir = (
        low,
        unlinking,
        unlinking,
        replacing,
        renaming,
        making,
    )
    copies: Any = shutil
    copies._use_fd_functions = copies._USE_CP_SENDFILE = False
    temporary: Any = tempfile
    temporary._os, temporary._io = own, own_io  # its files go by another way there


def _processes() -> None:
    processes: Any = subprocess
    begin = processes.Popen.__init__

    def beginning(self: Any, *given: Any, **named: Any) -> None:
        if named.get("preexec_fn") is not None:
            raise ValueError("preexec_fn is not supported on Windows platforms")
        if named.get("pass_fds"):
            raise ValueError("pass_fds not supported on Windows.")
        named.pop("start_new_session", None)
        begin(self, *given, **named)

    processes.Popen.__init__ = beginning
    processes._text_encoding = lambda: PREFERRED
    processes.Popen.kill = lambda self: self.send_signal(9)  # to kill is to end there


_loops()
_files()
_processes()
_modules()

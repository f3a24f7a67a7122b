"""Opens every file of this package once, so that no sentence fails for want of a file descriptor later."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from messages.drawing import source
from messages.environment import (
    FOLDER,
    angka,
    dua,
    environment,
    hari,
    labels,
    marks,
    tanggal,
    waktu,
)
from messages.problems import problem_codes


def preload(now: datetime) -> None:
    """Templates, partials, labels, marks, drawings, problems, and what Babel reads for its first figure."""
    environment()
    labels()
    marks()
    for path in FOLDER.rglob("*.typ"):
        source(path.relative_to(FOLDER).with_suffix("").as_posix())
    problem_codes()
    for shown in (tanggal, hari):
        shown(now.date())
    waktu(now)
    dua(Decimal(1))
    angka(1)

"""Opens every file of this package once, so that no sentence fails for want of a file descriptor later."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from messages import drawing, environment
from messages.environment import FOLDER
from messages.problems import problem_codes


def preload(now: datetime) -> None:
    """Templates, partials, labels, marks, drawings, problems, and what Babel reads for its first figure."""
    for name in environment.names():
        environment.template(name)
    environment.marks()
    environment.labels()
    for path in FOLDER.rglob("*.typ"):
        drawing.source(path.relative_to(FOLDER).with_suffix("").as_posix())
    problem_codes()
    for shown in (environment.tanggal, environment.hari):
        shown(now.date())
    environment.waktu(now)
    environment.dua(Decimal(1))
    environment.angka(1)

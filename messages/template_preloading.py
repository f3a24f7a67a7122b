"""Opens every file of this package once, so that no sentence fails for want of a file descriptor later."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from messages.drawing import source
from messages.environment import LANGUAGES
from messages.problem_words import problem_codes


def preload(now: datetime) -> None:
    """Open templates, partials, labels, commands, marks, drawings, problems, and what Babel reads."""
    for code in LANGUAGES.codes:
        language = LANGUAGES[code]
        language.environment  # noqa: B018  # reads all templates
        language.label("next")
        language.commands  # noqa: B018  # reads the lines about commands
        language.table("marks")
        for path in language.folder.rglob("*.typ"):
            source(path.relative_to(language.folder).with_suffix("").as_posix(), code)
        printing = language.printing
        for shown in (printing.date, printing.day):
            shown(now.date())
        printing.moment(now)
        printing.total(Decimal(1))
        printing.number(1)
    problem_codes()

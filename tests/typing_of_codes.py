"""What mypy refuses of a code. Checked with the packages: an ignore that is not needed fails there."""

from __future__ import annotations

from bot.demo.rehearsal.rehearsal_problems import own as of_rehearsal
from bot.instruments.instrument_problems import own as of_workbook
from bot.roster.applying import SetupError
from bot.roster.roster_problems import RosterProblem, RosterProblems
from bot.roster.roster_problems import own as of_roster
from scoring.errors import AnswerProblem
from scoring.source import Scalar


def accepted(problems: RosterProblems, node: Scalar) -> None:
    """Codes of the strict reader, and codes of one's own."""
    problems.add("missing_key", node)
    problems.add(of_roster("no_phone"), node)
    problems.add(of_workbook("no_phone"), node)
    problems.add(of_workbook("limit_twice"), node)


def refused(problems: RosterProblems, node: Scalar) -> None:
    """Codes that no catalogue has, or another one than that."""
    problems.add("mising_key", node)  # type: ignore[arg-type]
    problems.add("no_phone", node)  # type: ignore[arg-type]
    problems.add(of_roster("limit_twice"), node)  # type: ignore[arg-type]
    problems.add(of_rehearsal("no_phone"), node)  # type: ignore[arg-type]
    RosterProblem("no_phone", "roster.yaml", 1)  # type: ignore[arg-type]
    AnswerProblem("missing_key")  # type: ignore[arg-type]
    raise SetupError("open")  # type: ignore[arg-type]

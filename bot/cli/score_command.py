"""`peduli-ham score` and `peduli-ham check`: the scoring by itself, for authors and for the curious."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.command_errors import Failure, need_file
from bot.cli.screen import console, say, table
from bot.terminal import known_as, phrase, problem_line, terminal_language
from messages import render
from messages.environment import LANGUAGES
from messages.printing import Printing
from scoring import Indicator, IndicatorScore, Instrument, Score, bundled_codes, load_directory
from scoring import score as score_all
from scoring.answers import read_answers
from scoring.check import check as problems_of
from scoring.errors import nearest
from scoring.exact import as_decimal
from scoring.explain import weakest
from scoring.load import BUNDLED
from scoring.model import Source, Status
from scoring.report import report
from scoring.results import Basis

RIGHT_COLUMNS = ("right", ">points", ">answered", ">so far", ">if closed now")
INDICATOR_COLUMNS = (">no", "indicator", ">value", "measured in", ">points", "band", "status")
BASES = {
    Basis.PROVISIONAL: "parts are missing",
    Basis.HELD: "an earlier step is not fulfilled",
    Basis.NOT_APPLICABLE: "not applicable",
    Basis.LEFT_OUT: "not assessed",
    Basis.IRRELEVANT: "falls away",
    Basis.CLAIMED_NOT_APPLICABLE: "not applicable, not accepted yet",
    Basis.NOT_AVAILABLE: "no data",
    Basis.NOT_OUR_AUTHORITY: "not our authority",
    Basis.UNANSWERED: "unanswered",
    Basis.GAP: "in no band",
}
"""Why an indicator has no points, or not for good."""
TAG = re.compile(r"</?[a-z][^<>]*>")


def score(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.yaml", help="The answers.")],
    instrument: Annotated[
        str,
        typer.Option("--instrument", metavar="CODE|DIR", help="A bundled instrument, or a folder."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Score a file of answers."""
    rules = load_directory(instrument_folder(instrument))
    need_file(answers, phrase("a file of answers"), phrase(" (answers: {{1: {{value: 84}}}})"))
    result = score_all(rules, read_answers(answers, rules))
    if as_json:
        typer.echo(json.dumps(report(rules, result, sentence), ensure_ascii=False, indent=2))
        return
    _show(rules, result)


def check(
    instrument: Annotated[
        str, typer.Argument(metavar="DIR|CODE", help="A folder, or a bundled instrument.")
    ],
) -> None:
    """Say everything that is wrong with an instrument."""
    folder = instrument_folder(instrument)
    problems = problems_of(folder)
    errors = [one for one in problems if not one.is_warning]
    for problem in problems:
        typer.echo(problem_line(problem), err=True)
    if errors:
        raise Failure(
            phrase("{errors} errors.", errors=len(errors))
            if len(errors) > 1
            else phrase("1 error.")
        )
    rules = load_directory(folder)
    count = Counter(figure.status for figure in figures(rules))
    statuses = ", ".join(f"{count[status]} {known_as(str(status))}" for status in Status)
    kind = phrase("ok") if rules.complete else phrase("ok, but a skeleton")
    say(
        phrase(
            "{code}: {kind} — {indicators} indicators; figures: {statuses}.",
            code=rules.code,
            kind=kind,
            indicators=len(rules.indicators),
            statuses=statuses,
        )
    )


def instrument_folder(given: str) -> Path:
    """Return the folder of a bundled instrument or of one's own."""
    known = bundled_codes()
    if given in known:
        return BUNDLED / given
    folder = Path(given)
    if folder.is_dir():
        return folder
    close = nearest(given, known)
    hint = phrase(" Did you mean {close}?", close=close) if close else ""
    raise Failure(
        phrase(
            "{given}: no such instrument. Give a folder, or one of: {known}.{hint}",
            given=given,
            known=", ".join(known),
            hint=hint,
        )
    )


def figures(rules: Instrument) -> list[Source]:
    """Return the source of every figure, as often as figures rest on it."""
    sources = [rules.aggregation.source, *(rating.source for rating in rules.ratings)]
    sources += [getattr(rules.settings, name) for name in rules.settings.__struct_fields__]
    sources += [part.source for right in rules.rights for part in right.components]
    for indicator in rules:
        sources += [indicator.rule.source, *(band.source for band in indicator.bands)]
        sources += [option.source for given in indicator.inputs for option in given.options]
    return sources


def sentence(_: Indicator, scored: IndicatorScore) -> str:
    """Return the explanation as the bot words it, without Telegram's markup."""
    view = {"code": scored.explanation.code, "params": scored.explanation.worked_out()}
    text = render(f"explained/{scored.explanation.code}", {"explanation": view})
    return " ".join(html.unescape(TAG.sub("", text)).split())


def _figures() -> Printing:
    """Return how the terminal's language writes figures."""
    return LANGUAGES[terminal_language()].printing


def _show(rules: Instrument, result: Score) -> None:
    screen, figures = console(), _figures()
    if result.simulation:
        heading = (
            phrase("SIMULATION: 1 threshold is a proposal")
            if result.unconfirmed == 1
            else phrase("SIMULATION: {count} thresholds are proposals", count=result.unconfirmed)
        )
        screen.print(Text(heading, style="bold black on yellow"))
    say(rules.title)
    say()
    rights = [
        (
            right.name,
            f"{figures.number(one.points)} / {figures.number(one.max)}",
            f"{one.answered} / {one.counted}",
            "–" if one.total is None else figures.total(one.total),
            figures.total(one.total_if_closed_now),
        )
        for right, one in zip(rules.rights, result.rights, strict=True)
    ]
    screen.print(table(RIGHT_COLUMNS, rights))
    say()
    rows = [_row(one, of) for one, of in zip(rules, result.indicators, strict=True)]
    screen.print(table(INDICATOR_COLUMNS, rows))
    say()
    _totals(result)


def _row(indicator: Indicator, scored: IndicatorScore) -> tuple[str, ...]:
    shown, figures = scored.rounded, _figures()
    if shown is None and scored.value is not None:
        shown = as_decimal(scored.value)[0]
    status = weakest(scored.rests_on)
    is_open = scored.points is None or scored.provisional
    basis = known_as(BASES.get(scored.basis, str(scored.basis))) if is_open else ""
    points = "–" if scored.points is None else figures.number(scored.points)
    return (
        str(scored.no),
        indicator.short,
        "–" if shown is None else figures.number(shown),
        indicator.unit,
        points if scored.points is None else f"{points} / {figures.number(scored.max_points)}",
        scored.band.printed if scored.band else "–",
        ", ".join(filter(None, (basis, known_as(str(status)) if status else ""))),
    )


def _totals(result: Score) -> None:
    rows = []
    for name, total, rating in (
        (phrase("so far"), result.total, result.rating),
        (phrase("if closed now"), result.total_if_closed_now, result.rating_if_closed_now),
    ):
        shown = "–" if total is None else _figures().total(total)
        rows.append((name, shown, rating.name if rating else "–"))
    console().print(table(("total", ">value", "rating"), rows))

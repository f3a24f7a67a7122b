"""`peduli-ham privacy`: what people are told about their data, and for how many days what is kept."""

from __future__ import annotations

import json
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.command_errors import Failure, need_file, using
from bot.cli.command_scope import chosen_region, chosen_roster
from bot.cli.paper_commands import PeriodOption, RegionOption, opened
from bot.cli.screen import say
from bot.cli.settings import DatabaseOption, existing_database
from bot.clock import iso, system_clock
from bot.storage import privacy_rows as store
from bot.storage.database import connect, in_transaction
from bot.terminal import phrase
from flows.model.privacy import KEEP, LONGEST, PARTS, PrivacySettings


def privacy(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE.toml]", help="Set what it says; else print what is set."),
    ] = None,
    region: RegionOption = None,
    period: PeriodOption = None,
    database: DatabaseOption = None,
) -> None:
    """Print or set what people are told about their data, and for how many days what is kept."""
    path = existing_database(database)
    with using(path), closing(opened(path)) as connection:
        roster = chosen_roster(connection, period)
        of = chosen_region(roster, region).code if region else store.WHOLE
        known = store.own_settings(connection, roster.period.id, of)
    if file is None:
        typer.echo(written(known), nl=False)
        return
    need_file(file, phrase("a file of settings"), phrase("; `peduli-ham privacy` prints one"))
    try:
        given = read(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(phrase("{file}: not TOML: {error}.", file=file, error=error)) from None
    now = iso(system_clock())
    with using(path), closing(connect(path)) as writing:
        in_transaction(writing, lambda db: store.save(db, roster.period.id, of, given, now))
    say(
        phrase(
            "Set for {value} {code}.",
            value=region or phrase("the whole period"),
            code=roster.period.code,
        )
    )


def written(settings: PrivacySettings) -> str:
    """Return settings as TOML; what is not set is empty in the notice, and as usual in the days."""
    lines = [f"[notice]  # {phrase('empty: the usual words')}"]
    lines += [f"{part} = {_text(settings.notice.get(part, ''))}" for part in PARTS]
    lines += ["", f"[keep]  # {phrase('days')}"]
    lines += [f"{what} = {settings.days(what)}" for what in KEEP]
    return "\n".join(lines) + "\n"


def read(text: str) -> PrivacySettings:
    """Return the settings that a TOML says. Raises Failure for what it may not say, TOMLDecodeError."""
    given: dict[str, Any] = tomllib.loads(text)
    _known(given, ("notice", "keep"), phrase("the file"))
    notice, keep = given.get("notice", {}), given.get("keep", {})
    _known(notice, PARTS, "notice")
    _known(keep, tuple(KEEP), "keep")
    for part, words in notice.items():
        if not isinstance(words, str) or len(words) > LONGEST:
            raise Failure(
                phrase(
                    "notice.{part}: a text of up to {LONGEST} characters is expected.",
                    part=part,
                    LONGEST=LONGEST,
                )
            )
    for what, days in keep.items():
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3650:
            raise Failure(
                phrase("keep.{what}: a number of days is expected, 1 to 3650.", what=what)
            )
    words_by_part = {part: words.strip() for part, words in notice.items() if words.strip()}
    return PrivacySettings(words_by_part, {k: v for k, v in keep.items() if v != KEEP[k]})


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _known(table: Any, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(table, dict):
        raise Failure(phrase("{where}: a table is expected.", where=where))
    for key in table:
        if key not in keys:
            raise Failure(
                phrase(
                    "{where}: no {key} there. Known: {keys}.",
                    where=where,
                    key=key,
                    keys=", ".join(keys),
                )
            )

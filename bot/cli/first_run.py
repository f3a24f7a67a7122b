"""`peduli-ham init`: six questions, and an installation is ready; the rest is arranged in the chat."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import segno
import typer
from telegram.error import InvalidToken, TelegramError

from bot import portable
from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, using
from bot.cli.first_answers import (
    CHECKS,
    ZONES,
    AssessedPlace,
    SetupAnswers,
    day,
    in_language,
    province_name,
    word,
)
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, database_path, existing_database, files_folder
from bot.clock import local_day, system_clock
from bot.config import Config, ConfigError, load_config, read_config
from bot.given_settings import given_settings
from bot.holidays import calendar
from bot.roster import Link, ParsedRoster, apply_roster, load_roster
from bot.storage import roster as stored
from bot.storage.database import connect, in_transaction, private_folder
from bot.telegram import calls
from bot.telegram.api_responses import Foreign
from bot.telegram.client import make_bot
from bot.telegram.rendering import default_menus
from bot.terminal import phrase
from flows.model.roles import Role

T = TypeVar("T")
OPEN_DAYS, VERIFY_DAYS = 60, 45
"""How long a new period is filled in, and verified after that, until somebody sets its dates."""
INSTRUMENT = "permenkumham-25-2013"
AnswerOption = Annotated[
    str | None, typer.Option(help="The answer to that question; else it is asked.")
]


def init(
    token: AnswerOption = None,
    place: AnswerOption = None,
    zone: AnswerOption = None,
    institution: AnswerOption = None,
    contact: AnswerOption = None,
    administrator: AnswerOption = None,
    env: Annotated[
        Path, typer.Option("--env", metavar="FILE", help="Where the settings are written.")
    ] = Path(".env"),
    database: DatabaseOption = None,
    texts: Annotated[
        bool, typer.Option("--texts", help="Only set the bot's name, descriptions and menus anew.")
    ] = False,
) -> None:
    """Set up by six questions: the settings, a first period, and the administrator's link."""
    if texts:
        _set_texts(load_config(), *_stored_names(existing_database(database)))
        return
    path = database_path(database)
    _refuse_what_exists(env, path)
    chosen_token, username = _asked("token", token, _known)
    where: AssessedPlace = _asked("place", place, CHECKS["place"])
    answers = SetupAnswers(
        token=chosen_token,
        username=username,
        place=where,
        zone=_asked("zone", zone, CHECKS["zone"], where.zone),
        institution=_asked("institution", institution, CHECKS["institution"]),
        contact=_asked("contact", contact, CHECKS["contact"]),
        administrator=_asked("administrator", administrator, CHECKS["administrator"]),
    )
    link = _set_up(answers, env, path)
    _set_texts(_config(answers.token), where.province, answers.institution, answers.contact)
    say(word("link", name=answers.administrator, until=day(link.expires.date())))
    say(link.url)
    segno.make(link.url, error="l").terminal(compact=True)
    say(word("next", name=answers.administrator))


def _refuse_what_exists(env: Path, path: Path) -> None:
    """Raise Failure where something would be written over."""
    if env.exists():
        raise Failure(
            phrase("{env}: exists and is not overwritten. Give another name with --env.", env=env)
        )
    if path.exists():
        with using(path), closing(connect(path)) as connection:
            if stored.read_roster(connection) is not None:
                raise Failure(
                    phrase(
                        "{path}: a period is set up there. Change it by `peduli-ham setup`.",
                        path=path,
                    )
                )


def _asked(key: str, given: str | None, check: Callable[[str], T], usual: str | None = None) -> T:
    """Return an answer that passes its check: the option, or what is typed, asked until it does."""
    if given is not None:
        try:
            return check(given)
        except ValueError as error:
            raise Failure(f"--{key} {given}: {error}") from None
    while True:
        try:
            typed = typer.prompt(word(key), default=usual)
        except typer.Abort:
            raise Failure(f"{key}: {word('stopped')}") from None
        try:
            return check(typed)
        except ValueError as error:
            say(str(error))


def _config(token: str) -> Config:
    """Return the settings with this token. Raises ConfigError."""
    return read_config(given_settings(None) | {"bot_token": token})


def _known(token: str) -> tuple[str, str]:
    """Return a token that Telegram knows, and its bot's username.

    Raises ValueError for one that it does not know, Failure where nobody answers.
    """
    token = token.strip()
    try:
        config = _config(token)
    except ConfigError:
        raise ValueError(word("bad_token")) from None
    try:
        with steps(word("asks")):
            username = portable.run(_username(config))
    except InvalidToken:
        raise ValueError(word("bad_token")) from None
    except (TelegramError, Foreign, OSError) as error:
        raise Failure(f"{config.bot_api_url}: {word('no_answer', error=error)}") from None
    say(word("is_bot", username=username))
    return token, username


async def _username(config: Config) -> str:
    bot = make_bot(config)
    await bot.request.initialize()
    try:
        return await calls.me(bot)
    finally:
        await bot.request.shutdown()


def _roster(answers: SetupAnswers) -> ParsedRoster:
    """Return a first period: one region, its Bagian Hukum, and the administrator."""
    today = local_day(system_clock(), _zone(answers))
    deadline = calendar(today).on_or_after(today + timedelta(days=OPEN_DAYS))
    verified = calendar(deadline).on_or_after(deadline + timedelta(days=VERIFY_DAYS))
    where, text = answers.place, json.dumps  # every JSON text is one of YAML
    return load_roster(
        f"""
period:
  code: "{today.year}"
  instrument: {INSTRUMENT}
  data_year: {today.year - 1}
  opens: {today}
  deadline: {deadline}
  verification_deadline: {verified}
institution: {{name: {text(answers.institution)}, help_contact: {text(answers.contact)}}}
province: {{code: "{where.code.partition(".")[0]}", name: {text(where.province)}}}
regions:
  - code: "{where.code}"
    kind: {where.kind}
    name: {text(where.name)}
    zone: {answers.zone}
    units:
      - {{code: bagian-hukum, name: Bagian Hukum, short: Bagian Hukum, role: coordinator}}
staff:
  - {{name: {text(answers.administrator)}, role: admin}}
"""
    )


def _zone(answers: SetupAnswers) -> ZoneInfo:
    return ZoneInfo(ZONES[answers.zone])


def _set_up(answers: SetupAnswers, env: Path, path: Path) -> Link:
    """Write the database and the settings; returns the administrator's link. Nothing is left of a failure."""
    roster = _roster(answers)
    files = files_folder()
    settings = {
        "BOT_TOKEN": answers.token,
        "BOT_USERNAME": answers.username,
        "DATABASE": path,
        "FILES": files,
        "TIMEZONE": ZONES[answers.zone],
    }
    now = system_clock().astimezone(_zone(answers))
    with Draft(env) as draft:
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        draft.open().write_text(lines, encoding="utf-8")
        private_folder(files)
        with using(path), closing(connect(path)) as connection:
            result = in_transaction(
                connection,
                lambda db: apply_roster(db, roster, now=now, bot_username=answers.username),
            )
    period = roster.period
    say(
        word(
            "written", env=env, database=path, period=period.code, region=answers.place.name,
            year=period.data_year, opens=day(period.opens), deadline=day(period.deadline),
            verified=day(period.verification_deadline),
        )
    )  # fmt: skip
    return next(link for link in result.links if link.role == Role.ADMIN)


def _stored_names(path: Path) -> tuple[str, str, str]:
    """Return province, institution and whom to ask, as the period has them. Raises Failure."""
    with using(path), closing(connect(path)) as connection:
        roster = stored.read_roster(connection)
    if roster is None:
        raise Failure(
            phrase("{path}: no period is set up there. Run `peduli-ham init` first.", path=path)
        )
    period = roster.period
    return province_name(roster.provinces.values()), period.institution, period.help_contact


def _set_texts(config: Config, province: str, institution: str, contact: str) -> None:
    """Set what Telegram shows of the bot; a refusal is told, and holds nothing up."""
    words = {"province": province, "institution": institution, "contact": contact}
    try:
        with steps(word("sets_texts")):
            portable.run(_described(config, words))
    except (TelegramError, Foreign, OSError) as error:
        say(word("texts_refused", error=error))
        return
    say(word("texts_set"))


async def _described(config: Config, words: dict[str, str]) -> None:
    bot = make_bot(config)
    await bot.request.initialize()
    try:
        for what, longest in calls.SHOWN.items():
            await calls.show(bot, what, in_language(f"bot_{what}", "id", **words)[:longest])
        for commands in default_menus():
            await calls.set_commands(bot, commands)
    finally:
        await bot.request.shutdown()

"""`peduli-ham run`: the bot, until it is asked to stop."""

from __future__ import annotations

import bot.spared  # noqa: F401 before anything of PTB

# isort: split
import gc
import logging
from functools import partial

from telegram.error import InvalidToken

from bot import portable
from bot.app import App, built, prepare, serve
from bot.cli.command_errors import Failure, using
from bot.cli.process_lock import only_one
from bot.clock import local_day
from bot.config import Config, load_config
from bot.ops import supervisor
from bot.ops.logs import setup_logging
from bot.storage import periods
from bot.storage.migrations import refuse_newer
from bot.terminal import phrase

log = logging.getLogger(__name__)


def run() -> None:
    """Run the bot with the settings of the environment or of .env; SIGTERM or Ctrl-C ends it in order."""
    gc.freeze()  # all that was imported
    config = load_config()
    setup_logging(style=config.log_format)
    refuse_newer(config.database)
    supervisor.tell(supervisor.OPENING)
    with only_one(config.database), using(config.database):
        portable.run(_run(config))


async def _run(config: Config) -> None:
    async with built(config) as app:
        portable.on_stop_signals(app.stop.set)
        if config.trial:
            await _practise(app)
        await prepare(app)
        if await app.database.read(app.dispatcher.roster.get) is None:
            log.warning("%s: no period is set up in it, so nobody is known", config.database)
        try:
            await serve(app, lambda: log.info("ready"))
        except InvalidToken:
            raise _refused() from None
        except BaseExceptionGroup as group:
            if group.subgroup(InvalidToken) is None:
                raise
            raise _refused() from None
        log.info("stopped")


async def _practise(app: App) -> None:
    """Make what is prepared a trial (TRIAL=1). Raises Failure where a real season has begun."""
    today = local_day(app.clock(), app.config.zone)
    begun = await app.database.transaction(partial(periods.make_trials, today=today))
    if begun:
        raise Failure(
            phrase(
                "TRIAL=1, but the period {code} is a real season with answers. Leave TRIAL out, or"
                " give the trial a database of its own by DATABASE.",
                code=", ".join(begun),
            )
        )


def _refused() -> Failure:
    return Failure(
        phrase("The Bot API refuses BOT_TOKEN. Take the one that @BotFather gave, unshortened.")
    )

"""The composition root: one process that takes updates in, keeps them, and sends what follows."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec import Struct, field
from telegram import Bot
from telegram.error import InvalidToken

from bot.clock import Clock, system_clock
from bot.collector import settled, uncollected
from bot.config import Config, ConfigError
from bot.counters import Counters
from bot.dispatch import Dispatcher
from bot.holidays import calendar
from bot.ops import supervisor
from bot.preloading import preload
from bot.storage import handled_updates, outbox
from bot.storage.database import Database, open_database, private_folder
from bot.storage.step_context import Speaker
from bot.telegram import calls, default_menus
from bot.telegram.client import make_bot
from bot.telegram.delivery import Delivery
from bot.telegram.intake import LONGEST_PAUSE, Polling
from bot.telegram.pacing import TELEGRAM, RateLimits
from bot.telegram.request import AiohttpRequest
from bot.telegram.token import BotToken
from bot.telegram.updates import WANTED, Incoming
from bot.telegram.verdict import Again, Tries, holds, verdict
from bot.watched import watched
from bot.workers import (
    answer_file_worker,
    campaign_worker,
    exports,
    paper_check_worker,
    paper_worker,
    roster_upload_worker,
    season_worker,
)
from bot.workers.answer_file_worker import AnswerFiles
from bot.workers.arrival_worker import Arrivals
from bot.workers.board_worker import Boards
from bot.workers.campaign_worker import Campaigns
from bot.workers.digests import Digests
from bot.workers.evidence_worker import Files
from bot.workers.exports import Exports
from bot.workers.paper_check_worker import PaperChecks
from bot.workers.paper_worker import Papers
from bot.workers.reminder_worker import Reminders
from bot.workers.returned_sheet_worker import ReturnedSheets
from bot.workers.roster_upload_worker import RosterUploads
from bot.workers.season_worker import Seasons
from bot.workers.wishes import Wishes
from flows.model.events import GroupEvent, Returned, Upload

log = logging.getLogger(__name__)
T = TypeVar("T")
DRAIN_SECONDS = 3.0
TICK_SECONDS = 20.0
INSISTING_PAUSE = 15.0
TAP_LIFE = timedelta(seconds=150)
ACTIVE = timedelta(minutes=30)
PAPERS, EXPORTS = "papers", "exports"
"""The folders of papers and of workbooks that were made, in that of the evidence."""


class App(Struct):
    """The running parts, wired."""

    config: Config
    bot: Bot
    database: Database
    dispatcher: Dispatcher
    delivery: Delivery
    files: Files
    reminders: Reminders
    boards: Boards
    campaigns: Campaigns
    digests: Digests
    arrivals: Arrivals
    wishes: Wishes
    rosters: RosterUploads
    answers: AnswerFiles
    sheets: ReturnedSheets
    exports: Exports
    papers: Papers
    checks: PaperChecks
    seasons: Seasons
    clock: Clock
    counters: Counters
    token: BotToken
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self) -> None:
        """Do what is due by now; what the database refuses waits for the next tick."""
        supervisor.tell(supervisor.ALIVE)
        await _beat(self)
        await _replay(self)
        try:
            await self.reminders.tick()
            await self.digests.tick()
            await self.arrivals.tick()
            await self.wishes.tick()
        except sqlite3.OperationalError as error:
            log.error("reminders wait, the database says: %s", error)
        self.campaigns.wake.set()
        self.papers.wake.set()
        self.seasons.wake.set()

    async def handle(self, batch: Sequence[Incoming]) -> None:
        """Commit a batch, then hand its letters to the delivery."""
        self.delivery.add(await self.dispatcher.handle(batch))
        if any(isinstance(update.event, Upload) for update in batch):
            self.files.wake.set()
            self.sheets.wake.set()
        if any(isinstance(update.event, GroupEvent) for update in batch):
            self.boards.wake.set()
        concerned = (
            (campaign_worker.concerns, self.campaigns.wake),
            (roster_upload_worker.concerns, self.rosters.wake),
            (answer_file_worker.concerns, self.answers.wake),
            (paper_worker.concerns, self.papers.wake),
            (exports.concerns, self.exports.wake),
            (paper_check_worker.concerns, self.checks.wake),
            (season_worker.concerns, self.seasons.wake),
        )
        for concerns, wake in concerned:
            if concerns(batch):
                wake.set()

    async def heard(self) -> None:
        """Note that Telegram answered a poll, or a post was committed; by webhook, silence is no sign."""
        before, self.counters.heard = self.counters.heard, self.clock()
        if self.config.webhook_url is None and before is not None:
            self.delivery.add(await _returned(self, before))


def _limits(config: Config) -> RateLimits | None:
    return TELEGRAM if config.rate_limits == "telegram" else None


def _fetchers(
    config: Config, dispatcher: Dispatcher, delivery: Delivery, bot: Bot
) -> tuple[Files, PaperChecks]:
    """Return what fetches evidence, and papers to be compared."""
    shared = (bot, dispatcher.database, dispatcher.clock, delivery.add)
    proofs = asyncio.Event()
    checks = PaperChecks(
        *shared, token=delivery.token, dispatcher=dispatcher, path=config.database,
        kept=config.files / PAPERS, zone=config.zone, proofs=proofs,
    )  # fmt: skip
    files = Files(
        *shared, token=delivery.token, folder=config.files, counters=dispatcher.counters,
        quota=config.quota, checks=checks, wake=proofs,
    )  # fmt: skip
    return files, checks


@contextlib.asynccontextmanager
async def built(
    config: Config,
    clock: Clock = system_clock,
    fault: Callable[[str], None] = lambda _: None,
    request: Callable[[], AiohttpRequest] = AiohttpRequest,
    opened: Callable[[Path], Database] = open_database,
) -> AsyncIterator[App]:
    """Open and wire everything, and close it on exit; `request` makes the HTTP client of the Bot API."""
    private_folder(config.files)
    async with opened(config.database) as database:
        bot = make_bot(config, request)
        counters = Counters(started=clock())
        database.refused = lambda: counters.record_failure("database", clock())
        days = partial(calendar, own=config.holidays)
        dispatcher = Dispatcher(
            database, clock, config.zone, fault=fault, counters=counters, calendar=days, quota=config.quota,
            handbook=config.handbook_url or "",
        )  # fmt: skip
        delivery = Delivery(
            bot, database, clock, _limits(config), dispatcher.lost, fault,
            files=config.files, counters=counters,
        )  # fmt: skip
        token = delivery.token
        shared = (database, clock, config.zone, days, delivery.add, fault, dispatcher.roster)
        fetching = (bot, database, clock, delivery.add)
        try:
            files, checks = _fetchers(config, dispatcher, delivery, bot)
            by_file = AnswerFiles(*fetching, token=token, path=config.database, zone=config.zone)
            rosters = RosterUploads(
                *fetching, token=token, dispatcher=dispatcher, path=config.database, zone=config.zone,
                fault=fault, trial=config.trial, handed_on=by_file.wake.set,
            )  # fmt: skip
            by_hand = Campaigns(*shared)
            delivery.marked = by_hand.wake.set
            boards = Boards(
                database, clock, config.zone, delivery.add, fault,
                wake=delivery.groups, roster=dispatcher.roster,
            )  # fmt: skip
            hint = partial(calls.says_uploading, bot)
            making = Papers(*shared, path=config.database, folder=config.files / PAPERS, hint=hint)
            yield App(
                config, bot, database, dispatcher, delivery, files, Reminders(*shared), boards, by_hand,
                Digests(*shared), Arrivals(*shared), Wishes(*shared), rosters, by_file,
                ReturnedSheets(*fetching, token=token, dispatcher=dispatcher),
                Exports(*shared, path=config.database, folder=config.files / EXPORTS, hint=hint),
                making, checks,
                Seasons(*shared, ordered=making.wake.set), clock, counters, token,
            )  # fmt: skip
        finally:
            await bot.request.shutdown()


async def prepare(app: App) -> None:
    """Read files and roster before somebody waits for them."""
    with uncollected():
        preload(app.clock(), app.config)
        await app.database.read(app.dispatcher.roster.get)
    settled()


async def serve(app: App, ready: Callable[[], None] = lambda: None) -> None:
    """Run until `app.stop` is set. Raises InvalidToken where Telegram refuses getMe."""
    await app.bot.request.initialize()
    if not await _unless_stopped(app, _introduce(app)):
        return
    await app.papers.restore()
    app.delivery.add(await app.database.read(outbox.queued))
    app.delivery.add(await _returned(app, await app.database.read(handled_updates.away_since)))
    watching = watched(app.config, app.counters, app.database, app.clock, app.dispatcher.roster)
    async with watching, asyncio.TaskGroup() as group:
        works = (
            partial(_intake, app),
            partial(_menus, app),
            partial(_ticks, app),
            app.files.run,
            app.boards.run,
            app.campaigns.run,
            app.rosters.run,
            app.answers.run,
            app.sheets.run,
            app.exports.run,
            app.papers.run,
            app.checks.run,
            app.seasons.run,
        )
        tasks = [group.create_task(_steadily(work)) for work in works]
        delivering = group.create_task(app.delivery.run())
        ready()
        supervisor.tell(supervisor.READY)
        await app.stop.wait()
        supervisor.tell(supervisor.STOPPING)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await app.delivery.drain(DRAIN_SECONDS)
        await _beat(app)
        delivering.cancel()


async def _steadily(work: Callable[[], Awaitable[None]]) -> None:
    """Do a part's work; what it stumbles over is logged, and it begins anew. Raises InvalidToken."""
    pause = 0.5
    while True:
        try:
            await work()
            return
        except ConfigError:
            raise
        except Exception as error:
            if holds(error, InvalidToken):
                raise
            log.exception("a part stumbled, and begins again in %s s", pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _unless_stopped(app: App, work: Coroutine[None, None, None]) -> bool:
    """Do the work, unless a stop is asked for first; whether it was done."""
    async with asyncio.TaskGroup() as group:
        working, stopping = group.create_task(work), group.create_task(app.stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, stopping):
            task.cancel()
    return not app.stop.is_set()


async def _introduce(app: App) -> None:
    """Learn the bot's name, by which everything begins. Raises InvalidToken where getMe is refused."""
    name = await _insisted(app, partial(calls.me, app.bot))
    app.dispatcher.bot_link = f"https://t.me/{name}"
    log.info("running as @%s", name)


async def _menus(app: App) -> None:
    """Queue the default menus, once those that a former run left are taken up."""
    link, now = app.dispatcher.bot_link, app.clock()
    app.delivery.add(
        await app.database.transaction(partial(default_menus.queue, bot_link=link, now=now))
    )


async def _insisted(app: App, ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer, also after a refusal."""
    while True:
        answer = await _answered(app, ask)
        if answer is not None:
            return answer
        await asyncio.sleep(INSISTING_PAUSE)


async def _answered(app: App, ask: Callable[[], Awaitable[T]]) -> T | None:
    """Ask the Bot API until it answers; None where it refuses this call for good."""
    tries = Tries()
    while True:
        try:
            return await ask()
        except Exception as error:
            outcome = await verdict(error, tries, app.token)
            if not isinstance(outcome, Again):
                log.error("the Bot API refuses a call: %s", outcome.error)
                return None
            log.warning("no answer from the Bot API: %s. Again in %s s", error, outcome.seconds)
            supervisor.tell(supervisor.WAITING)
            await asyncio.sleep(min(outcome.seconds, LONGEST_PAUSE))


async def _intake(app: App) -> None:
    if app.config.webhook_url is None:
        await Polling(app.bot, app.handle, app.heard, app.token).run()
        return
    await _webhook(app, app.config.webhook_url)


async def _webhook(app: App, url: str) -> None:
    from bot.telegram.door import listening
    from bot.telegram.webhook import Webhook

    assert app.config.webhook_secret is not None
    assert app.config.webhook_listen is not None
    secret = app.config.webhook_secret.reveal()
    webhook = Webhook(app.handle, secret, app.heard)
    application = webhook.application(urlsplit(url).path or "/")
    ask = partial(calls.set_webhook, app.bot, url, secret, WANTED)
    async with listening(application, app.config.webhook_listen), asyncio.TaskGroup() as group:
        group.create_task(_insisted(app, ask))
        await webhook.run()


async def _ticks(app: App) -> None:
    """Tick for ever: what is due, replays, housekeeping; the heartbeat tells how long we were away."""
    while True:
        await app.tick()
        await asyncio.sleep(TICK_SECONDS)


async def _beat(app: App) -> None:
    def work(connection: sqlite3.Connection) -> None:
        now, link = app.clock(), app.dispatcher.bot_link
        handled_updates.forget_old(connection, now)
        handled_updates.beat(connection, now, bot_link=link, **app.counters.snapshot())

    try:
        await app.database.transaction(work)
    except sqlite3.OperationalError as error:
        log.error("housekeeping waits, the database says: %s", error)


async def _replay(app: App) -> None:
    try:
        letters = await app.dispatcher.replay()
    except sqlite3.OperationalError as error:
        log.error("the replay waits, the database says: %s", error)
        return
    if letters:
        app.delivery.add(letters)
        app.files.wake.set()
        app.rosters.wake.set()
        app.answers.wake.set()
        app.sheets.wake.set()
        app.checks.wake.set()


async def _returned(app: App, since: datetime | None) -> list[outbox.OutboxMessage]:
    """Show people in mid-question theirs again, after an outage in which Telegram dropped taps (150 s)."""
    if since is None or app.clock() - since <= TAP_LIFE:
        return []
    chats = await app.database.read(
        lambda connection: handled_updates.in_mid_question(connection, since, ACTIVE)
    )
    events = [(Speaker(chat, chat, name, "id"), Returned()) for chat, name in chats]
    return await app.dispatcher.tell(events)

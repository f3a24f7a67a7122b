"""Numbers for monitoring in the text format of Prometheus, on request only (METRICS_LISTEN)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from bot.clock import Clock, parse
from bot.config import ConfigError
from bot.counters import Pulse
from bot.storage.database import Database
from bot.storage.health import Figures, figures
from bot.telegram.door import Door, listening

PREFIX = "peduli_ham_"
LOCAL = ("127.0.0.1", "localhost", "::1")
CONNECTIONS = 8


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps it by identity
class Measured(Collector):
    """One moment, as families of metrics."""

    pulse: Pulse
    found: Figures
    now: datetime

    def collect(self) -> Iterator[Metric]:
        pulse, found = self.pulse, self.found
        updates = "Updates that were committed since the start."
        yield CounterMetricFamily(f"{PREFIX}updates", updates, pulse.updates)
        kept = "Updates that raised and were kept, since the start."
        yield CounterMetricFamily(f"{PREFIX}updates_failed", kept, pulse.failed)
        sizes = SummaryMetricFamily(f"{PREFIX}batch_size", "Updates in a batch.")
        sizes.add_metric([], pulse.batches, pulse.updates)
        yield sizes
        sends = CounterMetricFamily(f"{PREFIX}sends", "Calls by their result.", labels=["result"])
        for result in ("sent", "failed", "unreachable", "dropped"):
            sends.add_metric([result], pulse.sends[result])
        yield sends
        held = "Waits that Telegram asked for (429), in seconds."
        waits = SummaryMetricFamily(f"{PREFIX}retry_after_seconds", held)
        waits.add_metric([], pulse.held, pulse.held_seconds)
        yield waits
        for name, said, value in (
            ("queue_length", "Messages that wait in the outbox.", found.queued),
            ("oldest_unsent_seconds", "Age of the oldest.", self._age(found.oldest_queued)),
            ("files_waiting", "Files of evidence to be fetched.", found.files_waiting),
            ("failed_updates", "Kept updates that wait for the operator.", found.failed_updates),
            ("database_bytes", "Size of the database.", found.database_bytes),
        ):
            yield GaugeMetricFamily(PREFIX + name, said, value)
        if since := pulse.heard or pulse.started:
            age = max(0.0, (self.now - since).total_seconds())
            said = "Since the last answer to getUpdates, or the last post; else since the start."
            yield GaugeMetricFamily(f"{PREFIX}last_poll_age_seconds", said, age)

    def _age(self, since: str | None) -> float:
        return max(0.0, (self.now - parse(since)).total_seconds()) if since else 0.0


@contextlib.asynccontextmanager
async def measured(
    listen: str, pulse: Pulse, database: Database, clock: Clock
) -> AsyncIterator[None]:
    """Serve /metrics at `listen` (HOST:PORT, without a host the loopback one)."""

    async def shown(request: web.Request) -> web.Response:
        if not _may_ask(listen, request.host):
            return web.Response(status=403)
        registry = CollectorRegistry()
        try:
            found = await database.read(figures)
        except sqlite3.Error:
            return web.Response(status=503)
        registry.register(Measured(pulse, found, clock()))
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(registry), headers=headers)

    application = web.Application()
    application.router.add_get("/metrics", shown)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(
                listening(application, listen, Door(CONNECTIONS), shutdown=1.0)
            )
        except OSError:
            raise ConfigError([f"METRICS_LISTEN {listen} is taken or not ours"]) from None
        yield


def _may_ask(listen: str, host: str) -> bool:
    """On the machine's own address only its own names: a web page elsewhere may point one of its at it."""
    if _name(listen) not in LOCAL:
        return True
    return _name(host) in LOCAL


def _name(address: str) -> str:
    """The host of HOST:PORT; where there is none, the loopback one."""
    name = urlsplit(f"//{address}").hostname
    return name or "127.0.0.1"

"""Numbers for monitoring in the text format of Prometheus, on request only (METRICS_LISTEN)."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from bot.clock import Clock, parse
from bot.counters import Counters
from bot.storage.database import Database
from bot.storage.health_counts import Figures, figures
from bot.telegram.door import may_ask, serving

PREFIX = "peduli_ham_"


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps it by identity
class Measured(Collector):
    """One moment, as families of metrics."""

    counters: Counters
    figures: Figures
    now: datetime

    def collect(self) -> Iterator[Metric]:
        counters, figures = self.counters, self.figures
        updates = "Updates that were committed since the start."
        yield CounterMetricFamily(f"{PREFIX}updates", updates, counters.updates)
        kept = "Updates that raised and were kept, since the start."
        yield CounterMetricFamily(f"{PREFIX}updates_failed", kept, counters.failed)
        sizes = SummaryMetricFamily(f"{PREFIX}batch_size", "Updates in a batch.")
        sizes.add_metric([], counters.batches, counters.updates)
        yield sizes
        sends = CounterMetricFamily(f"{PREFIX}sends", "Calls by their result.", labels=["result"])
        for result in ("sent", "failed", "unreachable", "dropped"):
            sends.add_metric([result], counters.sends[result])
        yield sends
        held = "Waits that Telegram asked for (429), in seconds."
        waits = SummaryMetricFamily(f"{PREFIX}retry_after_seconds", held)
        waits.add_metric([], counters.held, counters.held_seconds)
        yield waits
        for name, description, value in (
            ("queue_length", "Messages that wait in the outbox.", figures.queued),
            ("oldest_unsent_seconds", "Age of the oldest.", self._age(figures.oldest_queued)),
            ("files_waiting", "Files of evidence to be fetched.", figures.files_waiting),
            ("failed_updates", "Kept updates that wait for the operator.", figures.failed_updates),
            ("database_bytes", "Size of the database.", figures.database_bytes),
        ):
            yield GaugeMetricFamily(PREFIX + name, description, value)
        if since := counters.heard or counters.started:
            age = max(0.0, (self.now - since).total_seconds())
            description = (
                "Since the last answer to getUpdates, or the last post; else since the start."
            )
            yield GaugeMetricFamily(f"{PREFIX}last_poll_age_seconds", description, age)

    def _age(self, since: str | None) -> float:
        return max(0.0, (self.now - parse(since)).total_seconds()) if since else 0.0


@contextlib.asynccontextmanager
async def measured(
    listen: str, counters: Counters, database: Database, clock: Clock
) -> AsyncIterator[None]:
    """Serve /metrics at `listen` (HOST:PORT, without a host the loopback one)."""

    async def shown(request: web.Request) -> web.Response:
        if not may_ask(listen, request.host):
            return web.Response(status=403)
        registry = CollectorRegistry()
        try:
            counted = await database.read(figures)
        except sqlite3.Error:
            return web.Response(status=503)
        registry.register(Measured(counters, counted, clock()))
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(registry), headers=headers)

    application = web.Application()
    application.router.add_get("/metrics", shown)
    async with serving(application, listen, "METRICS_LISTEN"):
        yield

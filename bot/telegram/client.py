"""PTB's Bot on our request layer, against the configured server."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Bot

from bot.config import Config
from bot.telegram.request import AiohttpRequest


def make_bot(
    config: Config,
    request: Callable[[], AiohttpRequest] = AiohttpRequest,
) -> Bot:
    """Return PTB's Bot for the configured server, on our request layer."""
    root, calls = config.bot_api_url, request()
    return Bot(
        config.bot_token.reveal(),
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=calls,
        get_updates_request=calls,
    )

"""Log lines in both formats: an exception by its kind and place, and never a token."""

from __future__ import annotations

import io
import json
import logging

import pytest

from bot.ops.logs import LINE, Json, LogFormatter

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def logged(formatter: logging.Formatter) -> str:
    stream = io.StringIO()
    log = logging.Logger("bot.x")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log.addHandler(handler)
    log.warning("asked https://api.telegram.org/bot%s/getMe at %s", TOKEN, "12:30:00")
    try:
        raise ValueError(f"Siti 14.250 {TOKEN}")
    except ValueError:
        log.exception("letter %s", 7)
    return stream.getvalue()


@pytest.mark.parametrize("formatter", [LogFormatter(LINE), Json()])
def test_nothing_private_is_logged(formatter: logging.Formatter) -> None:
    text = logged(formatter)
    assert "bot<token>/getMe at 12:30:00" in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    for word in ("Siti", "14.250", TOKEN):
        assert word not in text.replace('f"Siti 14.250 {TOKEN}"', "").replace(
            'f\\"Siti 14.250 {TOKEN}\\"', ""
        )


def test_json_is_one_object_a_line() -> None:
    first, second = (json.loads(line) for line in logged(Json()).splitlines())
    assert (first["level"], first["logger"]) == ("warning", "bot.x")
    assert "error" not in first
    assert second["message"] == "letter 7"
    assert second["error"].endswith("ValueError")

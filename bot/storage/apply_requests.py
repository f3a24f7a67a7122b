"""Writes what becomes of a question that was forwarded; the caller holds the transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, assert_never

from bot.clock import iso
from bot.storage import codec, request_rows
from bot.storage.step_context import Speaker
from flows.model.outcome import BindRequest, CreateRequest, ProposeAnswer, SettleRequest
from flows.model.record_kinds import EntryKind

EntryWriter = Callable[..., int]
"""Appends an entry to the record: its kind, its details, its columns."""


def write(
    connection: sqlite3.Connection,
    change: BindRequest | CreateRequest | ProposeAnswer | SettleRequest,
    speaker: Speaker,
    made_by: tuple[int, int | None],
    now: str,
    note: EntryWriter,
) -> None:
    """Write one change; `made_by` is period and seat. A guest has no seat, only a name from Telegram."""

    def about(request: int, kind: EntryKind, details: dict[str, Any], **columns: Any) -> None:
        unit, indicator = request_rows.subject(connection, request)
        note(kind, {"request": request, **details}, unit_id=unit, indicator=indicator, **columns)

    match change:
        case BindRequest():
            request_rows.bind(connection, change.request_id, speaker.user_id, speaker.name, now)
        case CreateRequest():
            period, seat = made_by
            assert seat is not None, "only seats forward a question"
            request_id = request_rows.create(connection, change, (period, seat), now)
            about(request_id, EntryKind.ASKED, {"until": iso(change.until)})
        case ProposeAnswer():
            answer = codec.answer_to_json(change.answer) if change.answer else None
            if answer and change.marks:
                answer["marks"] = codec.marks_to_json(change.marks)
            request_id, document = change.request_id, change.document
            request_rows.propose(connection, request_id, answer, change.reason, document, now)
            body = {"answer": answer, "reason": change.reason, "by": speaker.name}
            if document:
                body["document"] = document["name"]
            about(change.request_id, EntryKind.PROPOSED, body, person_id=None, seat_id=None)
        case SettleRequest():
            request_rows.settle(connection, change.request_id, used=change.used, now=now)
            about(change.request_id, EntryKind.SETTLED, {"used": change.used})
        case _:
            assert_never(change)

"""Methods that carry files: uploads, albums, getFile; sizes as Telegram limits them."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import bad
from bot.sandbox.limits import DOWNLOAD, PHOTO, UPLOAD
from bot.sandbox.methods import Params, caption_content, method, send
from bot.sandbox.state import BotState, StoredFile

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox


def store(box: Sandbox, bot: BotState, kind: str, content: bytes, name: str | None) -> StoredFile:
    """Keep bytes under a new file_id; the unique id is the same for the same bytes."""
    box.next_file += 1
    unique = hashlib.sha256(content).hexdigest()[:16]
    mime = mimetypes.guess_type(name or "")[0] if name else None
    suffix = (mimetypes.guess_extension(mime or "") or "") if kind != "photo" else ".jpg"
    path = f"{kind}s/file_{box.next_file}{suffix}"
    found = StoredFile(f"F{box.next_file}-{unique}", unique, content, path, name, mime)
    bot.files[found.file_id] = found
    return found


def view(kind: str, one: StoredFile) -> Any:
    """The file as a message shows it."""
    base: Params = {
        "file_id": one.file_id,
        "file_unique_id": one.unique,
        "file_size": len(one.content),
    }
    if kind == "photo":
        return [base | {"width": 1280, "height": 960}]
    if kind == "voice":
        return base | {"duration": 1, "mime_type": one.mime or "audio/ogg"}
    named = base | ({"file_name": one.name} if one.name else {})
    return named | {"mime_type": one.mime or "application/octet-stream"}


def _file(box: Sandbox, bot: BotState, kind: str, given: Any) -> StoredFile:
    if isinstance(given, tuple):
        name, content = given
        if not content:
            raise bad("file must be non-empty")
        if len(content) > (PHOTO if kind == "photo" else UPLOAD):
            raise bad("file is too big")
        return store(box, bot, kind, content, name)
    found = bot.files.get(str(given))
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return found


def _send_file(box: Sandbox, bot: BotState, params: Params, kind: str) -> Params:
    one = _file(box, bot, kind, params.get(kind))
    return send(box, bot, params, {kind: view(kind, one)} | caption_content(params))


@method
def send_photo(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _send_file(box, bot, params, "photo")


@method
def send_document(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _send_file(box, bot, params, "document")


@method
def send_voice(box: Sandbox, bot: BotState, params: Params) -> Params:
    return _send_file(box, bot, params, "voice")


@method
def send_media_group(box: Sandbox, bot: BotState, params: Params) -> list[Params]:
    media = params.get("media") or []
    if not 2 <= len(media) <= 10:
        raise bad("group send failed: there must be from 2 to 10 items in an album")
    box.next_file += 1
    group = str(box.next_file)
    sent = []
    for one in media:
        given = one.get("media")
        if isinstance(given, str) and given.startswith("attach://"):
            given = params.get(given.removeprefix("attach://"))
        stored = _file(box, bot, one["type"], given)
        content = {one["type"]: view(one["type"], stored), "media_group_id": group}
        sent.append(send(box, bot, params, content | caption_content(one)))
    return sent


@method
def get_file(box: Sandbox, bot: BotState, params: Params) -> Params:
    one = bot.files.get(str(params.get("file_id")))
    if one is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(one.content) > DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": one.file_id,
        "file_unique_id": one.unique,
        "file_size": len(one.content),
        "file_path": one.path,
    }

"""Methods that carry files: uploads, albums, getFile; sizes as Telegram limits them."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import Any

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.cleaning import file_name
from bot.demo.botapi.methods import (
    CAPTIONED,
    EDITING,
    SENDING,
    Params,
    caption_content,
    method,
    send,
)
from bot.demo.botapi.methods_edits import edit_media
from bot.demo.botapi.size_limits import DOWNLOAD, UPLOAD, check_photo, picture_size, too_large
from bot.demo.botapi.state import BotState, UploadedFile
from bot.demo.botapi.world import World

KEPT = 512 * 2**20
ALBUM = range(2, 11)
KINDS = ("photo", "document", "voice")
THUMBNAIL, SMALL = b"a thumbnail, not the picture", 90


def store(world: World, bot: BotState, kind: str, content: bytes, name: str | None) -> UploadedFile:
    """Keep bytes under a new file_id; the unique id is the same for the same bytes."""
    world.next_file += 1
    unique = hashlib.sha256(content).hexdigest()[:16]
    mime = mimetypes.guess_type(name or "")[0] if name else None
    suffix = (mimetypes.guess_extension(mime or "") or "") if kind != "photo" else ".jpg"
    path = f"{kind}s/file_{world.next_file}{suffix}"
    stored = UploadedFile(f"F{world.next_file}-{unique}", unique, content, path, name, mime)
    stored.size, stored.kind = len(content), kind
    stored.width, stored.height = picture_size(content) or (1280, 960)
    bot.files[stored.file_id] = stored
    bot.file_bytes += len(content)
    if kind == "photo":
        small = UploadedFile(f"{stored.file_id}s", f"{unique}s", THUMBNAIL, f"{path}s", kind=kind)
        small.size = len(THUMBNAIL)
        bot.files[small.file_id] = small
        bot.file_bytes += small.size
    while bot.file_bytes > KEPT and len(bot.files) > 1:
        bot.file_bytes -= len(bot.files.pop(next(iter(bot.files))).content)
    return stored


def view(kind: str, stored: UploadedFile) -> Any:
    """Return the file as a message shows it; a photo, unless tiny, in two sizes, the smaller first."""
    base: Params = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique,
        "file_size": stored.size,
    }
    if kind == "photo":
        full = base | {"width": stored.width, "height": stored.height}
        small = {
            "file_id": f"{stored.file_id}s",
            "file_unique_id": f"{stored.unique}s",
            "file_size": len(THUMBNAIL),
            "width": SMALL,
            "height": max(1, SMALL * stored.height // stored.width),
        }
        return [small, full] if stored.width > SMALL else [full]
    if kind == "voice":
        return base | {"duration": 1, "mime_type": stored.mime or "audio/ogg"}
    named = base | ({"file_name": stored.name} if stored.name else {})
    return named | {"mime_type": stored.mime or "application/octet-stream"}


def _file(world: World, bot: BotState, kind: str, given: Any) -> UploadedFile:
    if given is None or given == "":
        raise bad(f"there is no {kind} in the request")
    if isinstance(given, tuple):
        name, content = given
        if not content:
            raise bad("file must be non-empty")
        if len(content) > UPLOAD:
            raise too_large()
        if kind == "photo":
            check_photo(content)
        return store(world, bot, kind, content, file_name(name) or "file")
    if str(given).startswith("attach://"):
        raise bad("there is no file with the given name in the request")
    if str(given).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # there is no network here
    stored = bot.files.get(str(given))
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad(f"can't use file of type {_type(stored.kind)} as {_type(kind)}")
    return stored


def _type(kind: str) -> str:
    return {"photo": "Photo", "document": "Document", "voice": "VoiceNote"}.get(kind, kind)


def _send_file(world: World, bot: BotState, params: Params, kind: str) -> Params:
    stored = _file(world, bot, kind, params.get(kind))
    return send(world, bot, params, {kind: view(kind, stored)} | caption_content(world, params))


@method(f"{SENDING} {CAPTIONED} photo")
def send_photo(world: World, bot: BotState, params: Params) -> Params:
    return _send_file(world, bot, params, "photo")


@method(f"{SENDING} {CAPTIONED} document thumbnail disable_content_type_detection")
def send_document(world: World, bot: BotState, params: Params) -> Params:
    return _send_file(world, bot, params, "document")


@method(f"{SENDING} {CAPTIONED} voice duration")
def send_voice(world: World, bot: BotState, params: Params) -> Params:
    return _send_file(world, bot, params, "voice")


def _media(world: World, bot: BotState, params: Params, media: Any) -> Params:
    """Return the content of an InputMedia, whose file may be a part of the same request."""
    if not isinstance(media, dict) or media.get("type") not in KINDS:
        raise bad("can't parse InputMedia: type of the media is unknown here")
    given = media.get("media")
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"), given)
    stored = _file(world, bot, media["type"], given)
    return {media["type"]: view(media["type"], stored)} | caption_content(world, media)


@method(f"{SENDING} media")
def send_media_group(world: World, bot: BotState, params: Params) -> list[Params]:
    """Send all or none: every part is checked before the first is sent."""
    media = params.get("media")
    if not isinstance(media, list):
        raise bad("can't parse media JSON object")
    if len(media) not in ALBUM:
        raise bad("number of media in the album must be from 2 to 10")
    kinds = {one.get("type") for one in media}
    if len(kinds) > 1 and "document" in kinds:
        raise bad("document can't be mixed with other media types")
    contents = [_media(world, bot, params, one) for one in media]
    world.next_file += 1
    group = str(world.next_file)
    rest = {name: value for name, value in params.items() if name != "reply_markup"}
    return [send(world, bot, rest, {**content, "media_group_id": group}) for content in contents]


@method(f"{EDITING} media")
def edit_message_media(world: World, bot: BotState, params: Params) -> Any:
    return edit_media(world, bot, params, _media(world, bot, params, params.get("media")))


@method("file_id")
def get_file(world: World, bot: BotState, params: Params) -> Params:
    if not params.get("file_id"):
        raise bad("file_id not specified")
    stored = bot.files.get(str(params["file_id"]))
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if stored.size > DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique,
        "file_size": stored.size,
        "file_path": stored.path,
    }

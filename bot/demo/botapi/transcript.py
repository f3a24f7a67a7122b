"""A chat as JSON for the page and as plain text for people."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.state import Chat, ChatMessage
from bot.demo.botapi.world import World

SERVICE = ("new_chat_members", "left_chat_member", "pinned_message")
"""What a group notes of itself."""


def message_view(message: ChatMessage, viewer: int | None = None) -> dict[str, Any]:
    """Return what a page needs to draw a message; `out`: it is the viewer's own (else: no bot's)."""
    body = message.body
    keep = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice", "location",
            "contact", "media_group_id", "date", "edit_date", "reply_to_message",
            *SERVICE)  # fmt: skip
    content = {key: body[key] for key in keep if key in body}
    if any(message.reactions.values()):
        content["_reactions"] = [one for given in message.reactions.values() for one in given]
    if "via_bot" in body:
        content["via_bot"] = body["via_bot"]["first_name"]
    author = body["from"]["id"]
    keyboard = body.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "id": message.id,
        "out": not message.from_bot if viewer is None else author == viewer,
        "from_id": author,
        "from": body["from"]["first_name"],
        "keyboard": keyboard,
        **content,
    }


def chat_view(chat: Chat, viewer: int | None = None) -> dict[str, Any]:
    """Return a whole chat, as one of its people sees it."""
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "started": chat.started,
        "blocked": chat.blocked,
        "pinned": chat.pinned,
        "reply_keyboard": chat.reply_keyboard,
        "messages": [
            message_view(message, viewer)
            for message in chat.messages.values()
            if not message.deleted
        ],
    }


def detailed(world: World, chat: Chat) -> dict[str, Any]:
    """Return a whole chat for tests: HTML, keyboards that are gone, deleted messages, answers to taps."""
    return {
        **chat_view(chat),
        "messages": [
            {
                **message_view(message),
                "plain": message.text,
                "html": message.html,
                "edited": message.edited,
                "deleted": message.deleted,
                "keyboards": message.keyboards,
            }
            for message in chat.messages.values()
        ],
        "notices": world.notices.get(chat.id, []),
        "typing": chat.action_until > world.now(),
    }


def plain(chat: Chat) -> str:
    """Return the chat as text, buttons in brackets."""
    lines = []
    for message in chat.messages.values():
        if message.deleted:
            continue
        who = message.body["from"]["first_name"]
        lines.append(
            f"{who}: {message.body.get('text') or message.body.get('caption') or '(berkas)'}"
        )
        rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
        lines.extend("  " + "  ".join(f"[{button['text']}]" for button in row) for row in rows)
    return "\n".join(lines)

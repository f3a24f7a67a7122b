"""What somebody is in a chat, as the Bot API shows it: a ChatMember."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.state import Account

RIGHTS = (
    "be_edited", "manage_chat", "delete_messages", "manage_video_chats", "restrict_members",
    "promote_members", "change_info", "invite_users", "post_stories", "edit_stories", "delete_stories",
    "pin_messages", "send_welcome_messages",
)  # fmt: skip


def chat_member(account: Account, status: str) -> dict[str, Any]:
    """Return the ChatMember of an account with this status."""
    shown: dict[str, Any] = {"user": account.user(), "status": status}
    if status == "creator":
        shown["is_anonymous"] = False
    if status == "administrator":
        shown |= {f"can_{right}": True for right in RIGHTS} | {"is_anonymous": False}
    if status == "kicked":
        shown["until_date"] = 0
    return shown

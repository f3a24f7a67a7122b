"""Methods about chats and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.botapi.errors import bad
from bot.demo.botapi.methods import Params, chat_of, method, number
from bot.demo.botapi.state import BotState

if TYPE_CHECKING:
    from bot.demo.botapi.sandbox import Sandbox

RIGHTS = (
    "be_edited", "manage_chat", "delete_messages", "manage_video_chats", "restrict_members",
    "promote_members", "change_info", "invite_users", "post_stories", "edit_stories", "delete_stories",
    "pin_messages", "send_welcome_messages",
)  # fmt: skip
STAFF = ("creator", "administrator")
GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def member(box: Sandbox, user_id: int, status: str) -> Params:
    """A ChatMember."""
    found: Params = {"user": box.accounts[user_id].user(), "status": status}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        found |= {f"can_{right}": True for right in RIGHTS} | {"is_anonymous": False}
    if status == "kicked":
        found["until_date"] = 0
    return found


@method("chat_id")
def get_chat(box: Sandbox, bot: BotState, params: Params) -> Params:
    chat = chat_of(box, bot, params, read=True)
    found = box.chat_view(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if chat.pinned:
        found["pinned_message"] = chat.messages[chat.pinned[-1]].body
    if chat.type != "private":
        found["permissions"] = {"can_send_messages": True, "can_invite_users": True}
    return found


@method("chat_id user_id")
def get_chat_member(box: Sandbox, bot: BotState, params: Params) -> Params:
    chat, user = chat_of(box, bot, params, read=True), number(params, "user_id") or 0
    if user not in box.accounts:
        raise bad("user not found" if user > 0 else "invalid user_id specified")
    status = chat.members.get(user, "kicked" if user in chat.banned else "left")
    if chat.type == "private" and user not in (chat.id, bot.account.id):
        raise bad("PARTICIPANT_ID_INVALID")
    return member(box, user, "member" if chat.type == "private" else status)


@method("chat_id")
def get_chat_administrators(box: Sandbox, bot: BotState, params: Params) -> list[Params]:
    chat = chat_of(box, bot, params, read=True)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [member(box, user, role) for user, role in chat.members.items() if role in STAFF]


@method("chat_id")
def get_chat_member_count(box: Sandbox, bot: BotState, params: Params) -> int:
    chat = chat_of(box, bot, params, read=True)
    return 2 if chat.type == "private" else len(chat.members)


@method("chat_id")
def leave_chat(box: Sandbox, bot: BotState, params: Params) -> bool:
    chat = chat_of(box, bot, params)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    box.set_member(chat, bot.account, "left", by=bot.account)
    return True

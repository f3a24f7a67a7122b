"""Methods about chats and their members."""

from __future__ import annotations

from bot.demo.botapi.api_errors import bad
from bot.demo.botapi.members import chat_member
from bot.demo.botapi.methods import Params, chat_of, integer, method
from bot.demo.botapi.state import BotState
from bot.demo.botapi.world import World

STAFF = ("creator", "administrator")
ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # fmt: skip
GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


@method("chat_id")
def get_chat(world: World, bot: BotState, params: Params) -> Params:
    chat = chat_of(world, bot, params, read=True)
    view = world.chat_view(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if chat.pinned:
        view["pinned_message"] = chat.messages[chat.pinned[-1]].body
    if chat.type != "private":
        view["permissions"] = {"can_send_messages": True, "can_invite_users": True}
    return view


@method("chat_id user_id")
def get_chat_member(world: World, bot: BotState, params: Params) -> Params:
    chat, user = chat_of(world, bot, params, read=True), integer(params, "user_id") or 0
    if user not in world.accounts:
        raise bad("user not found" if user > 0 else "invalid user_id specified")
    status = chat.members.get(user, "kicked" if user in chat.banned else "left")
    if chat.type == "private" and user not in (chat.id, bot.account.id):
        raise bad("PARTICIPANT_ID_INVALID")
    return chat_member(world.accounts[user], "member" if chat.type == "private" else status)


@method("chat_id action message_thread_id")
def send_chat_action(world: World, bot: BotState, params: Params) -> bool:
    chat_of(world, bot, params)
    if params.get("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


@method("chat_id")
def get_chat_administrators(world: World, bot: BotState, params: Params) -> list[Params]:
    chat = chat_of(world, bot, params, read=True)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [
        chat_member(world.accounts[user], role)
        for user, role in chat.members.items()
        if role in STAFF
    ]


@method("chat_id")
def get_chat_member_count(world: World, bot: BotState, params: Params) -> int:
    chat = chat_of(world, bot, params, read=True)
    return 2 if chat.type == "private" else len(chat.members)


@method("chat_id")
def leave_chat(world: World, bot: BotState, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    world.set_member(chat, bot.account, "left", by=bot.account)
    return True

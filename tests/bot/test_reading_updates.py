"""Updates are read from their JSON; what comes of it is what PTB's objects would say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.update_guard import received, reread
from bot.telegram.updates import incoming
from flows.model.events import Command, Text
from tests.bot import ptb_reading

Said = dict[str, Any]
numbers = st.integers(1, 2**52)
moments = st.integers(1, 2**31)
words = st.text(max_size=300)
names = st.text(min_size=1, max_size=20)


def objects(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Said]:
    return st.fixed_dictionaries(required, optional=optional)


users = objects(
    {"id": numbers, "is_bot": st.booleans(), "first_name": names},
    {"last_name": words, "language_code": st.sampled_from(["id", "en", "jv", ""])},
)
chats = st.one_of(
    objects({"id": numbers, "type": st.just("private")}, {"first_name": names}),
    objects(
        {
            "id": numbers.map(lambda number: -number),
            "type": st.sampled_from(["group", "supergroup", "channel"]),
            "title": words,
        },
        {"is_forum": st.booleans()},
    ),
)
files: dict[str, Any] = {"file_id": names, "file_unique_id": names}
sizes = {"file_size": st.integers(0, 10**9)}
photos = st.lists(
    objects({**files, "width": st.integers(1, 4000), "height": st.integers(1, 4000)}, sizes),
    max_size=4,
)
texts = st.one_of(
    words,
    st.builds("/{}{}{}".format, names, st.sampled_from(["", "@PeduliBot"]), words),
    st.sampled_from(["/", "/start", "/status@Bot Sudinkes", "/mulai\nx", "12.345,6", "/\n", " /a"]),
)
contents = {
    "text": texts,
    "caption": words,
    "edit_date": moments,
    "media_group_id": names,
    "message_thread_id": numbers,
    "is_topic_message": st.booleans(),
    "migrate_to_chat_id": numbers.map(lambda number: -number),
    "photo": photos,
    "document": objects(files, {**sizes, "file_name": words}),
    "voice": objects({**files, "duration": st.integers(0, 99)}, sizes),
    "audio": objects({**files, "duration": st.integers(0, 99)}, sizes),
    "location": st.just({"latitude": 1.5, "longitude": 106.8}),
    "contact": objects({"phone_number": names, "first_name": names}, {}),
}
messages = objects(
    {"message_id": numbers, "date": moments, "chat": chats}, {"from": users, **contents}
)
gone = objects({"message_id": numbers, "date": st.just(0), "chat": chats}, {})
queries = objects(
    {"id": names, "from": users, "chat_instance": names},
    {"message": st.one_of(messages, gone), "data": words, "inline_message_id": names},
)
inline = objects({"id": names, "from": users, "query": words, "offset": st.just("")}, {})


@st.composite
def changes(draw: st.DrawFn) -> Said:
    """Of every status, with all that each has to say."""
    whole = {"user": draw(users), "until_date": 0, "is_anonymous": False, "is_member": True}
    rights = (
        "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members"
        " can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_be_edited"
        " can_send_messages can_send_polls can_send_other_messages can_add_web_page_previews can_pin_messages"
        " can_manage_topics can_send_audios can_send_documents can_send_photos can_send_videos"
        " can_send_video_notes can_send_voice_notes can_edit_tag can_react_to_messages"
    )
    whole |= dict.fromkeys(rights.split(), True)
    statuses = st.sampled_from(
        ["member", "left", "kicked", "administrator", "creator", "restricted"]
    )
    return {
        "chat": draw(chats),
        "from": draw(users),
        "date": draw(moments),
        "old_chat_member": whole | {"status": draw(statuses)},
        "new_chat_member": whole | {"status": draw(statuses)},
    }


updates = st.one_of(
    *(
        objects({"update_id": numbers, kind: what}, {})
        for kind, what in {
            "message": messages,
            "edited_message": messages,
            "callback_query": queries,
            "inline_query": inline,
            "my_chat_member": changes(),
        }.items()
    ),
    objects({"update_id": numbers}, {"channel_post": messages}),
)


FORWARDED: Said = {
    "update_id": 1,
    "message": {
        "message_id": 7,
        "date": 1,
        "chat": {"id": 5, "type": "private", "first_name": "Siti"},
        "from": {"id": 5, "is_bot": False, "first_name": "Siti"},
        "text": "12",
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Eko"},
    },
}

WITHOUT_SIZES = {
    "update_id": 1,
    "message": {
        **{name: FORWARDED["message"][name] for name in ("message_id", "date", "chat", "from")},
        "photo": [],
    },
}


@given(updates)
@example({"update_id": 1})
@example(FORWARDED)
@example(WITHOUT_SIZES)
def test_what_is_read_is_what_ptb_reads(update: Said) -> None:
    ours = incoming(update)
    assert (ours.update_id, ours.speaker, ours.event) == ptb_reading.read(update)
    checked = received(update)
    assert checked is not None
    assert (checked.speaker, checked.event, checked.fault) == (ours.speaker, ours.event, "")


@given(updates)
def test_an_update_that_was_kept_is_read_the_same_again(update: Said) -> None:
    first, again = incoming(update), reread(incoming(update).body())
    assert (first.update_id, first.speaker, first.event) == (
        again.update_id,
        again.speaker,
        again.event,
    )


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("/tanya\nBukan itu", "tanya", "Bukan itu"),
        ("/tanya\u00a0Tidak", "tanya", "Tidak"),
        ("/tanya\u200bTidak", "tanya", "Tidak"),
        ("/tanya:Bukan itu", "tanya", "Bukan itu"),
        ("/tanya, Tidak", "tanya", "Tidak"),
        ("/tanya@PeduliBot\nTidak, bukan", "tanya", "Tidak, bukan"),
        ("/tanya@PeduliBot: Tidak", "tanya", "Tidak"),
        ("/status.", "status", ""),
        ("/LANJUT!!", "lanjut", ""),
        ("/status-sudinkes", "status", "sudinkes"),
        ("/ tanya apa", "tanya", "apa"),
        ("/tanya (apakah ikut?)", "tanya", "(apakah ikut?)"),
        ("/tanya(apakah ikut?)", "tanya", "(apakah ikut?)"),
        ("/start abc-_D", "start", "abc-_D"),
        ("/", "", ""),
        ("/\nstatus", "", "status"),
    ],
)
def test_where_a_command_ends(text: str, name: str, args: str) -> None:
    update: Said = {"update_id": 1, "message": {**FORWARDED["message"], "text": text}}
    assert incoming(update).event == Command(name, args)


def test_whom_a_reply_quotes() -> None:
    for is_bot in (True, False):
        before = {"message_id": 3, "date": 1, "from": {"id": 9, "is_bot": is_bot}, "text": "12"}
        message = {**FORWARDED["message"], "reply_to_message": before}
        event = incoming({"update_id": 1, "message": message}).event
        assert isinstance(event, Text)
        assert (event.quoted, event.own) == (("12", "") if is_bot else ("", "12"))

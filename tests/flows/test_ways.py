"""Buttons that the phone acts upon by itself: copy, share, add to a group, a card in another chat."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.demo.console.words import of_phone
from bot.telegram.rendering import COPY_LIMIT, letters
from bot.telegram.stamping import stamped_message
from flows.model.buttons import INVITED, Button, Way, link_keys
from flows.model.outcome import Say

LINK = "https://t.me/PeduliHamBot?start=" + "a" * 43
VIEW = {"label": "Suku Dinas Kesehatan & <Olahraga>"}


def cells(*rows: tuple[Button, ...], language: str = "id") -> list[dict[str, object]]:
    """Return the buttons of a message as Telegram gets them."""
    message = stamped_message(Say("trial/banner", {}, rows), 3)
    keyboard = letters(message, 5, language)[0].payload["reply_markup"]["inline_keyboard"]
    return [cell for row in keyboard for cell in row]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_link_is_copied_and_shared_with_words(language: str) -> None:
    copy, share = cells(*link_keys(LINK, INVITED, VIEW), language=language)
    assert copy["copy_text"] == {"text": LINK}
    url = urlsplit(str(share["url"]))
    assert (url.scheme, url.netloc, url.path) == ("https", "t.me", "/share/url")
    asked = parse_qs(url.query)
    assert asked["url"] == [LINK]
    assert VIEW["label"] in asked["text"][0]
    assert "callback_data" not in copy | share
    assert LINK in of_phone(copy)
    assert f"{LINK}\n{asked['text'][0]}" in of_phone(share)


def test_what_is_too_long_to_copy_is_refused_before_it_is_sent() -> None:
    assert cells((Button("copy_link", way=Way.COPY, target="a" * COPY_LIMIT),))
    with pytest.raises(ValueError, match=r"^a+$"):
        cells((Button("copy_link", way=Way.COPY, target="a" * (COPY_LIMIT + 1)),))


def test_a_group_and_another_chat() -> None:
    group = Button("to_group", way=Way.OPEN, target="https://t.me/PeduliHamBot?startgroup=papan")
    card = Button("card_elsewhere", way=Way.INLINE, target="Jakarta Pusat")
    opens, begins = cells((group,), (card,))
    assert opens["url"] == "https://t.me/PeduliHamBot?startgroup=papan"
    assert begins["switch_inline_query"] == "Jakarta Pusat"
    assert "/grup" in of_phone(opens)
    assert "Jakarta Pusat" in of_phone(begins)
    assert "https://a.id/x" in of_phone({"text": "Buka", "url": "https://a.id/x"})

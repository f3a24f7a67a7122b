"""The Bot API's HTML: texts and entities, offsets in UTF-16, refusals with byte offsets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.botapi.api_errors import ApiError
from bot.demo.botapi.entities import automatic, parse, to_html, units
from tests.support.tables import each_row

Shape = list[tuple[str, int, int]]


def shape(entities: list[dict[str, Any]]) -> Shape:
    return [(one["type"], one["offset"], one["length"]) for one in entities]


@each_row(
    ("html", "text", "entities"),
    [
        ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 2)]),
        ("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)]),
        ("<u>a</u><ins>b</ins> <s>c</s><del>d</del><strike>e</strike>", "ab cde",
         [("underline", 0, 2), ("strikethrough", 3, 3)]),
        ("<b>a <i>b</i></b>", "a b", [("bold", 0, 2), ("bold", 2, 1), ("italic", 2, 1)]),
        ("<b>a x</b>.co", "a x.co", [("bold", 0, 2), ("url", 2, 4), ("bold", 2, 1)]),
        ("🏟 <b>🏟</b>!", "🏟 🏟!", [("bold", 3, 2)]),
        ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", [("spoiler", 0, 2)]),
        ("<code>a <b>b</b></code>", "a b", [("code", 0, 3)]),
        ("<pre>a</pre>", "a", [("pre", 0, 1)]),
        ("<pre><code class=\"language-python\">a</code></pre>", "a", [("pre", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>a <b>b</b></blockquote>", "a b", [("blockquote", 0, 3), ("bold", 2, 1)]),
        ("<B>a</B>", "a", [("bold", 0, 1)]),
        ("<s>a</s><b><s>b</s>c</b>", "abc", [("strikethrough", 0, 1), ("bold", 1, 2), ("strikethrough", 1, 1)]),
        ("<b>a</b><blockquote><b>b</b>c</blockquote>", "abc",
         [("bold", 0, 1), ("blockquote", 1, 2), ("bold", 1, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<a>example.org</a>", "example.org", [("text_link", 0, 11)]),
        ("<a>example.org </a>a", "example.org a", [("url", 0, 11)]),
        ('<tg-emoji emoji-id="12345">🏟</tg-emoji>', "🏟", [("custom_emoji", 0, 2)]),
        ('<tg-time unix="12345" format="wDT">besok</tg-time>', "besok", [("date_time", 0, 5)]),
        ("&#0; &#99999999999;", "&#0; &#99999999999;", []),
        ('<tg-time unix="x">besok</tg-time>', "besok", []),
        ("<b></b>a", "a", []),
        ("<b>a </b>", "a", [("bold", 0, 1)]),
        ("a <b> </b>", "a", []),
        ("&lt;b&gt; &amp;&quot; &nbsp; &#127967; &#x41;", "<b> &\" &nbsp; 🏟 A", []),
        ("a & b &amp c", "a & b & c", []),
        ("<a href='https://example.org'>a</a>", "a", [("text_link", 0, 1)]),
        ("<a href='http://localhost/x'>a</a>", "a", []),
        ("<code>/mulai</code> /mulai", "/mulai /mulai", [("code", 0, 6), ("bot_command", 7, 6)]),
        ("<a href='https://a.id/'>example.org</a>", "example.org", [("text_link", 0, 11)]),
    ],
)  # fmt: skip
def test_markup(html: str, text: str, entities: Shape) -> None:
    plain, marks = parse(html, "HTML")
    assert (plain, shape(marks)) == (text, entities)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="1" format="rt">a</tg-time>', "Invalid date format used"),
        ("é<b/>", 'Unsupported start tag "b/" at byte offset 2'),
        ("a <br> b", 'Unsupported start tag "br" at byte offset 2'),
        ("<b =a>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<a href='x>a</a>", "Unclosed start tag at byte offset 0"),
        ("<a href ", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=é>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b><i>a</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("&#xD800;", "Text contains invalid Unicode characters after decoding HTML entities,"
         " check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_markup_that_is_refused(html: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(html, "HTML")
    assert caught.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/mulai", [("bot_command", 0, 6)]),
        ("ke /lanjut@PeduliHamBot.", [("bot_command", 3, 20)]),
        ("dan/atau 1/2 a/b", []),
        ("https://peduli.go.id/a?b=1, lalu", [("url", 0, 26)]),
        ("🏟 t.me/PeduliHamBot?start=abc", [("url", 3, 27)]),
        ("14.250 dan 12.5 atau 1.000.000", []),
        ("surat@jakarta.go.id", [("email", 0, 19)]),
        ("hubungi @kanwil_dki ya", [("mention", 8, 11)]),
        ("#ham2016 #2016", [("hashtag", 0, 8)]),
    ],
)
def test_what_telegram_finds_by_itself(text: str, entities: Shape) -> None:
    assert shape(automatic(text)) == entities


def test_given_entities_and_a_language() -> None:
    given = [{"type": "bold", "offset": 1, "length": 2}]
    assert parse(" ab ", None, given) == ("ab", [{"type": "bold", "offset": 0, "length": 2}])
    html = '<pre><code class="language-sql">SELECT 1 &lt; 2</code></pre>'
    assert to_html(*parse(html, "HTML")) == html


def test_at_most_a_hundred_entities() -> None:
    assert len(parse("<b>a</b> " * 150, "HTML")[1]) == 100


_TAGS = st.sampled_from(["b", "i", "u", "s", "code", "blockquote", "tg-spoiler"])
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="/@.#\r\n\t \u3000"), min_size=1, max_size=5
)


@given(st.recursive(
    _WORDS.map(lambda text: to_html(text, [])),
    lambda inner: st.tuples(_TAGS, inner, inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0]}>{t[2]}"),
    max_leaves=8,
))  # fmt: skip
def test_reading_what_was_written_changes_nothing(html: str) -> None:
    text, entities = parse(html, "HTML")
    again = parse(to_html(text, entities), "HTML")
    assert again == (text, entities)
    assert all(one["offset"] + one["length"] <= units(text) for one in entities)

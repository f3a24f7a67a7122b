"""Random texts for the comparison with TDLib; each follows from its random numbers."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from html import escape
from random import Random
from typing import Any

TAGS = [
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "span", "a", "code", "pre",
    "blockquote", "tg-emoji", "tg-time", "B", "br", "h1", "p", "",
]  # fmt: skip
ATTRIBUTES = [
    "", " ", ' class="tg-spoiler"', " class='tg-x'", " class=language-py", " class='language-'",
    " expandable", " href='https://a.id/x?y=1&amp;z=2'", " href=a.id", ' href="tg://user?id=12"',
    " href='htt p'", " href=' x.co '", " expandable=1", " emoji-id='12345'", ' emoji-id="x"',
    " emoji-id='-5'", " unix='1647531900'", " unix='0'", " unix='12x'", " format='wDT'", " format='r'",
    " format='q'", " =a", " x=é", " x='a", " x", " x = 'y'", " /", " href", " href=''", " HREF='a.id'",
    " class='tg-spoiler' class='b'", " href='http://localhost/'", " href='x.co/a b'",
    " href='mailto:a@b.co'", " href='tg://resolve?domain=x'", " href='https://A.ID'", "\nhref='a.id'",
    " href='http://1.2.3.4:80?x#y'",
]  # fmt: skip
NEEDED = {"span": " class='tg-spoiler'", "tg-emoji": " emoji-id='12345'",
          "tg-time": " unix='1647531900' format='wDT'", "a": " href='https://a.id/'"}  # fmt: skip
BITS = [
    "a", "b", " ", "\n", "😀", "é", "&", "&lt;", "&gt;", "&amp;", "&quot;", "&#65;", "&#x41;", "&#0;",
    "&#x1F600;", "&#xD800;", "&nbsp;", "&lt", "x.co", "http://a.id/b", "\0", "\r", "\t", "\u202e", "</",
    "<", "</b", "/>", ">", ";", '"', "'", "tg://user?id=5", "\u00a0", "  ",
]  # fmt: skip
GLUED = [
    "/mulai", "x.co", "1/2", "a@b.go.id", "file.zip", "http://", "https://", "ftp://", "tg://user?id=1",
    "t.me/x", "@abcd", "@ab", "@gif", "#tag", "#1", "#1a", "$USD", "14.250", "12:30", " ", "  ", ".", ",",
    ":", "/", "@", "#", "$", "(", ")", "[", "]", "-", "_", "~", "é", "😀", "ж", "\u200c", "²", "\n", "?",
    "!", "'", '"', "«", "»", "sftp://", "shttp", "www.", "peduli.go.id", "a", "Z", "9", ":80", ":99999",
    "192.168.1.1", "256.1.1.1", "xn--p1ai", "xn--a", "ID", "Id", "iD", "mailto:", "user:pw@", "&", "<",
    ">", "4111111111111111", "4111 1111 1111 1111", "+62 812-3456-7890", "рф", "пример.рф", "a_b.co",
    "a.b_c.co", "a-.co", "..", "://", "\u2013", "\u00b7", "a.co/x(y)z)", "a.co?", "a.co#", "a.co/a.,",
]  # fmt: skip
WORDS = [
    "Sudin", "Kesehatan", "Bapak/Ibu", "dan/atau", "14.250", "12,5", "1/2", "Rp5.000.000,00",
    "31.12.2016", "pukul", "09.05", "R-0412", "No.25/2013", "Permenkumham", "dr.Siti", "S.H.,M.H.",
    "jumlah=12", "a.n.", "kel.Gambir", "laporan.pdf", "data.xlsx", "lihat", "www.jakarta.go.id",
    "https://peduli.go.id/a?b=1", "t.me/PeduliHamBot?start=abc", "surat@jakarta.go.id", "@kanwil_dki",
    "#ham2016", "/lanjut@PeduliHamBot", "/status", "dll.", "(12)", "±5", "≤", "110", "–", "👍",
    "Kab./Kota", "2016/2017", "x.id", "Nama:Siti", "e.g.test", "12.30.id", "Selesai.Ya", "ok.co,lalu",
]  # fmt: skip
FILES = [
    "a", "laporan", "2016", ".", "..", "/", "\\", " ", "  ", ".pdf", ".tar.gz", ".xlsx", "é", "😀", "ж",
    "\u202e", "\u200b", "\u0301", "\u0345", "\xb7", "²", "½", "<", ">", ":", '"', "|", "?", "*", "&", "`",
    "'", "-", "_", "(", "]", "{", "~", "!", "#", "%", "^", "+", "=", ",", ";", "@", "\n", "\t", "\0",
    "\x7f", "\u2028", "\xa0", "字" * 30, "x" * 70, "y" * 17, "\ufeff", "ل", "\u0600",
]  # fmt: skip
LINKS = [
    "http://", "https://", "HTTPS://", "ftp://", "tg://", "tg:", "ton://", "TG://", "tonsite://",
    "user?id=1", "tg://user?id=12", "tg:user?ID=-5", "tg://user/?x&id=7&id=8#q", "a.id", "A.Id",
    "localhost", ":80", ":0", ":99999", ":08", ":", "/", "?", "#", "a", "b c", " ", "%20", "%zz", "é",
    "пример.рф", "1.2.3.4", "[::1]", "[fe80::1%1]", "[", "]", "user@", "u:p@", "u%41@", '"@', "@", "..",
    ".", "-", "_", "~", "?q=1", "/a/../b", "\\", "😀", "\u200c", "\n", "//", "://", "mailto:a@b.co",
    "t.me", "&", "(", "!", "*", "x" * 64, "\u00a0", "^", "|",
]  # fmt: skip
PLACED = [
    "a", "b", "c", " ", "😀", "é", "\r", "\n", "\t", "\u202e", "\u0333", "\u200e", "\u200f", "x",
]  # fmt: skip
SIGNS = [
    "*", "_", "__", "~", "||", "`", "```", "[", "](", ")", "\\", ">", "\n>", "||\n", "!", "![",
    "](tg://emoji?id=5)", "](http://a.id)", "](x.co)", "](tg://user?id=5)", "\n", "\r", ".", "#", "-",
    "\\_", "\\*", "\\>", "py\n", "a", "b c", "😀", "é", " ", "x.co", "\\\\", "\\é",
    "](tg://time?unix=5&format=r)", "](tg://time?unix=5)", "**", "==", "\\\n",
]  # fmt: skip
MARKS = [
    ("*", "*"), ("_", "_"), ("__", "__"), ("~", "~"), ("||", "||"), ("`", "`"), ("```", "```"),
    ("```py\n", "```"), ("*", "*"), ("_", "_"),
    ("[", "](http://a.id)"), ("[", "]"), ("[", "](tg://user?id=5)"), ("![", "](tg://emoji?id=5)"),
    ("![", "](tg://time?unix=5&format=wDT)"), ("![", "](tg://time?unix=x)"),
    ("![", "](TG:emoji/?x=1&id=-7#z)"),
    ("![", "](tg://emoji?id=0)"), ("![", "](tg://emoji?id=6&id=7)"), ("![", "](tg://time?format=q&unix=5)"),
    ("![", "](tg://emoji?id=%35)"), ("![", "](tg://emoji?id=)"), ("![", "](tg://time)"),
    ("\n>", "\n"), ("\n>", "||\n"), ("\n>", "\n"),
]  # fmt: skip


def _joined(rng: Random, parts: list[str], most: int) -> str:
    return "".join(rng.choice(parts) for _ in range(rng.randint(1, most)))


def markup(rng: Random, depth: int = 0) -> str:
    """HTML: mostly right, with every kind of fault."""
    out = []
    for _ in range(rng.randint(1, 4)):
        if rng.random() < 0.5 and depth < 4:
            out.append(_element(rng, depth))
        else:
            out.append(
                "".join(
                    rng.choice(BITS) if rng.random() < 0.4 else rng.choice("ab ")
                    for _ in range(rng.randint(1, 4))
                )
            )
    return "".join(out)


def _element(rng: Random, depth: int) -> str:
    tag = rng.choice(TAGS)
    given = "".join(rng.choice(ATTRIBUTES) for _ in range(rng.choice([0, 0, 1, 1, 2])))
    if rng.random() < 0.5:
        given = NEEDED.get(tag, "")
    end = tag if rng.random() < 0.93 else rng.choice(TAGS)
    close = rng.choice([end, end, end, end.upper(), "", f"{end} "])
    return f"<{tag}{given}>{markup(rng, depth + 1)}</{close}>"


def glued(rng: Random) -> str:
    """Words, addresses and signs without a blank between them."""
    return _joined(rng, GLUED, 9)


def sentence(rng: Random) -> str:
    """As offices write."""
    return " ".join(_joined(rng, WORDS, 2) for _ in range(rng.randint(1, 8)))


@cache
def _characters() -> list[str]:
    """Every character that Python's tables know; TDLib's are newer, and newer letters are left out."""
    known = map(chr, range(sys.maxunicode + 1))
    return [c for c in known if unicodedata.category(c) not in ("Cn", "Cs", "Co")]


def odd(rng: Random) -> str:
    """Any character of Unicode between parts of addresses."""
    characters, parts = _characters(), [".", "@", "#", "/", "x.co", "abcd", "http://", "$USD", "."]
    return "".join(
        rng.choice(characters) if rng.random() < 0.5 else rng.choice(parts)
        for _ in range(rng.randint(1, 8))
    )


def file_name(rng: Random) -> str:
    if rng.random() < 0.3:
        return "".join(rng.choice(_characters()) for _ in range(rng.randint(1, 6))) + ".pdf"
    return _joined(rng, FILES, 9)


def link(rng: Random) -> str:
    """`<a href>` with what may be an address."""
    return f'<a href="{escape(_joined(rng, LINKS, 5))}">x</a>'


def signs(rng: Random) -> str:
    """Markdown's signs in a row."""
    return _joined(rng, SIGNS, 8)


def markdown(rng: Random) -> str:
    """MarkdownV2, right and wrong."""
    return (
        signs(rng)
        if rng.random() < 0.4
        else "".join(_marked(rng, 0) for _ in range(rng.randint(1, 3)))
    )


def _marked(rng: Random, depth: int) -> str:
    """One element, closed as it should be; what stands in it may be wrong."""
    if depth > 2 or rng.random() < 0.3:
        return rng.choice(["a", "b c", "😀 ", "é", " ", "\n", "\\.", rng.choice(SIGNS)])
    inner = "".join(_marked(rng, depth + 1) for _ in range(rng.randint(0, 2)))
    begin, end = rng.choice(MARKS)
    return f"{begin}{inner}{end}"


def placed(rng: Random, kinds: dict[str, dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """A text with entities anywhere: also before, behind and in the midst of characters."""
    text = _joined(rng, PLACED, 12)
    length = len(text.encode("utf-16-le")) // 2
    entities = []
    for _ in range(rng.randint(1, 5)):
        start = rng.randint(0, length)
        size = rng.randint(0, max(1, length - start))
        if rng.random() < 0.02:
            start = rng.choice([-1, length + 3, 1_000_001])
        if rng.random() < 0.02:
            size = rng.choice([-1, length + 3, 1_000_001])
        kind = rng.choice(list(kinds))
        entities.append({"type": kind, "offset": start, "length": size, **kinds[kind]})
    return text, entities

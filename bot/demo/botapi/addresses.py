"""Addresses and mail addresses in a text, by TDLib's rules: where each begins and ends, what is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Span = tuple[int, int, str]
_SEPARATORS = " \xa0\u1680\u2000-\u200b\u200e\u200f\u2016-\u206f\u3000"
_PATH = re.compile(rf'[^\n<>"«»{_SEPARATORS}]*')
_USER = re.compile(rf"[^\n/\[\]{{}}()'`<>\"@«»{_SEPARATORS}]")
_DOMAIN = re.compile(rf"[^\x00-,/:-@\[-\^`{{-}}\x7f-\xbf{_SEPARATORS}]")
_DOMAINS = re.compile(rf"(?:@|{_DOMAIN.pattern})*")
_SCHEME = re.compile(r"[A-Za-z0-9+\x80-\U0010ffff-]")
_SEPARATOR = re.compile("[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_OWN = re.compile(r"(?:tonsite|ton|tg)://[a-z0-9_-]{1,253}", re.IGNORECASE | re.ASCII)
_HOPE = re.compile(r"://|\.[^\W\d_]|[0-9]\.[0-9]+\.[0-9]+\.[0-9]")
"""In no other text is an address: it has a scheme, a letter behind a dot, or four numbers."""
_LOOSE = ".:;,('?!`"
"""What is no end of a path."""
_OCTET = r"(?:[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])"
_NUMBERED = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_MAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@"
    r"(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}",
    re.IGNORECASE | re.ASCII,
)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
FAKE = "teiegram.org"


def addresses(text: str) -> Iterator[Span]:
    """Yield where links and mail addresses stand: begin, end, `url` or `email`."""
    if not _HOPE.search(text):
        return
    begin = 0
    while match := _OWN.search(text, begin):
        begin = _with_path(text, match.end())
        yield match.start(), begin, "url"
    begin = 0
    while (dot := text.find(".", begin)) >= 0 and dot + 1 < len(text):
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        start, end, good = _stretch(text, begin, dot)
        if good:
            if end > dot + 1:
                yield from _judged(text, start, end)
            while text[end : end + 1] == ".":
                end += 1
        else:
            end = text.rfind(".", 0, end) + 1
        begin = max(end, dot + 1)


def _back(text: str, at: int, least: int, pattern: re.Pattern[str]) -> int:
    """Return the first index of the characters before `at` that the pattern takes."""
    while at > least and pattern.match(text, at - 1):
        at -= 1
    return at


def _with_path(text: str, at: int) -> int:
    """Return the end of the path, question or fragment that begins here."""
    if text[at : at + 1] not in ("/", "?", "#"):
        return at
    match = _PATH.match(text, at + 1)
    end = match.end() if match else at + 1
    while end > at + 1 and text[end - 1] in _LOOSE:
        end -= 1
    return end if text[at] == "/" or end > at + 1 else at


def _stretch(text: str, begin: int, dot: int) -> tuple[int, int, bool]:
    """Return what may be an address around a dot, and whether it may begin where it does."""
    start = _back(text, dot, begin, _DOMAIN)
    match = _DOMAINS.match(text, dot)
    end = match.end() if match else dot
    inner = text.find("@", dot, end) >= 0
    if inner:
        start = _back(text, start, begin, _USER)
    port = _PORT.match(text, end)
    if port and int(port[1]) <= 65535:
        end = port.end()
    end = _with_path(text, end)
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    good = True
    if start > begin and text[start - 1] == "@":
        user = _back(text, start - 1, begin, _USER)
        good = not inner and user < start - 1
        start = user
    if start > begin:
        start, allowed = _begun(text, begin, start)
        good = good and allowed
    return start, end, good


def _begun(text: str, begin: int, start: int) -> tuple[int, bool]:
    """Return the begin with the scheme in front; False: it may not stand there."""
    if not text.endswith("://", begin, start):
        return start, re.match(r"[\w/#@]", text[start - 1]) is None
    at = start - 3
    while at > begin and _SCHEME.match(text, at - 1) and not _SEPARATOR.match(text, at - 1):
        at -= 1
    scheme = text[at : start - 3].lower()
    if scheme.endswith("http") and scheme != "shttp":
        return start - 7, True
    if scheme.endswith("https"):
        return start - 8, True
    if scheme.endswith("ftp") and scheme not in ("tftp", "sftp"):
        return start - 6, True
    return start, False


def _judged(text: str, start: int, end: int) -> Iterator[Span]:
    candidate = text[start:end]
    if _MAIL.fullmatch(candidate):
        yield start, end, "email"
    elif candidate.startswith("mailto:") and _MAIL.fullmatch(candidate, 7):
        yield start + 7, end, "email"
    elif length := _length(candidate):
        yield start, start + length, "url"


def _length(candidate: str) -> int:
    """Return how much of it is a link; 0: it is none."""
    scheme = re.match(r"(?:https?|ftp)://", candidate, re.IGNORECASE | re.ASCII)
    skipped = scheme.end() if scheme else 0
    domain = re.split(r"[/?#]", candidate[skipped:], maxsplit=1)[0]
    path = candidate[skipped + len(domain) :]
    length = len(candidate) - len(path) + len(_closed(path))
    domain = domain[domain.find("@") + 1 :]
    if ":" in domain:
        domain = domain[: domain.rfind(":")]
    return length if _is_domain(domain, free=scheme is not None) else 0


def _closed(path: str) -> str:
    """Return the path up to a bracket that was never opened."""
    opened = dict.fromkeys(_BRACKETS, 0)
    closing = {end: begin for begin, end in _BRACKETS.items()}
    for at, c in enumerate(path):
        if c in opened:
            opened[c] += 1
        elif c in closing:
            opened[closing[c]] -= 1
            if opened[closing[c]] < 0:
                path = path[:at]
                break
    return path.rstrip(_LOOSE)


def _is_domain(domain: str, *, free: bool) -> bool:
    """Tell whether it is a domain; `free`: a scheme is in front, so any top-level domain will do."""
    parts = domain.split(".")
    if len(parts) == 1 or domain.lower() == FAKE:
        return False
    if any(not part or len(part.encode()) >= 64 or part[-1] == "-" for part in parts):
        return False
    if _NUMBERED.fullmatch(domain):
        return True
    if re.fullmatch(r"[0-9.]*", domain) or "_" in parts[-2]:
        return False
    top = parts[-1]
    if len(top) < 2:
        return False
    if top.startswith("xn--"):
        return re.fullmatch(r"[A-Za-z0-9]{2,}", top[4:]) is not None
    return "_" not in top and "-" not in top and (free or _is_common(top))


def _is_common(top: str) -> bool:
    """Tell whether it is a known top-level domain; with only a capital first, it begins a sentence."""
    small = top.lower()
    return (small == top or small[1:] != top[1:]) and small in domains()


@cache
def domains() -> frozenset[str]:
    """Return the top-level domains that make a word a link without `http://`: IANA's, as TDLib knows them."""
    return frozenset(Path(__file__).with_name("tlds.txt").read_text(encoding="utf-8").split())

"""Addresses in texts and buttons: which Telegram takes, and how it writes them. By TDLib's rules."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Any

_OWN = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE | re.ASCII)
_SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
_PLACE = re.compile(r"[^/?#]*")
_PORT = re.compile(r"(?<=.):([^:\]@]*)\Z", re.DOTALL)
_HOST = re.compile(r"(?:[a-z0-9.\-_!$,~*'();&+=\x80-\U0010ffff]|%[0-9a-f]{2})*")
_USER = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=:\x80-\U0010ffff]|%[0-9A-Fa-f]{2})*")
_PERSON = re.compile(r"tg:(?://)?user/?\?([^#]*)", re.IGNORECASE | re.ASCII | re.DOTALL)
_CAPITALS = re.compile("[A-Z]")
PORTS, PERSONS = range(1, 65536), range(1, 2**40)


class LinkError(ValueError):
    """Why something is no address, in Telegram's words."""


def address(url: str, *, https_only: bool = False) -> str:
    """Return the address as Telegram keeps it. Raises LinkError with Telegram's reason where it is none."""
    own = _OWN.match(url)
    rest = url[own.end() :] if own else url
    scheme, user, host, port, query = _parts(rest)
    if https_only and (own or scheme != "https"):
        raise LinkError("Only HTTPS links are allowed")
    if not own:
        if "." not in host and not host.startswith("["):
            raise LinkError("Wrong HTTP URL")
        return f"{scheme}://{user}{'@' if user else ''}{host}{f':{port}' if port else ''}{query}"
    kind = own[1].lower()
    if rest.lower().startswith("http://") or scheme == "https" or user or port or host[0] == "[":
        raise LinkError(f"Wrong {'tg' if kind == 'tg' else 'ton'} URL")
    if not re.fullmatch(r"[A-Za-z0-9._-]*" if kind == "tonsite" else r"[A-Za-z0-9_-]*", host):
        raise LinkError("Unallowed characters in URL host")
    return f"{kind}://{host}{query[1:] if query[1:2] == '?' else query}"


def _parts(url: str) -> tuple[str, str, str, int, str]:
    """Return scheme, user, host, port (0: none is named) and the rest."""
    match = _SCHEME.match(url)
    scheme = _small(match[1]) if match else "http"
    if scheme not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    start = match.end() if match else 0
    place = _PLACE.match(url, start)
    end = place.end() if place else start
    named, port_no = url[start:end], 0
    port = _PORT.search(named)
    if port:
        named, port_no = named[: port.start()], _port(port[1])
    user, _, host = named.rpartition("@")
    _check(host, user)
    return scheme, user, _small(host), port_no, _query(url[end:])


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]+", text) or int(text) not in PORTS:
        raise LinkError("Wrong port number specified in the URL")
    return int(text)


def _check(host: str, user: str) -> None:
    if host.startswith("[") and host.endswith("]") and len(host) > 1:
        try:
            IPv6Address(host[1:-1].replace("%", "no zone"))
        except AddressValueError:
            raise LinkError("Wrong IPv6 address specified in the URL") from None
        return
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    if not _HOST.fullmatch(_small(host)):
        raise LinkError(_reason(_HOST, _small(host), "host"))
    if not _USER.fullmatch(user):
        raise LinkError(_reason(_USER, user, "userinfo"))


def _reason(pattern: re.Pattern[str], text: str, what: str) -> str:
    match = pattern.match(text)
    wrong = text[match.end() if match else 0]
    if wrong == "%":
        return f"Wrong percent-encoded symbol in URL {what}"
    return f"Disallowed character in URL {what}"


def _query(rest: str) -> str:
    rest = rest.rstrip(" \t\r\n\v\0")
    rest = rest if rest.startswith("/") else f"/{rest}"
    return "".join(f"%{ord(c):02X}" if c <= " " else c for c in rest)


def _small(text: str) -> str:
    """Return the text with its ASCII letters in lower case."""
    return _CAPITALS.sub(lambda match: match[0].lower(), text)


def checked(url: str) -> dict[str, Any] | None:
    """Return what a text_link entity holds for an address; a link to a person names them by id."""
    person = person_of(url)
    if person is not None:
        return {"type": "text_mention", "_user_id": person}
    try:
        return {"url": address(url)}
    except LinkError:
        return None


def person_of(url: str) -> int | None:
    """Return the id in `tg://user?id=`."""
    match = _PERSON.match(url)
    for parameter in match[1].split("&") if match else ():
        key, _, value = parameter.partition("=")
        if key.lower() == "id":
            known = re.fullmatch("-?[0-9]+", value) and int(value) in PERSONS
            return int(value) if known else None
    return None

"""Letterhead and signers as a TOML file: written with what is set, or left open, and read back."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.terminal import phrase
from flows.model.paper_settings import PaperSettings, Signer

TEXTS, NAMES = ("head", "copies"), ("lines", "name", "rank", "number")
BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key that TOML takes without quotes."""
KEYS = (*TEXTS, "place", "numbers", "signers")


class SettingsFault(ValueError):
    """What is wrong with a file of settings, in one line."""


def written(settings: PaperSettings, roles: tuple[str, ...]) -> str:
    """Return the settings as TOML, with an empty place for each of these signers."""
    lines = [f"{key} = {_value(list(getattr(settings, key)))}" for key in TEXTS]
    lines.append(f"place = {_value(settings.place or '')}")
    lines += ["", "[numbers]"]
    lines += [f"{kind} = {_value(number)}" for kind, number in settings.numbers.items()]
    for role in dict.fromkeys((*roles, *settings.signers)):
        signer = settings.signers.get(role, Signer())
        lines += ["", f"[signers.{role if BARE.fullmatch(role) else _value(role)}]"]
        lines.append(f"lines = {_value(list(signer.lines))}")
        lines += [f"{key} = {_value(getattr(signer, key) or '')}" for key in NAMES[1:]]
    return "\n".join(lines) + "\n"


def read(text: str, of: str) -> PaperSettings:
    """Return the settings of a file for a region or a province. Raises SettingsFault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsFault(phrase("not TOML: {error}", error=error)) from None
    _known(table, KEYS, phrase("the file"))
    signers = {}
    for role, signer in _table(table, "signers").items():
        if not isinstance(signer, dict):
            raise SettingsFault(
                phrase(
                    "signers.{role}: a table of {names} is expected",
                    role=role,
                    names=", ".join(NAMES),
                )
            )
        _known(signer, NAMES, f"signers.{role}")
        rest = {key: _text(signer, key) or None for key in NAMES[1:]}
        signers[role] = Signer(tuple(_texts(signer, "lines")), **rest)
    numbers = _table(table, "numbers")
    return PaperSettings(
        of,
        tuple(_texts(table, "head")),
        _text(table, "place") or None,
        signers,
        {kind: _text(numbers, kind) for kind in numbers},
        tuple(_texts(table, "copies")),
    )


def _value(value: str | list[str]) -> str:
    """Return a text or a list of texts as TOML: its basic strings are those of JSON."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise SettingsFault(
                phrase(
                    "{where}: no {key} there. Known: {keys}",
                    where=where,
                    key=key,
                    keys=", ".join(keys),
                )
            )


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise SettingsFault(phrase("{key}: a table is expected", key=key))
    return value


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise SettingsFault(phrase("{key}: a text in quotes is expected", key=key))
    return value.strip()


def _texts(table: Mapping[str, Any], key: str) -> Iterator[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise SettingsFault(phrase("{key}: a list of texts is expected", key=key))
    return (line.strip() for line in value if line.strip())

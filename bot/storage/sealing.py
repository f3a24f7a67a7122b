"""What is hashed of an entry: its body, with salted commitments in the place of names and free words.

The words stand in the body beside it, so they can be erased and the hash still holds. A seal is the salt of
an entry; once words are erased, the salts of those that are left and the commitments of those that went.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from msgspec import Struct, field

WORDS = frozenset(
    {
        "by", "name", "source", "reason", "text", "caption", "document", "title", "typed", "note",
        "created", "changed",
    }
)  # fmt: skip
"""Keys under which persons are named, or what somebody typed stands. One more would change hashes."""
SALT = 16
_HOLDERS = (dict, list)
_sha256 = hashlib.sha256


def new_seal() -> str:
    """Return a salt for a new entry."""
    return secrets.token_hex(SALT)


def dumps(body: Mapping[str, Any]) -> str:
    """Return a body as the one text that is kept."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


class Seal(Struct, frozen=True):
    """A seal as it is read; `gone` are the commitments of erased words, by path."""

    salt: str = ""
    salts: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Seal:
        """Return a seal from its stored form. Raises ValueError for what is none."""
        if not text.startswith("{"):
            return cls(text)
        stored = orjson.loads(text)
        return cls("", stored["salts"], stored["gone"])

    def commitment(self, path: str, words: str) -> str:
        """Return what is hashed in the place of these words. Raises KeyError where their salt is gone."""
        if path in self.gone:
            return self.gone[path]
        salt = _salt_of(self.salt, path) if self.salt else self.salts[path]
        return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def sealed(body: dict[str, Any], seal: Seal) -> str:
    """Return the text of a body that is hashed. Raises KeyError where words have no salt."""
    return dumps(_replaced(body, seal.commitment))


def closed(details: dict[str, Any], text: str) -> str:
    """Return what `sealed` does, by the seal as it is stored; the body is used up, which is quicker.

    Raises KeyError where words have no salt, ValueError for what is no seal.
    """
    if text.startswith("{"):
        return sealed(details, Seal.parse(text))
    _close(details, "", text)
    return orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode()


def _close(part: dict[str, Any], start: str, salt: str) -> None:
    """Put commitments in the place of words, where they stand; `start` is their path up to the name.

    Most of a body is figures and codes: what is neither text nor a holder is passed by soonest.
    """
    for key, value in part.items():
        kind = type(value)
        if kind is str:
            if value and key in WORDS:
                part[key] = _commitment(salt, f"{start}{key}", value)
        elif kind is dict:
            _close(value, f"{start}{key}.", salt)
        elif kind is list:
            _close_list(value, f"{start}{key}.", salt, inside=key in WORDS)


def _close_list(parts: list[Any], start: str, salt: str, *, inside: bool) -> None:
    """Do the same in a list; `inside`: it stands under a key of words."""
    for place, value in enumerate(parts):
        if type(value) is str:
            if value and inside:
                parts[place] = _commitment(salt, f"{start}{place}", value)
        elif type(value) is dict:
            _close(value, f"{start}{place}.", salt)
        elif type(value) is list:
            _close_list(value, f"{start}{place}.", salt, inside=inside)


def _commitment(salt: str, path: str, words: str) -> str:
    """Return what `Seal.commitment` does where nothing was erased; `_salt_of` in place is quicker."""
    own_salt = _sha256(f"{salt}\n{path}".encode()).hexdigest()[: 2 * SALT]
    return _sha256(f"{own_salt}\n{words}".encode()).hexdigest()


def words_of(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and free words of a body, each with its path."""
    found_words: list[tuple[str, str]] = []

    def note(path: str, words: str) -> str:
        found_words.append((path, words))
        return words

    _replaced(body, note)
    return iter(found_words)


def erased(
    body: dict[str, Any], seal: Seal, instead: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """Return a body with other words at these paths, and a seal by which the former cannot be guessed."""
    words = dict(words_of(body))
    gone = {**seal.gone, **{path: seal.commitment(path, words[path]) for path in instead}}
    left = [path for path in words if path not in gone]
    salts = {path: _salt_of(seal.salt, path) if seal.salt else seal.salts[path] for path in left}
    changed = _replaced(body, lambda path, value: instead.get(path, value))
    return changed, dumps({"salts": salts, "gone": gone})


def _salt_of(salt: str, path: str) -> str:
    """Return the salt of one field, from which neither the entry's nor another field's follows."""
    return hashlib.sha256(f"{salt}\n{path}".encode()).hexdigest()[: 2 * SALT]


def _replaced(body: dict[str, Any], by: Callable[[str, str], str]) -> dict[str, Any]:
    changed: dict[str, Any] = _walk(body, "", by, inside=False)
    return changed


def _walk(value: Any, path: str, by: Callable[[str, str], str], *, inside: bool) -> Any:
    """Return a value with the words in it replaced; `inside`: it stands under a key of words."""
    if isinstance(value, dict):
        start = f"{path}." if path else ""
        # Most of a body is figures and codes, for which no path is put together.
        return {
            key: _walk(one, f"{start}{key}", by, inside=key in WORDS)
            if key in WORDS or isinstance(one, _HOLDERS)
            else one
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_walk(one, f"{path}.{no}", by, inside=inside) for no, one in enumerate(value)]
    return by(path, value) if inside and value and isinstance(value, str) else value

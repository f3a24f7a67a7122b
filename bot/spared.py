"""What PTB imports and the running bot never uses: httpx, which our own layer of requests replaces, and
cryptography, which only opens Telegram Passport. They take 18 MiB and a fifth of the start.

Import this before anything of PTB. Where PTB is imported already, nothing is spared, and nothing breaks.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

REQUEST, PASSPORT = "telegram.request._httpxrequest", "cryptography"


class HTTPXRequest:
    """In the place of PTB's own; who makes one after all gets that."""

    def __new__(cls, *given: Any, **named: Any) -> Any:
        """Import PTB's layer now, and return one of it."""
        sys.modules.pop(REQUEST, None)
        return importlib.import_module(REQUEST).HTTPXRequest(*given, **named)


def spare() -> None:
    """Import PTB without the two. PTB itself says that cryptography may be missing."""
    if "telegram" in sys.modules:
        return
    stand_in: Any = ModuleType(REQUEST)
    stand_in.HTTPXRequest = HTTPXRequest
    sys.modules[REQUEST] = stand_in
    hides = PASSPORT not in sys.modules
    if hides:
        sys.modules[PASSPORT] = None  # type: ignore[assignment]
    try:
        importlib.import_module("telegram")
    finally:
        if hides:
            del sys.modules[PASSPORT]


spare()

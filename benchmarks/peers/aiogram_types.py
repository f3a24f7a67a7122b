"""Reads recorded answers as aiogram's models: `aiogram_types.py FILE`; prints what does not fit, a line each.

A field that the model does not know is a fault as much as one that is missing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiogram import Bot, methods
from pydantic import BaseModel, TypeAdapter, ValidationError

BOT = Bot("123456:RECORD")


def main() -> None:
    """Print the faults, then how many answers were read."""
    recorded = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    kinds = {name.lower(): getattr(methods, name) for name in methods.__all__}
    for method, answer in recorded:
        kind = kinds.get(method.lower())
        if kind is None:
            print(f"{method}: aiogram knows no such method")
            continue
        for fault in faults(TypeAdapter(kind.__returning__), answer):
            print(f"{method}: {fault}")
    print(len(recorded))


def faults(adapter: TypeAdapter[Any], answer: Any) -> Iterator[str]:
    try:
        parsed = adapter.validate_python(answer, context={"bot": BOT})
    except ValidationError as error:
        for problem in error.errors():
            yield f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        return
    yield from unknown(parsed, "")


def unknown(value: Any, where: str) -> Iterator[str]:
    """Fields that no model has."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from unknown(item, f"{where}.{at}")
    elif isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{where}.{name}: unknown to {type(value).__name__}"
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{where}.{name}")


if __name__ == "__main__":
    main()

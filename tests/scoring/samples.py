"""The instruments of these tests, loaded once."""

from functools import cache
from pathlib import Path

from scoring import Instrument, load_bundled, load_directory

HERE = Path(__file__).parent


@cache
def instrument(code: str) -> Instrument:
    folder = HERE / "instruments" / code
    return load_directory(folder) if folder.is_dir() else load_bundled(code)

"""Broken instruments: each case changes the small base and pins every message exactly (bad/*.yaml).

A case has `change` (in `file`, `replace` by `with`; `text` instead gives the whole file, null removes
it) and `expect`, the problems as they are printed, in order.
"""

from pathlib import Path
from typing import Any

import pytest

from scoring import InstrumentError, load_directory
from scoring.check import check
from scoring.errors import CATALOGUE
from scoring.load import load_bundled
from tests.support.yaml_texts import parsed

HERE = Path(__file__).parent / "bad"
BASE = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "base").iterdir()}


def cases() -> list[Any]:
    params = []
    for path in sorted(HERE.glob("*.yaml")):
        for name, case in parsed(path.read_text(encoding="utf-8")).items():
            params.append(pytest.param(case, id=f"{path.stem}: {name}"))
    return params


def broken(case: Any, folder: Path) -> Path:
    files: dict[str, Any] = dict(BASE)
    for change in case["change"]:
        name = change["file"]
        if "text" in change:
            files[name] = change["text"]
        else:
            assert files[name].count(change["replace"]) == 1, change["replace"]
            files[name] = files[name].replace(change["replace"], change["with"])
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", cases())
def test_bad(case: Any, tmp_path: Path) -> None:
    folder = broken(case, tmp_path)
    assert [str(problem) for problem in check(folder)] == case["expect"]
    with pytest.raises(InstrumentError) as caught:
        load_directory(folder)
    assert sorted(str(caught.value).splitlines()) == sorted(case["expect"])


def test_the_base_is_sound() -> None:
    assert check(HERE / "base") == []


def test_every_message_is_pinned() -> None:
    """No message of the catalogue goes without a case, be it of an instrument or of answers."""
    texts = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("**/*.yaml")
    )
    elsewhere = {"not_a_directory", "not_utf8", "incomplete", "and_more"}  # here, in test_source
    assert [code for code in CATALOGUE if f"{code} [" not in texts and code not in elsewhere] == []


def test_a_skeleton_is_a_warning() -> None:
    folder = Path(__file__).parent / "instruments" / "skeleton-2016"
    (warning,) = check(folder)
    assert warning.is_warning
    assert str(warning) == (
        "incomplete [instrument.yaml:4] Skeleton, 2 of 83 indicators; missing: Hak atas kesehatan, "
        "semua indikator; Hak atas pendidikan, rasio sekolah terakreditasi. "
        "No period can be opened until it is added."
    )


def test_unreadable_places(tmp_path: Path) -> None:
    (missing,) = check(tmp_path / "none")
    assert missing.code == "not_a_directory"
    (too_long,) = check(tmp_path / ("x" * 5000))
    assert too_long.code == "not_a_directory"
    (tmp_path / "instrument.yaml").write_bytes(b"code: \xff\xfe")
    (unreadable,) = check(tmp_path)
    assert str(unreadable) == (
        "not_utf8 [instrument.yaml:1] The file is not UTF-8 text. Save it again as UTF-8."
    )


def test_an_unknown_instrument_is_told_with_the_nearest() -> None:
    with pytest.raises(InstrumentError, match="Did you mean `permenkumham-25-2013`"):
        load_bundled("permenkumham-25-2031")

"""The strict reader on files that are no files of ours: the true line, and an end before it takes long."""

import random

import pytest
import yaml

from scoring import AnswersError, InstrumentError
from scoring import source as reader
from scoring.answers import parse_answers
from scoring.errors import LISTED, nearest
from scoring.fields import Problems
from scoring.source import Mapping, Scalar, Sequence, parse_yaml
from tests.scoring.samples import instrument


def problems_in(text: str) -> list[tuple[str, int]]:
    with pytest.raises(InstrumentError) as caught:
        parse_yaml(text, "x.yaml")
    return [(one.code, one.line) for one in caught.value.problems]


LINES = "".join(f"k{number}: v\n" for number in range(59))
BROKEN = {
    "a vertical tab": ("x: a\x0bb", "control_character"),
    "a form feed": ("x: a\x0cb", "control_character"),
    "a NUL": ("x: \0", "control_character"),
    "a quote that is never closed": ("x: 'a\ny: b\nz: c", "yaml_syntax"),
    "a bracket that is never closed": ("x: [a,\n  b,\n", "yaml_syntax"),
    "a line without a colon": ("x\ny: b", "yaml_syntax"),
    "two colons": ("x: a: b", "yaml_syntax"),
    "a tab": ("\tx: a", "yaml_syntax"),
    "a reserved character": ("x: @y", "yaml_syntax"),
    "an unknown escape": ('x: "\\q"', "yaml_syntax"),
    "an anchor": ("x: &a b", "yaml_feature"),
    "an alias": ("x: *a", "yaml_feature"),
    "a key twice": ("k1: w", "duplicate_key"),
    "typographic quotes": ("x: “a”", "curly_quotes"),
}


@pytest.mark.parametrize(
    "before", ["", "# a\u2028# b\u2029# c\x85# d\n"], ids=["plain", "separators"]
)
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("loader", [reader.LOADER, yaml.SafeLoader])
def test_the_line_is_the_true_one(
    name: str, before: str, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LOADER", loader)
    text, code = BROKEN[name]
    assert problems_in(before + LINES + text) == [(code, 60 + len(before.split("\n")) - 1)]


def test_a_second_document_is_told() -> None:
    assert problems_in("a: b\n---\nc: d\n") == [("yaml_outgrown", 2)]


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_nothing_is_told(text: str) -> None:
    assert problems_in(text) == [("empty_file", 1)]


def test_quotation_marks_inside_a_text_stay() -> None:
    tree = parse_yaml("- “Satu” dan “dua”\n- '“tiga”'\n", "x.yaml")
    assert isinstance(tree, Sequence)
    assert [one.text for one in tree.items if isinstance(one, Scalar)] == [
        "“Satu” dan “dua”",
        "“tiga”",
    ]


def test_what_repeats_itself_ends_after_so_many_problems() -> None:
    problems = problems_in("{" + "a," * 500_000)
    assert len(problems) == LISTED + 1
    assert problems[-1][0] == "and_more"


def test_more_values_than_any_file_has_end_it() -> None:
    assert problems_in("[" + "a," * 500_000) == [("yaml_outgrown", 1)]


def test_an_error_in_a_long_file_keeps_the_words_of_the_fast_reader() -> None:
    lines = "".join(f"key-{number}: value\n" for number in range(5_000))
    assert len(lines) > reader.REWORDED
    assert problems_in(lines + "x: [a, b\n") == [("yaml_syntax", 5_001)]


def test_unknown_keys_end_after_so_many_problems() -> None:
    text = "answers:\n" + "".join(f"  x{number}: {{value: 1}}\n" for number in range(5_000))
    with pytest.raises(AnswersError) as caught:
        parse_answers(text, "a.yaml", instrument("permenkumham-25-2013"))
    assert [one.code for one in caught.value.problems] == ["unknown_indicator"] * LISTED + [
        "and_more"
    ]
    assert str(caught.value.problems[-1]) == (
        f"and_more [a.yaml:{LISTED + 2}] There is more; these are the first {LISTED}. Correct them, then try again."
    )


def test_warnings_that_many_are_passed_over() -> None:
    problems, node = Problems(), Scalar("x.yaml", 1, "x")
    for _ in range(LISTED + 5):
        problems.add("incomplete", node, found=1, wanted=2, missing="x")
    assert len(problems.noted) == LISTED
    assert not problems.errors


def test_both_readers_give_the_same_tree() -> None:
    dice = random.Random(7)
    words = (
        "a",
        "'b'",
        '"c"',
        "1",
        "1.5",
        "no",
        "~",
        "2017-01-01",
        "x y",
        "é",
        "|\n  z",
        "[a, b]",
        "{c: d}",
    )
    for _ in range(300):
        text = "".join(
            f"k{number}: {dice.choice(words)}\n" for number in range(dice.randrange(1, 9))
        )
        fast = parse_yaml(text, "x.yaml")
        slow = reader.LOADER
        try:
            reader.LOADER = yaml.SafeLoader
            assert parse_yaml(text, "x.yaml") == fast
        finally:
            reader.LOADER = slow
        assert isinstance(fast, Mapping)


def test_a_word_beyond_any_spelling_is_compared_with_none() -> None:
    assert nearest("x" * 5_000, ["x" * 4_999]) is None
    assert nearest("KOTA", ["kota", "kabupaten"]) == "kota"
    assert nearest("kot", ["kota", "KOTA"]) == "kota"
    assert nearest("zzz", ["kota"]) is None

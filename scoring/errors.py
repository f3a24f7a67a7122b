"""Everything that can be wrong, in English, for authors of instruments, rosters and answer files.

ScoringError (code, params)
 ├─ InstrumentError   problems in an instrument or another strict YAML file, each with its line
 │   └─ AnswersError  the same for ANSWERS.yaml
 └─ AnswerError       an answer that cannot be scored: AnswerProblems, for templates
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, Literal, NamedTuple, NewType, cast

from msgspec import Struct, field

LONGEST = 100
"""Characters of a word that is compared with others."""
LISTED = 200
"""Problems of one file that are told; whoever has so many has sent another file."""


class ErrorEntry(NamedTuple):
    """What is wrong and how to fix it; both are filled with the problem's parameters."""

    message: str
    fix: str
    severity: str = "error"


Code = Literal[
    "not_a_directory", "not_utf8", "yaml_syntax", "control_character", "curly_quotes", "yaml_outgrown",
    "and_more", "yaml_feature", "empty_file", "duplicate_key", "ambiguous_scalar", "unknown_key",
    "missing_key", "wrong_type", "empty_text", "bad_code", "reserved_code", "bad_number", "grouped_number",
    "unknown_word", "too_long", "bad_markup", "missing_file", "unlisted_file", "duplicate_code",
    "duplicate_number", "no_subject", "unknown_reference", "wrong_kind", "unused_input", "options_needed",
    "options_unwanted", "bands_needed", "bands_unwanted", "bad_range", "range_backwards", "too_precise",
    "band_overlap", "band_hole", "band_open_end", "hole_unfounded", "points_not_falling", "bands_wrong_way",
    "points_equal", "evidence_needed", "points_unwanted", "relevant_unwanted", "after_what",
    "weight_missing", "weight_unwanted", "condition_nested", "condition_operators", "condition_operator",
    "condition_value", "condition_circle", "negative_points", "component_missing", "component_unwanted",
    "ceilings_sum", "components_without_mean", "no_indicators", "ratings_order", "ratings_bottom",
    "missing_unsaid", "missing_but_complete", "count_differs", "incomplete", "unknown_indicator",
    "answer_mixed", "accepted_unwanted", "parts_expected", "answer_refused",
]  # fmt: skip
"""What can be wrong with any file that is read strictly."""
OwnCode = NewType("OwnCode", str)
"""What can be wrong with a file that this package does not know; made by the `own` of whoever words it."""
RefusalCode = Literal[
    "missing_input", "unknown_input", "not_a_number", "not_yes_no", "unknown_option", "negative",
    "too_large", "not_whole", "part_above_whole", "whole_is_zero", "ready_value_unwanted",
    "ready_value_in_parts", "value_out_of_range",
]  # fmt: skip
"""Why an answer cannot be taken."""
CATALOGUE: dict[Code, ErrorEntry] = {
    # Files and YAML
    "not_a_directory": ErrorEntry(
        "There is no folder {path}.", "Give the folder that holds instrument.yaml."
    ),
    "not_utf8": ErrorEntry("The file is not UTF-8 text.", "Save it again as UTF-8."),
    "yaml_syntax": ErrorEntry(
        "This is not valid YAML: {reason}.", "Check quotes, colons and indentation."
    ),
    "control_character": ErrorEntry(
        "The character {found} cannot be seen and means nothing here.",
        "Delete it, or type the line again.",
    ),
    "curly_quotes": ErrorEntry(
        "The quotation marks of {text} are typographic, so they are part of the text.",
        "Use straight ones (\" or '), or none.",
    ),
    "yaml_outgrown": ErrorEntry(
        "The file is no file of this kind: {what}.", "Check that it is the right file."
    ),
    "and_more": ErrorEntry(
        "There is more; these are the first {count}.", "Correct them, then try again."
    ),
    "yaml_feature": ErrorEntry(
        "Anchors, aliases and tags are not used here ({what}).",
        "Write the value out where it is needed.",
    ),
    "empty_file": ErrorEntry("The file holds nothing.", "Fill it, or remove it."),
    "duplicate_key": ErrorEntry(
        "`{key}` stands twice (first on line {first}).", "Keep one of the two."
    ),
    "ambiguous_scalar": ErrorEntry(
        "Other readers of YAML take {text} for a {kind}, not for text.", "Put it in quotes."
    ),
    # Keys and types
    "unknown_key": ErrorEntry("`{key}` is not a key of {what}.", "Allowed: {allowed}."),
    "missing_key": ErrorEntry("{what} lacks `{key}`.", "Add it."),
    "wrong_type": ErrorEntry("`{key}` should be {wanted}, not {found}.", "Write {wanted}."),
    "empty_text": ErrorEntry("`{key}` is empty.", "Fill it in."),
    "bad_code": ErrorEntry(
        "`{text}` is not a code.", "Use small letters, digits, - and _, beginning with a letter."
    ),
    "reserved_code": ErrorEntry("`{text}` is a word of answer files.", "Choose another code."),
    "bad_number": ErrorEntry(
        "`{text}` is not {wanted}.",
        "Write plain digits, with a point before decimals: 1250 or 12.5.",
    ),
    "grouped_number": ErrorEntry(
        "`{text}` can be meant as {plain} or as {grouped}.",
        "Write whole numbers without a point, and decimals without a nought at their end.",
    ),
    "unknown_word": ErrorEntry("`{text}` is not known for `{key}`.", "Allowed: {allowed}."),
    "too_long": ErrorEntry(
        "`{key}` has {length} characters; {most} fit (“{text}”).", "Find a shorter wording."
    ),
    "bad_markup": ErrorEntry(
        "`{key}` holds {what}.", "Only pairs of ** (bold), {{daerah}} and {{tahun}} are known."
    ),
    # Instrument
    "missing_file": ErrorEntry("{file} is missing.", "Add it, or take it off the list of rights."),
    "unlisted_file": ErrorEntry(
        "The file is not a right that instrument.yaml lists.",
        "Add `{stem}` to `rights`, or remove the file.",
    ),
    "duplicate_code": ErrorEntry(
        "The code `{code}` is used twice in {what}.", "Give each its own."
    ),
    "duplicate_number": ErrorEntry(
        "Two indicators have the number {number}.", "Give each its own."
    ),
    "no_subject": ErrorEntry("It is not said what is changed.", "Name one of: {allowed}."),
    "unknown_reference": ErrorEntry("`{text}` is not one of {what}.", "Allowed: {allowed}."),
    "wrong_kind": ErrorEntry(
        "The rule needs `{input}` to be {wanted}, but it is {found}.",
        "Change the rule or the input.",
    ),
    "unused_input": ErrorEntry("No rule uses the input `{code}`.", "Use it, or remove it."),
    "options_needed": ErrorEntry(
        "The choice `{code}` has {count} options.", "Give it at least two."
    ),
    "options_unwanted": ErrorEntry("`{code}` is no choice, yet it has options.", "Remove them."),
    "bands_needed": ErrorEntry("A {rule} needs bands.", "Add `bands`."),
    "bands_unwanted": ErrorEntry("A {rule} has no bands.", "Remove `bands`."),
    "bad_range": ErrorEntry(
        "“{text}” is not a range.",
        "Write it as printed: ≤ 110, 111–140, > 0–1, ≥ 230, 0; decimals with a comma.",
    ),
    "range_backwards": ErrorEntry(
        "“{text}” ends before it begins.", "Put the smaller number first."
    ),
    "too_precise": ErrorEntry(
        "“{text}” has more decimals than `precision` {precision}.", "Raise the precision."
    ),
    "band_overlap": ErrorEntry(
        "“{range}” overlaps “{other}”.", "Move an edge, so that each value has one band."
    ),
    "band_hole": ErrorEntry(
        "Nothing says what {hole} brings, between “{range}” and “{other}”.",
        "Move an edge, or declare the hole of the print under `holes`.",
    ),
    "band_open_end": ErrorEntry(
        "Values {hole} lie in no band.", "Let the bands cover everything from 0 on."
    ),
    "hole_unfounded": ErrorEntry(
        "“{range}” is declared as a hole, but there is none.", "Remove it."
    ),
    "points_not_falling": ErrorEntry(
        "“{range}” brings {points} after {before}.",
        "List the bands from best to worst, points falling.",
    ),
    "bands_wrong_way": ErrorEntry(
        "The bands do not run the way that `better: {better}` says.",
        "List the best first, or turn `better`.",
    ),
    "points_equal": ErrorEntry("All answers bring the same points.", "Points must differ."),
    "evidence_needed": ErrorEntry(
        "A document is to be proved, and no evidence is named.", "Say what it is under `evidence`."
    ),
    "points_unwanted": ErrorEntry(
        "Only the number of what is chosen counts, yet an option has points.",
        "Remove them, or use the rule `choices`.",
    ),
    "relevant_unwanted": ErrorEntry(
        "The rule cannot do without `{code}`, which may not be asked.",
        "Take `relevant` off it; only what a sum adds may be missing.",
    ),
    "after_what": ErrorEntry(
        "It is not said what must come first.", "Give either `indicator` or `component`."
    ),
    "weight_missing": ErrorEntry(
        "Others beside `{code}` have a weight, and it has none.", "Give all of them one, or none."
    ),
    "weight_unwanted": ErrorEntry(
        "Weights have a meaning only with `mean_of_rights`.", "Change `method`, or remove them."
    ),
    "condition_nested": ErrorEntry(
        "`{joint}` stands directly in `{joint}`.", "Put its parts into the outer one."
    ),
    "condition_operators": ErrorEntry(
        "A condition compares in one way, not in {count}.", "Give one of: {allowed}."
    ),
    "condition_operator": ErrorEntry(
        "`{input}` is {kind}, which is not compared by `{operator}`.", "Use one of: {allowed}."
    ),
    "condition_value": ErrorEntry(
        "`{text}` is no answer to `{input}`, which is {kind}.",
        "Give a number, true or false, or the code of one of its options.",
    ),
    "condition_circle": ErrorEntry(
        "The indicators {numbers} wait for each other.", "Take one of their conditions away."
    ),
    "negative_points": ErrorEntry("{points} points are below 0.", "Points are 0 or more."),
    "component_missing": ErrorEntry(
        "The right has components; `{code}` names none.", "Add `component`."
    ),
    "component_unwanted": ErrorEntry(
        "The right has no components.", "Remove `component`, or add `components`."
    ),
    "ceilings_sum": ErrorEntry("The ceilings add up to {sum}.", "They must add up to 100."),
    "components_without_mean": ErrorEntry(
        "Components have a meaning only with `mean_of_rights`.", "Change `method`, or remove them."
    ),
    "no_indicators": ErrorEntry(
        "The right `{code}` has no indicators.", "Add them, or set `complete: false`."
    ),
    "ratings_order": ErrorEntry(
        "The rating `{code}` from {minimum} is not below the one before.", "List the best first."
    ),
    "ratings_bottom": ErrorEntry(
        "No rating begins at 0.", "Add what a total below {lowest} earns."
    ),
    "missing_unsaid": ErrorEntry(
        "`complete: false` without saying what is missing.", "List it under `missing`."
    ),
    "missing_but_complete": ErrorEntry(
        "`complete: true`, yet something is missing.", "Empty `missing`."
    ),
    "count_differs": ErrorEntry(
        "{found} indicators, but `indicators` says {wanted}.", "Correct one of them."
    ),
    "incomplete": ErrorEntry(
        "Skeleton, {found} of {wanted} indicators; missing: {missing}.",
        "No period can be opened until it is added.",
        "warning",
    ),
    # Answers
    "unknown_indicator": ErrorEntry("There is no indicator {text}.", "Known: {allowed}."),
    "answer_mixed": ErrorEntry(
        "An answer is inputs, or `value`, or `absence`.", "Keep one of them."
    ),
    "accepted_unwanted": ErrorEntry("`accepted` goes with `not_applicable` only.", "Remove it."),
    "parts_expected": ErrorEntry(
        "{given} parts, but `expected` is {expected}.", "Raise `expected`."
    ),
    "answer_refused": ErrorEntry("Indicator {no}: {reason}.", "Correct the figures."),
}


# An AnswerProblem in words, for authors of ANSWERS.yaml; people see templates.
REFUSALS: dict[RefusalCode, str] = {
    "missing_input": "`{input}` is missing",
    "unknown_input": "`{input}` is not asked for",
    "not_a_number": "{value} is not a number",
    "not_yes_no": "{value} is neither true nor false",
    "unknown_option": "“{value}” is no option of `{input}`",
    "negative": "{value} is below 0",
    "too_large": "{value} is too large to be true",
    "not_whole": "`{input}` counts {unit}, and {value} is not a whole number",
    "part_above_whole": "`{input}` is {part}, more than its whole of {whole}",
    "whole_is_zero": "`{input}` is 0, and nothing is a share of 0",
    "ready_value_unwanted": "a ready value is not taken here, only the inputs",
    "ready_value_in_parts": "ready values of several offices cannot be added, only their inputs",
    "value_out_of_range": "{value} is above {most}",
}


class InstrumentProblem(Struct, frozen=True):
    """One thing wrong in a file: a code of the catalogue, where, its parameters, the likely
    spelling. `own`: the entries of a file that this package does not know, for a class of its own.
    """

    own: ClassVar[Mapping[Any, ErrorEntry]] = {}
    code: Code | OwnCode
    file: str
    line: int
    params: Mapping[str, object] = field(default_factory=dict)
    nearest: str | None = None

    @classmethod
    def more(cls, file: str, line: int) -> InstrumentProblem:
        """Return what stands behind the last problem that is told."""
        return cls("and_more", file, line, {"count": LISTED})

    @property
    def entry(self) -> ErrorEntry:
        return self.own.get(self.code) or CATALOGUE[cast("Code", self.code)]

    @property
    def is_warning(self) -> bool:
        """Tell whether the file can be used all the same (a skeleton, say)."""
        return self.entry.severity == "warning"

    @property
    def message(self) -> str:
        """What is wrong."""
        return self.entry.message.format(**self.params)

    @property
    def fix(self) -> str:
        """How to put it right, with the nearest spelling where there is one."""
        hint = f" Did you mean `{self.nearest}`?" if self.nearest else ""
        return self.entry.fix.format(**self.params) + hint

    def __str__(self) -> str:
        return f"{self.code} [{self.file}:{self.line}] {self.message} {self.fix}"


class AnswerProblem(Struct, frozen=True):
    """Why an answer cannot be taken; a template puts the code and its parameters into words."""

    code: RefusalCode
    params: Mapping[str, object] = field(default_factory=dict)


class ScoringError(Exception):
    """Base of all; `code` and `params`, no sentence for users."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class InstrumentError(ScoringError):
    """An instrument (or another strict YAML file) that cannot be used; all problems at once."""

    def __init__(self, problems: Iterable[InstrumentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("instrument", problems=self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class AnswersError(InstrumentError):
    """The same for a file of answers."""


class AnswerError(ScoringError):
    """An answer that `problems` would have refused, given to be scored."""

    def __init__(self, no: int, problems: Iterable[AnswerProblem]) -> None:
        self.no = no
        self.problems = tuple(problems)
        super().__init__("answer", no=no, problems=self.problems)


def nearest(text: str, known: Iterable[object]) -> str | None:
    """Return the known spelling closest to `text`, or None when none is close."""
    if len(text) > LONGEST:
        return None
    spellings = [str(one) for one in known]
    folded = {spelling.casefold(): spelling for spelling in reversed(spellings)}
    close = get_close_matches(text, spellings, n=1, cutoff=0.6)
    alike = get_close_matches(text.casefold(), folded, n=1, cutoff=0.6)
    return close[0] if close else folded[alike[0]] if alike else None

"""The assessment as a pure library: regulation data in, exact points out.

`load_directory` reads an instrument (rights → indicators → questions, bands, sources), `score`
turns answers into points, totals and a rating, `reachable` says what is still open. Standard
library and PyYAML (in `source` only); no clock, no network, no sentences: explanations are codes
and parameters. What stands in `__all__` is for others to import (docs/scoring.md).
"""

from scoring.anomalies import Anomaly, References, find_anomalies, part_score
from scoring.answers import read_answers
from scoring.check import check
from scoring.errors import (
    AnswerError,
    AnswerProblem,
    AnswersError,
    InstrumentError,
    InstrumentProblem,
    ScoringError,
)
from scoring.load import bundled_codes, load_bundled, load_directory, load_texts
from scoring.model import (
    Absence,
    Answer,
    Band,
    Component,
    Document,
    Evidence,
    Given,
    Guidance,
    Indicator,
    Input,
    InputKind,
    Instrument,
    Option,
    Rating,
    Ratio,
    Response,
    Right,
    Source,
    Status,
    Sum,
)
from scoring.question_kinds import is_figure
from scoring.reach import next_step, reachable, total_with
from scoring.reasons import Mend, ReturnReason
from scoring.relevance import relevant_inputs
from scoring.results import Basis, Explanation, IndicatorScore, Reach, RightScore, Score, Step
from scoring.rules import part_value, problems, score_indicator
from scoring.score import held, score, unchanged

__all__ = [
    "Absence",
    "Anomaly",
    "Answer",
    "AnswerError",
    "AnswerProblem",
    "AnswersError",
    "Band",
    "Basis",
    "Component",
    "Document",
    "Evidence",
    "Explanation",
    "Given",
    "Guidance",
    "Indicator",
    "IndicatorScore",
    "Input",
    "InputKind",
    "Instrument",
    "InstrumentError",
    "InstrumentProblem",
    "Mend",
    "Option",
    "Rating",
    "Ratio",
    "Reach",
    "References",
    "Response",
    "ReturnReason",
    "Right",
    "RightScore",
    "Score",
    "ScoringError",
    "Source",
    "Status",
    "Step",
    "Sum",
    "bundled_codes",
    "check",
    "find_anomalies",
    "held",
    "is_figure",
    "load_bundled",
    "load_directory",
    "load_texts",
    "next_step",
    "part_score",
    "part_value",
    "problems",
    "reachable",
    "read_answers",
    "relevant_inputs",
    "score",
    "score_indicator",
    "total_with",
    "unchanged",
]

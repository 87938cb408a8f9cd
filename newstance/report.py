"""A report on a model: one page of HTML that needs nothing else, neither network nor scripts.

All text in it is hostile until escaped. The same examination gives the same bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from newstance import curves
from newstance.cards import MEASURES
from newstance.codebook import Codebook
from newstance.coders import compare_coders
from newstance.diagrams import reliability_diagram, risk_coverage_diagram
from newstance.errors import NewstanceError
from newstance.estimates import Estimate, confusion, in_digits
from newstance.evaluate import Examination
from newstance.explain import explain
from newstance.explain_html import marked
from newstance.files import replacing_file
from newstance.mistakes import Judgement, mistakes
from newstance.model import Model
from newstance.records import Sentence
from newstance.slices import slices
from newstance.undefined import INTERVALS, in_words

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATE = Path(__file__).parent / "report.html"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Subject:
    """What was measured on what: the gold file and its bytes, the model's folder (None: the shipped
    one), and whether its scikit-learn pipeline was asked."""

    gold: Path
    data: bytes
    model: Path | None
    is_pipeline: bool

    @property
    def digest(self) -> str:
        """The SHA-256 of the gold file."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Score:
    """A row of scores; ``baseline`` is that of the majority answer, where there is one."""

    key: str
    words: str
    score: Estimate
    baseline: float | None


@dataclass(frozen=True)
class Confusion:
    """How often a gold stance (rows) was taken for which (columns), given the topic."""

    name: str
    counts: list[list[int]]


@dataclass(frozen=True)
class Diagram:
    """A diagram as SVG, of how many answers, and the curve in it if it is one of risk."""

    title: str
    n: int
    svg: str
    curve: curves.RiskCoverage | None = None


def write_report(path: Path, examination: Examination, *, model: Model, subject: Subject) -> None:
    """Write the report in one step.

    Raises NewstanceError if Jinja2 or matplotlib is missing, votes are not as a corpus has them, or
    the path is the gold file or cannot be written.
    """
    if path.exists() and path.samefile(subject.gold):
        raise NewstanceError(f"{path}: is the gold file, which would be lost; give another path.")
    page = render(examination, model=model, subject=subject)
    with replacing_file(path) as partial:
        partial.write_text(page, encoding="utf-8")


def render(examination: Examination, *, model: Model, subject: Subject) -> str:
    """The report as HTML; errors as for ``write_report``, but for the path."""
    try:
        import matplotlib  # noqa: F401
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise NewstanceError(
            "a report needs Jinja2 and matplotlib, which are not installed; "
            "install newstance[report]."
        ) from None
    codebook, sentences = model.codebook, examination.sentences
    page = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_controls,
    )
    page.filters["digits"] = in_digits
    return page.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        examination=examination,
        codebook=codebook,
        manifest=model.manifest,
        newstance=version("newstance"),
        subject=subject,
        scores=list(_scores(examination)),
        remarks=in_words(examination.left_out),
        coders=compare_coders(
            sentences, examination.said.decided, codebook, name=str(subject.gold)
        ),
        confusions=list(_confusions(examination, codebook)),
        diagrams=list(_diagrams(examination)),
        n_wrong=int((examination.gold != examination.said.decided).any(axis=1).sum()),
        mistakes=mistakes(examination, codebook),
        explained=partial(_explained, model),
        slices=slices(examination, codebook),
    )


def _without_controls(value: Any) -> Any:
    """Text without the control characters that no page may hold."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value) if type(value) is str else value


def _explained(model: Model, sentence: Sentence, answer: Judgement) -> "Markup":
    """The sentence, its words shaded by what they add to what was said of a topic."""
    from markupsafe import Markup

    k = model.codebook.topic_names.index(answer.topic)
    words = explain(model, sentence).words()
    shares = [float(word.share.topics[k]) for word in words]
    if answer.said is not None and answer.gold is not None:
        s = model.codebook.stance_names.index(answer.said)
        shares = [float(word.share.stances[k, s]) for word in words]
    return Markup(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", marked(words, shares, sentence.text)))


def _scores(examination: Examination) -> Iterator[Score]:
    told, left_out = examination.evaluation, examination.left_out
    for key, words in MEASURES.items():
        if key not in left_out:
            low, high = (None, None) if INTERVALS in left_out else told.intervals[key]
            yield Score(key, words, Estimate(told.measures[key], low, high), told.baseline[key])


def _confusions(examination: Examination, codebook: Codebook) -> Iterator[Confusion]:
    """That of all topics, then each topic's; those without gold labels are left out."""
    guessed = np.eye(len(codebook.stances))[examination.said.stances.argmax(axis=2)]
    every = [("all topics", slice(None))]
    every += [(topic, slice(k, k + 1)) for k, topic in enumerate(codebook.topic_names)]
    for name, own in every:
        counts = confusion(examination.gold[:, own], guessed[:, own]).sum(axis=0).astype(int)
        if counts.any():
            yield Confusion(name, counts.tolist())


def _diagrams(examination: Examination) -> Iterator[Diagram]:
    told = examination.gold, examination.said, examination.items
    for name, title, answers in (
        ("topics", "Topics: probability of each", curves.topic_probabilities(*told)),
        ("stances", "Stance given the topic: probability of the likeliest", curves.stances(*told)),
    ):
        if len(answers.confidence):
            svg = reliability_diagram(curves.reliability(answers), name=f"r-{name}", title=title)
            yield Diagram(title, len(answers.confidence), svg)
    for name, title, answers in (
        ("topics", "Topics that were given, surest first", curves.given_topics(*told)),
        ("stances", "Stance given the topic, surest first", curves.stances(*told)),
    ):
        if curve := curves.risk_coverage(answers):
            svg = risk_coverage_diagram(curve, name=f"c-{name}", title=title)
            yield Diagram(title, len(answers.confidence), svg, curve)

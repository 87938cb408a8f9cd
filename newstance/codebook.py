"""The codebook: which topics and stances there are, and what each means.

It is read from ``codebook.toml``, the one place that states them; everything that needs to name
or explain a label asks here. Topics and stances keep the file's order, which is the order of all
columns in newstance.

The codebook's ``version`` goes up by one whenever a topic or stance is added, changed, renamed or
removed. An entry's ``version`` is the codebook's at which what it means last changed: a new name is
no new meaning. What that makes of labels given before stands in ``newstance.stale``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newstance.codebook_faults import faults, label_fault
from newstance.errors import NewstanceError
from newstance.files import read_text

FILE = "codebook.toml"


@dataclass(frozen=True)
class Topic:
    """A topic: its name in labels, what it covers and excludes, and the target of a stance."""

    name: str
    version: int
    definition: str
    covers: str
    excludes: str
    target: str


@dataclass(frozen=True)
class Stance:
    """A stance: its name in labels and what its holder says or does."""

    name: str
    version: int
    definition: str


@dataclass(frozen=True)
class Rule:
    """A rule for a close case."""

    case: str
    rule: str


@dataclass(frozen=True)
class Question:
    """A question that a coder asks to find the stance, and how to answer it."""

    question: str
    answer: str


@dataclass(frozen=True)
class Example:
    """A sentence with the labels that the codebook gives it."""

    text: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Codebook:
    """Topics, stances and the rules by which a sentence is labelled."""

    title: str
    version: int
    unit: str
    topic_rule: str
    stance_rule: str
    topics: tuple[Topic, ...]
    topic_cases: tuple[Rule, ...]
    questions: tuple[Question, ...]
    stances: tuple[Stance, ...]
    stance_cases: tuple[Rule, ...]
    examples: tuple[Example, ...]

    @property
    def topic_names(self) -> tuple[str, ...]:
        """The topics' names, in the order of all columns."""
        return tuple(topic.name for topic in self.topics)

    @property
    def stance_names(self) -> tuple[str, ...]:
        """The stances' names, in the order of all columns."""
        return tuple(stance.name for stance in self.stances)

    def fault(self, labels: object) -> str | None:
        """What is wrong with the labels of a row, or None: unknown topic, stance, or no object."""
        return label_fault(labels, self.topic_names, self.stance_names)


ENTRIES = {
    "topics": Topic,
    "topic_cases": Rule,
    "questions": Question,
    "stances": Stance,
    "stance_cases": Rule,
    "examples": Example,
}


def read_codebook(path: Path) -> Codebook:
    """The codebook in a TOML file; raises NewstanceError that names the entry at fault."""
    return parse_codebook(read_text(path), name=str(path))


def parse_codebook(text: str, *, name: str) -> Codebook:
    """The codebook in a text of TOML; ``name`` is what an error calls its place."""
    table = parse_table(text, name=name)
    if found := list_faults(table):
        more = f" ({len(found) - 1} more faults)" if len(found) > 1 else ""
        raise NewstanceError(f"{name}: {found[0]}{more}.")
    entries = {
        key: tuple(kind(**row) for row in table.get(key, [])) for key, kind in ENTRIES.items()
    }
    texts = {key: value.strip() for key, value in table.items() if isinstance(value, str)}
    return Codebook(**(table | texts | entries))


def parse_table(text: str, *, name: str) -> dict[str, Any]:
    """The table in a text of TOML; raises NewstanceError with the line that is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at its end, line {len(text.splitlines())}"
        told = str(error).replace("at end of document", end)
        raise NewstanceError(f"{name}: is not valid TOML ({told}); correct that line.") from None


def list_faults(table: Mapping[str, Any]) -> list[str]:
    """All that is wrong with a codebook's table, in the order of the fields."""
    return list(faults(table, fields=Codebook.__annotations__, entries=ENTRIES))


def labels_unlike(one: Codebook, other: Codebook) -> str | None:
    """How the names of topics and stances of two codebooks differ; None if they do not."""
    names = {
        "topic": (one.topic_names, other.topic_names),
        "stance": (one.stance_names, other.stance_names),
    }
    parts = [
        f"{kind} {name!r} only in the {which}"
        for kind, (first, second) in names.items()
        for which, own, others in (("first", first, second), ("second", second, first))
        for name in own
        if name not in others
    ]
    if not parts and any(first != second for first, second in names.values()):
        return "the same names in another order"
    return ", ".join(parts) or None

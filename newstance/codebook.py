"""The codebook: which topics and stances there are, and what each means.

It is read from ``codebook.toml``, the one place that states them; everything that needs to name
or explain a label asks here. Topics and stances keep the file's order, which is the order of all
columns in newstance.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from newstance.errors import NewstanceError
from newstance.files import read_text

T = TypeVar("T")


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
        if not isinstance(labels, dict):
            return "'labels' is no object from topic to stance; write {} for none"
        for topic, stance in labels.items():
            if topic not in self.topic_names:
                return (
                    f"unknown topic {topic!r}; the codebook has {', '.join(self.topic_names)}; "
                    "correct the row or add the topic"
                )
            if stance not in self.stance_names:
                return (
                    f"unknown stance {stance!r}; the codebook has {', '.join(self.stance_names)}; "
                    "correct the row or add the stance"
                )
        return None


def read_codebook(path: Path) -> Codebook:
    """The codebook in a TOML file; raises NewstanceError that names the entry at fault."""
    try:
        table = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise NewstanceError(f"{path}: is not valid TOML ({error}); correct that line.") from None
    try:
        codebook = Codebook(
            title=_value(table, "title", str),
            version=_value(table, "version", int),
            unit=_value(table, "unit", str).strip(),
            topic_rule=_value(table, "topic_rule", str).strip(),
            stance_rule=_value(table, "stance_rule", str).strip(),
            topics=_entries(table, "topics", Topic),
            topic_cases=_entries(table, "topic_cases", Rule, required=False),
            questions=_entries(table, "questions", Question, required=False),
            stances=_entries(table, "stances", Stance),
            stance_cases=_entries(table, "stance_cases", Rule, required=False),
            examples=_entries(table, "examples", Example, required=False),
        )
        _check(codebook)
    except ValueError as error:
        raise NewstanceError(f"{path}: {error}.") from None
    return codebook


def _check(codebook: Codebook) -> None:
    for kind, names in (("topic", codebook.topic_names), ("stance", codebook.stance_names)):
        for name in names:
            if not name.isidentifier():
                raise ValueError(f"{kind} name {name!r} has other signs than letters, digits and _")
            if names.count(name) > 1:
                raise ValueError(f"{kind} {name!r} stands there twice; remove one")
    if len(codebook.stances) < 2:
        raise ValueError("fewer than two stances; add one")
    for example in codebook.examples:
        if fault := codebook.fault(example.labels):
            raise ValueError(f"example {example.text!r}: {fault}")


def _value(table: Mapping[str, Any], key: str, kind: type[T]) -> T:
    value = table.get(key)
    if not isinstance(value, kind):
        raise ValueError(f"{key!r} is {'missing' if value is None else 'no ' + kind.__name__}")
    return value


def _entries(
    table: Mapping[str, Any], key: str, kind: type[T], *, required: bool = True
) -> tuple[T, ...]:
    rows = table.get(key, [])
    if not isinstance(rows, list) or (required and not rows):
        raise ValueError(f"no [[{key}]] entry; add at least one")
    fields = kind.__annotations__
    entries = []
    for number, row in enumerate(rows, start=1):
        for wrong in sorted(fields.keys() ^ row.keys()):
            state = "missing" if wrong in fields else "unknown"
            raise ValueError(f"[[{key}]] entry {number}: {wrong!r} is {state}")
        entries.append(kind(**row))
    return tuple(entries)

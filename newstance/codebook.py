"""The codebook: which topics and stances there are, and what each means.

It is read from ``codebook.toml``, the one place that states them; everything that needs to name
or explain a label asks here. Topics and stances keep the file's order, which is the order of all
columns in newstance.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from newstance.errors import NewstanceError
from newstance.files import read_text

FILE = "codebook.toml"
PROBABILITY = "probability"

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
    return parse_codebook(read_text(path), name=str(path))


def parse_codebook(text: str, *, name: str) -> Codebook:
    """The codebook in a text of TOML; ``name`` is what an error calls its place."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NewstanceError(f"{name}: is not valid TOML ({error}); correct that line.") from None
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
        raise NewstanceError(f"{name}: {error}.") from None
    return codebook


def _check(codebook: Codebook) -> None:
    if len(codebook.stances) < 2:
        raise ValueError("fewer than two stances; add one")
    _check_names("topic", codebook.topic_names, taken=())
    _check_names("stance", codebook.stance_names, taken=(*codebook.topic_names, PROBABILITY))
    for example in codebook.examples:
        if fault := codebook.fault(example.labels):
            raise ValueError(f"example {example.text!r}: {fault}")


def _check_names(kind: str, names: Sequence[str], *, taken: Sequence[str]) -> None:
    for n, name in enumerate(names):
        if not name.isidentifier():
            raise ValueError(f"{kind} name {name!r} has other signs than letters, digits and _")
        if name in names[:n]:
            raise ValueError(f"{kind} {name!r} stands there twice; remove one")
        if name in taken:
            raise ValueError(f"{kind} name {name!r} has another meaning already; rename it")


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
    return tuple(_entry(row, f"[[{key}]] entry {n}", kind) for n, row in enumerate(rows, start=1))


def _entry(row: object, where: str, kind: type[T]) -> T:
    fields = kind.__annotations__
    if not isinstance(row, dict):
        raise ValueError(f"{where} is no table; write its fields below the heading")
    for wrong in sorted(fields.keys() ^ row.keys()):
        state = "missing; add it" if wrong in fields else "unknown; remove it"
        raise ValueError(f"{where}: {wrong!r} is {state}")
    for name, value in row.items():
        expected = fields[name] if isinstance(fields[name], type) else dict
        if not isinstance(value, expected):
            raise ValueError(f"{where}: {name!r} is no {expected.__name__}; correct it")
    return kind(**row)

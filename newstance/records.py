"""The one record: a sentence in its context, with labels and, once classified, scores.

It is what the corpus holds, what is classified and what comes out; fields that newstance does
not know travel through in ``other``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.codebook_faults import PROBABILITY
from newstance.errors import NewstanceError
from newstance.files import decode, read_bytes

DECIMALS = 6
OWN_FIELDS = ("text", "context", "labels", "scores", "remark")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class TopicScore:
    """Probabilities: of a topic, and of each stance given the topic (these sum to 1)."""

    probability: float
    stances: Mapping[str, float]


@dataclass(frozen=True)
class Sentence:
    """A news sentence in its context, with labels (None: not labelled) and scores by topic.

    ``remark`` says why a sentence could not be classified; ``other`` holds a row's further fields.
    """

    text: str
    context: str = ""
    labels: Labels | None = None
    scores: Mapping[str, TopicScore] | None = None
    remark: str | None = None
    other: Mapping[str, Any] = field(default_factory=dict)

    def to_row(self) -> dict[str, Any]:
        """The record as a JSON object: text, context, labels, scores, remark, then the others."""
        row: dict[str, Any] = {"text": self.text, "context": self.context}
        if self.labels is not None:
            row["labels"] = dict(self.labels)
        if self.scores is not None:
            row["scores"] = {
                topic: _rounded({PROBABILITY: score.probability, **score.stances})
                for topic, score in self.scores.items()
            }
        if self.remark is not None:
            row["remark"] = self.remark
        return row | dict(self.other)


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(score, DECIMALS) for name, score in scores.items()}


def plain(value: Any) -> str:
    """What JSON writes for a date, a decimal or bytes that a table's other columns may hold."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def to_line(sentence: Sentence) -> str:
    """The record as one line of JSON, without line end."""
    return json.dumps(sentence.to_row(), ensure_ascii=False, default=plain)


def read_jsonl(path: Path, *, codebook: Codebook | None = None) -> list[Sentence]:
    """The records of a JSONL file; with a codebook, each must carry labels that it knows.

    Raises NewstanceError for the first line at fault, with file and line.
    """
    return list(parse_jsonl(read_bytes(path), name=str(path), codebook=codebook))


def parse_jsonl(data: bytes, *, name: str, codebook: Codebook | None = None) -> Iterator[Sentence]:
    """The records in the lines of UTF-8 bytes; ``name`` is what an error calls their place."""
    for number, line in numbered_lines(decode(data, name=name)):
        try:
            yield parse_line(line, codebook=codebook)
        except ValueError as error:
            raise NewstanceError(f"{name} line {number}: {error}.") from None


def numbered_lines(text: str) -> Iterable[tuple[int, str]]:
    """The non-blank lines of a text with their numbers, from 1; only line feeds end a line."""
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def parse_line(
    line: str,
    *,
    codebook: Codebook | None = None,
    text_field: str = "text",
    context_field: str = "context",
) -> Sentence:
    """The record in a line of JSON; raises ValueError that says what is wrong with it."""
    row = parse_json(line)
    if not isinstance(row, dict):
        raise ValueError('is no JSON object; write one like {"text": "…"}')
    text, context = row.pop(text_field, None), row.pop(context_field, None)
    if not isinstance(text, str):
        raise ValueError(f"has no {text_field!r} that is a string; add it")
    if not isinstance(context, str | None):
        raise ValueError(f"{context_field!r} is no string; correct it or leave it out")
    if taken := row.keys() & {"text", "context"}:
        raise ValueError(f"{taken.pop()!r} has the name of one of ours; rename it")
    labels = row.get("labels")
    if codebook is not None:
        if "labels" not in row:
            raise ValueError("has no 'labels'; add an object from topic to stance, {} for none")
        labels = drop_nulls(labels)
        if fault := codebook.fault(labels):
            raise ValueError(fault)
    other = {key: value for key, value in row.items() if key not in OWN_FIELDS}
    return Sentence(text, context or "", labels, other=other)


def parse_json(line: str) -> object:
    """What a line of JSON holds; raises ValueError that says what is wrong with it."""
    try:
        row = json.loads(line, parse_constant=_refuse_constant)
        if "\\ud" in line.lower():
            json.dumps(row, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg} at column {error.colno}); mend it") from None
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair (\\ud…); mend it") from None
    except RecursionError:
        raise ValueError("is nested too deeply; mend it") from None
    return row


def _refuse_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is not JSON; write null")


def drop_nulls(labels: object) -> object:
    """Labels without the topics that are null, as data frames and Arrow write absent ones."""
    if isinstance(labels, dict):
        return {topic: stance for topic, stance in labels.items() if stance is not None}
    return labels

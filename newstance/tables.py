"""Tables of answers: their columns, and a sentence as a row of them.

A table has a row a sentence: text, context, the input's other columns, then for each topic its
stance (empty without the topic), ``TOPIC_probability`` and ``TOPIC_STANCE``, the probability of
each stance given the topic; then ``remark``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from newstance.codebook import Codebook
from newstance.codebook_faults import score_columns
from newstance.errors import NewstanceError
from newstance.records import DECIMALS, Sentence


@dataclass(frozen=True)
class Column:
    """A column of the input: the Arrow type of its values, and where the first of them stands."""

    type: Any
    place: str


@dataclass(frozen=True)
class Table:
    """The columns of an output: the input's others, around which stand ours.

    Raises NewstanceError for an input's column with the name of one of ours.
    """

    codebook: Codebook
    others: Mapping[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if taken := [name for name in self.others if name in self._answers]:
            raise NewstanceError(
                f"{self.others[taken[0]].place}: column {taken[0]!r} has the name of one of ours; "
                "rename it, or write .jsonl."
            )

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return ["text", "context", *self.others, *self._answers]

    @cached_property
    def _answers(self) -> list[str]:
        return [*score_columns(self.codebook.topic_names, self.codebook.stance_names), "remark"]

    def schema(self) -> Any:
        """The columns with their Arrow types; one that holds nothing is text."""
        import pyarrow as pa

        words = {"text", "context", *self.codebook.topic_names, "remark"}
        types = {name: pa.string() if name in words else pa.float64() for name in self.names}
        for name, column in self.others.items():
            types[name] = pa.string() if pa.types.is_null(column.type) else column.type
        return pa.schema(list(types.items()))

    def to_row(self, sentence: Sentence) -> list[Any]:
        """A sentence's values, in the order of the names."""
        row = [sentence.text, sentence.context, *map(sentence.other.get, self.others)]
        labels, scores = sentence.labels or {}, sentence.scores or {}
        for topic in self.codebook.topic_names:
            row.append(labels.get(topic))
            if score := scores.get(topic):
                row.append(round(score.probability, DECIMALS))
                row += [round(score.stances[s], DECIMALS) for s in self.codebook.stance_names]
            else:
                row += [None] * (1 + len(self.codebook.stance_names))
        return [*row, sentence.remark]

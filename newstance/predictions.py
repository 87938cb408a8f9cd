"""Labels and what a model says of them, as arrays with a row a sentence.

Columns are topics in codebook order; a stance is written as its place in the codebook, -1 stands
for a topic that is not given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.codebook import Codebook

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Predictions:
    """What a model said of sentences.

    ``decided`` (n, topics): the stance's number, -1 where the topic was not given.
    ``topics`` (n, topics): the topics' probabilities. ``stances`` (n, topics, stances): the
    stances' probabilities given the topic. ``is_known`` (n,): whether the model knows any feature
    of the text; if not, no topic is given.
    """

    decided: Ints
    topics: Floats
    stances: Floats
    is_known: NDArray[np.bool_]

    @property
    def confidence(self) -> Floats:
        """The probability that a topic and its likeliest stance are both right, (n, topics)."""
        return np.asarray(self.topics * self.stances.max(axis=2))

    @classmethod
    def concatenate(cls, parts: Sequence["Predictions"]) -> "Predictions":
        """The rows of all parts, in their order."""
        names = (field.name for field in fields(cls))
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def __getitem__(self, index: Any) -> "Predictions":
        return Predictions(
            self.decided[index], self.topics[index], self.stances[index], self.is_known[index]
        )


def to_gold(labels: Iterable[Mapping[str, str | None]], codebook: Codebook) -> Ints:
    """Labels as numbers, shape (n, topics)."""
    number = {stance: k for k, stance in enumerate(codebook.stance_names)}
    return np.array(
        [
            [number.get(row.get(topic) or "", -1) for topic in codebook.topic_names]
            for row in labels
        ],
        dtype=np.intp,
    ).reshape(-1, len(codebook.topics))

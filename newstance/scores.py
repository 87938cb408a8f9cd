"""What a model says before it is calibrated, and how that becomes probabilities.

Topics are calibrated by a sigmoid (Platt 1999, "Probabilistic Outputs for Support Vector
Machines"), stances by a temperature (Guo et al. 2017, "On Calibration of Modern Neural Networks").
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.predictions import Floats, Predictions


@dataclass(frozen=True)
class Scores:
    """What an uncalibrated model said of sentences.

    ``topics`` (n, topics): the log-odds of each topic. ``stances`` (n, topics, stances): the
    unnormalized log-probabilities of the stances given the topic. ``is_known`` (n,): whether the
    model knows any n-gram of the text.
    """

    topics: Floats
    stances: Floats
    is_known: NDArray[np.bool_]

    @classmethod
    def concatenate(cls, parts: Sequence["Scores"]) -> "Scores":
        """The rows of all parts, in their order."""
        names = (field.name for field in fields(cls))
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def __getitem__(self, index: Any) -> "Scores":
        return Scores(self.topics[index], self.stances[index], self.is_known[index])


@dataclass(frozen=True)
class Calibration:
    """``slope`` and ``offset`` (topics,), which Platt calls A and B, for the log-odds of topics;
    ``sharpness``, the inverse temperature, for the scores of stances."""

    slope: Floats
    offset: Floats
    sharpness: float

    def predictions(self, scores: Scores, threshold: float) -> Predictions:
        """What is said of sentences: topics of the threshold's probability or more."""
        topics = 1 / (1 + np.exp(self.slope * scores.topics + self.offset))
        logits = self.sharpness * scores.stances
        powers = np.exp(logits - logits.max(axis=2, keepdims=True))
        stances = powers / powers.sum(axis=2, keepdims=True)
        is_given = (topics >= threshold) & scores.is_known[:, None]
        decided = np.where(is_given, stances.argmax(axis=2), -1)
        return Predictions(decided, topics, stances, scores.is_known)

"""The mistakes that a model is surest of: where to read first."""

from dataclasses import dataclass

import numpy as np

from newstance.codebook import Codebook
from newstance.evaluate import Examination
from newstance.predictions import Floats
from newstance.records import Sentence


@dataclass(frozen=True)
class Judgement:
    """What gold and model say of a topic (None: not the topic), and the probabilities behind it."""

    topic: str
    gold: str | None
    said: str | None
    probability: float
    stances: dict[str, float]


@dataclass(frozen=True)
class Mistake:
    """A sentence with a wrong answer, the answer's probability, and every topic in question."""

    sentence: Sentence
    confidence: float
    judgements: tuple[Judgement, ...]


def mistakes(examination: Examination, codebook: Codebook, *, n: int = 20) -> list[Mistake]:
    """The ``n`` sentences with the surest wrong answers, surest first.

    An answer is a topic with a stance, or that the topic is not there; its probability is that of
    the whole.
    """
    gold, said = examination.gold, examination.said
    confidence = np.where(gold != said.decided, _confidence(examination), 0).max(axis=1)
    wrong = np.flatnonzero((gold != said.decided).any(axis=1))
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:n]
    return [
        Mistake(
            examination.sentences[row],
            float(confidence[row]),
            tuple(
                _judgement(examination, codebook, int(row), int(topic))
                for topic in np.flatnonzero((gold[row] >= 0) | (said.decided[row] >= 0))
            ),
        )
        for row in surest
    ]


def _confidence(examination: Examination) -> Floats:
    """The probability of what was said of each sentence and topic."""
    said = examination.said
    return np.where(said.decided >= 0, said.confidence, 1 - said.topics)


def _judgement(examination: Examination, codebook: Codebook, row: int, topic: int) -> Judgement:
    names = (*codebook.stance_names, None)
    said = examination.said
    return Judgement(
        codebook.topic_names[topic],
        names[examination.gold[row, topic]],
        names[said.decided[row, topic]],
        float(said.topics[row, topic]),
        dict(zip(codebook.stance_names, map(float, said.stances[row, topic]), strict=True)),
    )

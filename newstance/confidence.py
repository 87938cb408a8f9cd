"""How sure a label is, and how sure it has to be for so many of its kind to be right.

Thresholds come from
the held-out answers of cross-validation, which a model's metrics keep in steps of a hundredth.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from newstance.codebook import Codebook
from newstance.curves import reliability, stances, topic_probabilities
from newstance.errors import NewstanceError
from newstance.model import METRICS, read_intact, read_manifest
from newstance.predictions import Ints, Predictions

STEPS = 100
FEWEST_LABELS = 30  # of fewer, the share that is right says too little

ByConfidence = Mapping[str, Mapping[str, Sequence[int]]]


@dataclass(frozen=True)
class Least:
    """The least confidence of a topic's labels, and what it gave on held-out sentences.

    ``precision`` is the share of the labels kept that were right in topic and stance, ``coverage``
    the share of all labels given that are kept.
    """

    topic: str
    confidence: float
    precision: float
    coverage: float


def describe_confidence(
    gold: Ints, said: Predictions, *, groups: Sequence[str], codebook: Codebook
) -> dict[str, Any]:
    """What metrics keep: ``reliability`` of topics and stances, with count, confidence and
    accuracy by bin, and ``confidence``, the counts that thresholds are found from."""
    answers = {
        "topics": topic_probabilities(gold, said, groups),
        "stances": stances(gold, said, groups),
    }
    reliabilities = {name: vars(reliability(own)) for name, own in answers.items()}
    return {
        "reliability": {
            name: {key: values.tolist() for key, values in told.items()}
            for name, told in reliabilities.items()
        },
        "confidence": count_by_confidence(gold, said, codebook),
    }


def count_by_confidence(gold: Ints, said: Predictions, codebook: Codebook) -> dict[str, Any]:
    """For each topic, of the labels given: how many have a confidence of 0.00, 0.01 … 1.00 or
    more (``kept``), and how many of these are right in topic and stance (``right``)."""
    counts = {}
    for k, topic in enumerate(codebook.topic_names):
        is_given = said.decided[:, k] >= 0
        is_right = gold[is_given, k] == said.decided[is_given, k]
        is_kept = said.confidence[is_given, k] >= np.arange(STEPS + 1)[:, None] / STEPS
        counts[topic] = {
            "kept": is_kept.sum(axis=1).tolist(),
            "right": (is_kept & is_right).sum(axis=1).tolist(),
        }
    return counts


def read_least(directory: Path, precision: float) -> list[Least]:
    """What ``least_for_precision`` finds for the model in a folder."""
    metrics = json.loads(read_intact(directory, METRICS, read_manifest(directory)))
    if not (told := metrics["cross-validation"].get("confidence")):
        raise NewstanceError(
            f"{directory / METRICS}: tells no confidence, as models of format 1; retrain the model "
            "with 'newstance train'."
        )
    return least_for_precision(precision, told)


def least_for_precision(precision: float, told: ByConfidence) -> list[Least]:
    """For each topic the least confidence at which so great a share of its labels was right.

    Raises NewstanceError, with the best that can be reached, if a topic does not reach it with 30
    labels.
    """
    return [_least(topic, precision, counts) for topic, counts in told.items()]


def _least(topic: str, precision: float, counts: Mapping[str, Sequence[int]]) -> Least:
    kept, right = np.array(counts["kept"]), np.array(counts["right"])
    reached = np.where(kept >= FEWEST_LABELS, right / np.maximum(kept, 1), 0.0)
    if not (reached >= precision).any():
        best = int(reached.argmax())
        raise NewstanceError(
            f"topic {topic!r}: no confidence reaches the precision {precision:g} on held-out "
            f"sentences; the best is {np.floor(reached[best] * 1000) / 1000:g}, at confidence "
            f"{best / STEPS:g}: ask for less."
        )
    step = int((reached >= precision).argmax())
    return Least(topic, step / STEPS, float(reached[step]), float(kept[step] / max(1, kept[0])))

"""How far coders agree: Cohen's kappa (1960) for two, Krippendorff's alpha (1970) for more.

Both are computed from sums over sentences, as ``newstance.bootstrap`` wants it. Topics are
compared as given or not; stance where coders gave the same topic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.bootstrap import draws, interval, sum_by_group
from newstance.codebook import Codebook
from newstance.corpus import groups
from newstance.predictions import Floats, to_gold
from newstance.records import Sentence, drop_nulls

KAPPA, ALPHA = "Cohen's kappa", "Krippendorff's alpha"
NOT_CODED = -2


@dataclass(frozen=True)
class Coefficient:
    """Agreement on a topic, or on ``stance``: over ``n`` units; NaN where all coders always agree
    on one and the same value, so that nothing could be by chance."""

    variable: str
    name: str
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Disagreement:
    """A sentence that its coders labelled differently, with each one's labels."""

    sentence: Sentence
    votes: Mapping[str, Mapping[str, str]]


def agreement(
    sentences: Sequence[Sentence],
    codebook: Codebook,
    *,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> list[Coefficient]:
    """The agreement on each topic and on stance, among the sentences with two votes or more.

    With two votes a sentence the coefficient is kappa, the first vote of each against the second;
    with more it is alpha. No such sentence gives an empty list.
    """
    coded = [s for s in sentences if len(s.other.get("votes") or []) > 1]
    if not coded:
        return []
    votes = _as_array(coded, codebook)
    name, sums, coefficient = (
        (KAPPA, _confusion, _kappa) if votes.shape[1] == 2 else (ALPHA, _coincidences, _alpha)
    )
    items = groups(sentence.other.get("group") for sentence in coded)
    drawn = draws(items, n_resamples=n_resamples, random_state=random_state)
    given = np.where(votes == NOT_CODED, NOT_CODED, (votes >= 0).astype(int))
    variables = {topic: given[:, None, :, k] for k, topic in enumerate(codebook.topic_names)}
    variables["stance"] = np.where(votes < 0, NOT_CODED, votes).transpose(0, 2, 1)
    found = []
    for variable, values in variables.items():
        by_item = sum_by_group(sums(values, int(values.max(initial=0)) + 1), items)
        value = float(coefficient(by_item.sum(axis=0)))
        low, high = interval(coefficient(np.tensordot(drawn, by_item, axes=1)))
        n = int(((values != NOT_CODED).sum(axis=-1) > 1).sum())
        found.append(Coefficient(variable, name, n, value, low, high))
    return found


def disagreements(sentences: Sequence[Sentence]) -> list[Disagreement]:
    """The sentences whose votes are not all the same, in their order."""
    found = []
    for sentence in sentences:
        votes = sentence.other.get("votes") or []
        by_coder = {vote["coder"]: _labels(vote) for vote in votes}
        if any(labels != _labels(votes[0]) for labels in by_coder.values()):
            found.append(Disagreement(sentence, by_coder))
    return found


def _labels(vote: Mapping[str, Any]) -> dict[str, str]:
    labels = drop_nulls(vote["labels"])
    return labels if isinstance(labels, dict) else {}


def _as_array(sentences: Sequence[Sentence], codebook: Codebook) -> NDArray[np.intp]:
    """Votes as numbers (n, coders, topics): the stance's number, -1 no topic, -2 not coded."""
    n_coders = max(len(s.other["votes"]) for s in sentences)
    array = np.full((len(sentences), n_coders, len(codebook.topics)), NOT_CODED)
    for row, sentence in zip(array, sentences, strict=True):
        votes = [_labels(vote) for vote in sentence.other["votes"]]
        row[: len(votes)] = to_gold(votes, codebook)
    return array


def _one_hot(values: NDArray[np.intp], n_values: int) -> Floats:
    return np.asarray((values[..., None] == np.arange(n_values)).astype(float))


def _confusion(values: NDArray[np.intp], n_values: int) -> Floats:
    """Each sentence's confusion matrix of its two coders: (n, values, values)."""
    hot = _one_hot(values, n_values)
    return np.asarray(np.einsum("nua,nub->nab", hot[..., 0, :], hot[..., 1, :]))


def _coincidences(values: NDArray[np.intp], n_values: int) -> Floats:
    """Each sentence's coincidence matrix (Krippendorff 2011): (n, values, values)."""
    hot = _one_hot(values, n_values)
    counts = hot.sum(axis=-2)
    n_coders = counts.sum(axis=-1)
    weight = np.where(n_coders > 1, 1 / np.maximum(n_coders - 1, 1), 0)
    pairs = np.einsum("nua,nub,nu->nab", counts, counts, weight)
    own = np.einsum("nua,nu->na", counts, weight)
    return np.asarray(pairs - own[..., None] * np.eye(n_values))


def _kappa(confusion: Floats) -> Floats:
    total = confusion.sum(axis=(-2, -1))
    by_chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = by_chance / total**2
        observed = np.trace(confusion, axis1=-2, axis2=-1) / total
        return np.asarray((observed - expected) / (1 - expected))


def _alpha(coincidences: Floats) -> Floats:
    by_value = coincidences.sum(axis=-1)
    total = by_value.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = 1 - np.trace(coincidences, axis1=-2, axis2=-1) / total
        expected = 1 - (by_value * (by_value - 1)).sum(axis=-1) / (total * (total - 1))
        return np.asarray(1 - observed / expected)

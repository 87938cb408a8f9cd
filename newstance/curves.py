"""Whether probabilities mean what they say, and what is gained by keeping the sure answers only.

Reliability sets confidence against accuracy, in the bins of the expected calibration error.
Risk against coverage (El-Yaniv & Wiener 2010) tells the share of wrong answers among the surest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.bootstrap import draws, interval
from newstance.estimates import FEWEST_ITEMS, Estimate
from newstance.metrics import ECE_BINS
from newstance.predictions import Floats, Ints, Predictions

PRECISIONS = (0.8, 0.9, 0.95)

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """Answers of one kind with their confidence, whether each is right, and its news item."""

    confidence: Floats
    is_right: Bools
    groups: NDArray[Any]


@dataclass(frozen=True)
class Reliability:
    """The mean confidence and the accuracy of the answers in each bin of confidence that has any,
    ascending; arrays of one length."""

    count: Ints
    confidence: Floats
    accuracy: Floats


@dataclass(frozen=True)
class Kept:
    """The largest share of answers that reaches a precision, and the least confidence in it."""

    coverage: float
    threshold: float


@dataclass(frozen=True)
class RiskCoverage:
    """The share of wrong answers among the surest ones, by the share of answers kept.

    Arrays have a point for each distinct confidence, surest first. ``area`` is the mean risk over
    all coverages (Geifman & El-Yaniv 2019); in random order it would be the risk of all, the last.
    ``kept`` tells for each precision what can be kept, or None where nothing can: thresholds found
    on these very answers, so somewhat too hopeful for others.
    """

    coverage: Floats
    risk: Floats
    area: Estimate
    kept: dict[float, Kept | None]


def topic_probabilities(gold: Ints, said: Predictions, groups: Sequence[str]) -> Answers:
    """The probability of every topic of every sentence; right is where gold has the topic."""
    items = np.asarray(groups)[:, None].repeat(gold.shape[1], axis=1)
    return Answers(said.topics.ravel(), (gold >= 0).ravel(), items.ravel())


def given_topics(gold: Ints, said: Predictions, groups: Sequence[str]) -> Answers:
    """The topics that were given, with their probability."""
    rows, topics = np.nonzero(said.decided >= 0)
    return Answers(said.topics[rows, topics], gold[rows, topics] >= 0, np.asarray(groups)[rows])


def stances(gold: Ints, said: Predictions, groups: Sequence[str]) -> Answers:
    """The likeliest stance towards each gold topic, with its probability."""
    rows, topics = np.nonzero(gold >= 0)
    told = said.stances[rows, topics]
    is_right = told.argmax(axis=1) == gold[rows, topics]
    return Answers(told.max(axis=1, initial=0), is_right, np.asarray(groups)[rows])


def reliability(answers: Answers) -> Reliability:
    """Confidence and accuracy in ten bins of equal width."""
    bins = np.minimum((answers.confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    count = np.bincount(bins, minlength=ECE_BINS)
    is_held = count > 0
    confidence, accuracy = (
        np.bincount(bins, weights=values, minlength=ECE_BINS)[is_held] / count[is_held]
        for values in (answers.confidence, answers.is_right.astype(float))
    )
    return Reliability(count[is_held], confidence, accuracy)


def risk_coverage(
    answers: Answers, *, n_resamples: int = 1000, random_state: int = 0
) -> RiskCoverage | None:
    """The curve of answers, equally sure ones taken together; None without any answer."""
    n = len(answers.confidence)
    if n == 0:
        return None
    thresholds, kept, wrong = _by_threshold(answers.confidence, answers.is_right)
    return RiskCoverage(
        coverage=kept / n,
        risk=wrong / kept,
        area=_area_with_interval(answers, n_resamples, random_state),
        kept={p: _kept(p, thresholds, kept, wrong) for p in PRECISIONS},
    )


def _by_threshold(confidence: Floats, is_right: Bools) -> tuple[Floats, Ints, Ints]:
    """Distinct confidences in descending order; how many answers reach each, how many wrongly."""
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    ends = np.flatnonzero(np.diff(falling, append=-np.inf))
    return falling[ends], ends + 1, (~is_right[order]).cumsum()[ends]


def _kept(precision: float, thresholds: Floats, kept: Ints, wrong: Ints) -> Kept | None:
    reaching = np.flatnonzero(kept - wrong >= precision * kept - 1e-9)
    if len(reaching) == 0:
        return None
    last = reaching[-1]
    return Kept(float(kept[last] / kept[-1]), float(thresholds[last]))


def _area(confidence: Floats, is_right: Bools) -> float:
    """The mean risk of the surest 1, 2, … answers; wrong ones lie evenly among equally sure."""
    _, kept, wrong = _by_threshold(confidence, is_right)
    sizes = np.arange(1, len(confidence) + 1)
    return float((np.interp(sizes, [0, *kept], [0, *wrong]) / sizes).mean())


def _area_with_interval(answers: Answers, n_resamples: int, random_state: int) -> Estimate:
    value = _area(answers.confidence, answers.is_right)
    names, item = np.unique(answers.groups, return_inverse=True)
    if len(names) < FEWEST_ITEMS:
        return Estimate(value, None, None)
    drawn = draws(list(names), n_resamples=n_resamples, random_state=random_state)
    resampled = []
    for counts in drawn:
        rows = np.repeat(np.arange(len(item)), counts[item].astype(int))
        resampled.append(_area(answers.confidence[rows], answers.is_right[rows]))
    return Estimate(value, *interval(np.array(resampled)))

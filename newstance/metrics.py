"""How well predictions agree with gold labels, with bootstrap intervals and majority baselines.

Every measure is a function of sums over sentences, as ``newstance.bootstrap`` wants it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.bootstrap import draws, interval, sum_by_group
from newstance.codebook import Codebook
from newstance.predictions import Floats, Ints, Predictions

ECE_BINS = 10

Tally = dict[str, Floats]


@dataclass(frozen=True)
class Evaluation:
    """Measures of predictions against gold labels on ``n`` sentences.

    ``measures``, ``baseline`` (the best that a majority answer reaches) and ``intervals`` (95 %,
    bootstrap over groups) have the same keys; ``topics`` and ``stances`` hold the details of
    each. F1 of a class that neither gold nor predictions hold is 0.
    """

    n: int
    n_groups: int
    measures: dict[str, float]
    baseline: dict[str, float | None]
    intervals: dict[str, tuple[float, float]]
    topics: dict[str, dict[str, float]]
    stances: dict[str, dict[str, float]]

    def to_json(self) -> dict[str, Any]:
        """One flat object: the measures, then ``n``, ``groups``, ``baseline``, ``intervals`` …"""
        return {
            **self.measures,
            "n": self.n,
            "groups": self.n_groups,
            "baseline": self.baseline,
            "intervals": {key: list(bounds) for key, bounds in self.intervals.items()},
            "topics": self.topics,
            "stances": self.stances,
        }


def measure(
    gold: Ints,
    predictions: Predictions,
    *,
    groups: Sequence[str],
    codebook: Codebook,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> Evaluation:
    """The evaluation of predictions against ``gold`` (n, topics): the stance's number or -1.

    ``groups`` names the news item of each sentence. No sentence at all raises ValueError.
    """
    if len(gold) == 0:
        raise ValueError("there is no sentence to evaluate")
    by_group = {
        key: sum_by_group(values, groups)
        for key, values in tally_sentences(gold, predictions).items()
    }
    total = {key: values.sum(axis=0) for key, values in by_group.items()}
    drawn = draws(groups, n_resamples=n_resamples, random_state=random_state)
    resampled = measures_of_sums(
        {key: np.tensordot(drawn, values, axes=1) for key, values in by_group.items()}
    )
    detail = details_of_sums(total)
    return Evaluation(
        n=len(gold),
        n_groups=drawn.shape[1],
        measures={key: float(value) for key, value in measures_of_sums(total).items()},
        baseline=_baseline(gold, len(codebook.stances)),
        intervals={key: interval(values) for key, values in resampled.items()},
        topics={name: _row(detail["topics"], k) for k, name in enumerate(codebook.topic_names)},
        stances={name: _row(detail["stances"], k) for k, name in enumerate(codebook.stance_names)},
    )


def tally_sentences(gold: Ints, predictions: Predictions) -> Tally:
    """What each sentence adds to the sums that the measures are made of; first axis: sentences."""
    decided, topics, stances = predictions.decided, predictions.topics, predictions.stances
    is_gold, is_decided = gold >= 0, decided >= 0
    guessed = stances.argmax(axis=2)
    n_stances = stances.shape[2]
    gold_hot = np.eye(n_stances)[gold] * is_gold[..., None]
    guessed_hot = np.eye(n_stances)[guessed] * is_gold[..., None]
    confidence = stances.max(axis=2)
    is_none, is_decided_none = ~is_gold.any(axis=1), ~is_decided.any(axis=1)
    return {
        "n": np.ones(len(gold)),
        "topic_hit": (is_gold & is_decided).astype(float),
        "topic_gold": is_gold.astype(float),
        "topic_decided": is_decided.astype(float),
        "confusion": np.einsum("nts,ntr->ntsr", gold_hot, guessed_hot),
        "pair_hit": (is_gold & (gold == decided)).sum(axis=1).astype(float),
        "none_hit": (is_none & is_decided_none).astype(float),
        "none_gold": is_none.astype(float),
        "none_decided": is_decided_none.astype(float),
        "topic_squares": (topics - is_gold) ** 2,
        "stance_squares": ((stances - gold_hot) ** 2).sum(axis=2) * is_gold,
        "topic_bins": _binned(topics, is_gold, np.ones_like(topics)),
        "stance_bins": _binned(confidence, guessed == gold, is_gold),
    }


def _binned(probability: Floats, outcome: NDArray[Any], weight: NDArray[Any]) -> Floats:
    """Count, summed probability and summed outcome by bin: (n, topics, bins, 3)."""
    bins = np.minimum((probability * ECE_BINS).astype(int), ECE_BINS - 1)
    hot = np.eye(ECE_BINS)[bins] * weight[..., None]
    parts = np.stack([np.ones_like(probability), probability, outcome.astype(float)], axis=-1)
    return np.asarray(np.einsum("ntb,ntp->ntbp", hot, parts))


def measures_of_sums(t: Tally) -> dict[str, Floats]:
    """The measures of summed tallies; axes before those of the tally are kept."""
    confusion = t["confusion"].sum(axis=-3)
    stance_f1 = _f1(*_hits(confusion))
    n_pairs = t["topic_gold"].sum(axis=-1)
    return {
        "topic_micro_f1": _f1(
            t["topic_hit"].sum(axis=-1), n_pairs, t["topic_decided"].sum(axis=-1)
        ),
        "topic_macro_f1": _f1(t["topic_hit"], t["topic_gold"], t["topic_decided"]).mean(axis=-1),
        "stance_accuracy": _ratio(np.trace(confusion, axis1=-2, axis2=-1), n_pairs),
        "stance_macro_f1": stance_f1.mean(axis=-1),
        "pair_f1": _f1(t["pair_hit"], n_pairs, t["topic_decided"].sum(axis=-1)),
        "none_recall": _ratio(t["none_hit"], t["none_gold"]),
        "none_precision": _ratio(t["none_hit"], t["none_decided"]),
        "topic_brier": t["topic_squares"].mean(axis=-1) / t["n"],
        "stance_brier": _ratio(t["stance_squares"].sum(axis=-1), n_pairs),
        "topic_ece": _ece(t["topic_bins"].sum(axis=-3)),
        "stance_ece": _ece(t["stance_bins"].sum(axis=-3)),
    }


def details_of_sums(t: Tally) -> dict[str, dict[str, Floats]]:
    """The measures of each topic and of each stance, of summed tallies."""
    confusion = t["confusion"].sum(axis=-3)
    hits, gold, guessed = _hits(confusion)
    return {
        "topics": {
            "n": t["topic_gold"],
            "precision": _ratio(t["topic_hit"], t["topic_decided"]),
            "recall": _ratio(t["topic_hit"], t["topic_gold"]),
            "f1": _f1(t["topic_hit"], t["topic_gold"], t["topic_decided"]),
            "stance_macro_f1": _f1(*_hits(t["confusion"])).mean(axis=-1),
            "brier": t["topic_squares"] / t["n"],
            "ece": _ece(t["topic_bins"]),
        },
        "stances": {
            "n": gold,
            "precision": _ratio(hits, guessed),
            "recall": _ratio(hits, gold),
            "f1": _f1(hits, gold, guessed),
        },
    }


def _baseline(gold: Ints, n_stances: int) -> dict[str, float | None]:
    """The best value of each measure among the majority answers; None where none is sensible.

    A majority answer gives every sentence the same: the k most frequent topics, for any k from none
    to all, each with its most frequent stance, or all with one stance. Brier scores are those of
    the base rates.
    """
    is_gold = gold >= 0
    rates = is_gold.mean(axis=0)
    counts = np.stack([(gold == stance).sum(axis=0) for stance in range(n_stances)], axis=1)
    by_frequency = np.argsort(-rates, kind="stable")
    answers = [
        np.where(np.isin(np.arange(gold.shape[1]), by_frequency[:k]), stances, -1)
        for stances in (counts.argmax(axis=1), *np.arange(n_stances)[:, None])
        for k in range(gold.shape[1] + 1)
    ]
    reached = [_measures_of_constant(gold, answer, n_stances) for answer in answers]
    baseline: dict[str, float | None] = {
        key: max(measures[key] for measures in reached) for key in reached[0]
    }
    shares = counts.sum(axis=0) / max(1, is_gold.sum())
    baseline["topic_brier"] = float((rates * (1 - rates)).mean())
    baseline["stance_brier"] = float(1 - (shares**2).sum()) if is_gold.any() else 0.0
    return baseline | {"topic_ece": None, "stance_ece": None}


def _measures_of_constant(gold: Ints, answer: Ints, n_stances: int) -> dict[str, float]:
    """The measures of giving ``answer`` (topics,) to every sentence."""
    stances = np.eye(n_stances)[np.maximum(answer, 0)]
    said = Predictions(
        decided=np.broadcast_to(answer, gold.shape),
        topics=np.zeros(gold.shape),
        stances=np.broadcast_to(stances, (*gold.shape, n_stances)),
        is_known=np.ones(len(gold), dtype=bool),
    )
    total = {key: values.sum(axis=0) for key, values in tally_sentences(gold, said).items()}
    return {key: float(value) for key, value in measures_of_sums(total).items()}


def _hits(confusion: Floats) -> tuple[Floats, Floats, Floats]:
    """Of a confusion matrix (gold, guessed): the hits, gold and guessed counts of each class."""
    return (
        np.diagonal(confusion, axis1=-2, axis2=-1),
        confusion.sum(axis=-1),
        confusion.sum(axis=-2),
    )


def _f1(hits: Floats, gold: Floats, decided: Floats) -> Floats:
    return _ratio(2 * hits, gold + decided)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, 0 where whole is 0."""
    nothing = np.zeros_like(np.asarray(part, dtype=float))
    return np.asarray(np.divide(part, whole, out=nothing, where=whole > 0))


def _ece(bins: Floats) -> Floats:
    """Expected calibration error (Naeini et al. 2015) of binned sums (…, bins, 3)."""
    count, probability, outcome = bins[..., 0], bins[..., 1], bins[..., 2]
    return _ratio(np.abs(probability - outcome).sum(axis=-1), count.sum(axis=-1))


def _row(columns: Mapping[str, Floats], k: int) -> dict[str, float]:
    return {key: float(values[k]) for key, values in columns.items()}

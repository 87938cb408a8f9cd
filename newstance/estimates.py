"""Scores with their intervals, all from the same resamples of news items, so that they pair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.bootstrap import draws, interval, sum_by_group
from newstance.predictions import Floats, Ints

FEWEST_ITEMS = 5  # an interval from fewer would be too narrow to be believed


@dataclass(frozen=True)
class Estimate:
    """A score and its 95 % interval; without one (None) of too few news items to resample."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return in_digits(self.value)
        dash = "–" if self.low >= 0 else " to "
        return f"{in_digits(self.value)} ({in_digits(self.low)}{dash}{in_digits(self.high)})"

    def to_json(self) -> dict[str, Any]:
        """One object: ``value`` and ``interval``, two numbers or null."""
        return {
            "value": self.value,
            "interval": None if self.low is None else [self.low, self.high],
        }


def in_digits(number: float) -> str:
    """A number with two decimals and, below 0, a minus sign."""
    return f"{number:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


class Items:
    """The news items of sentences, ``groups`` naming each sentence's, and resamples of them."""

    def __init__(
        self, groups: Sequence[str], *, n_resamples: int = 1000, random_state: int = 0
    ) -> None:
        self.groups = groups
        self._draws = draws(groups, n_resamples=n_resamples, random_state=random_state)

    def estimate(self, tally: NDArray[Any], statistic: Callable[[Floats], Floats]) -> Estimate:
        """The statistic of what sentences add up to; ``tally`` has a row a sentence.

        ``statistic`` takes sums ``(…, *tally.shape[1:])`` and keeps the axes before those.
        """
        by_item = sum_by_group(tally, self.groups)
        value = float(statistic(by_item.sum(axis=0)))
        if by_item.reshape(len(by_item), -1).any(axis=1).sum() < FEWEST_ITEMS:
            return Estimate(value, None, None)
        return Estimate(value, *interval(statistic(np.tensordot(self._draws, by_item, axes=1))))


def confusion(gold: Ints, guessed: Floats) -> Floats:
    """Each sentence's gold stances by guessed ones, ``(n, stances, stances)``.

    ``guessed`` (n, topics, stances) gives each stance's weight, as a rule one of them 1.
    """
    gold_hot = (gold[..., None] == np.arange(guessed.shape[2])).astype(float)
    return np.asarray(np.einsum("nts,ntr->nsr", gold_hot, guessed))


def macro_f1(confusions: Floats) -> Floats:
    """The mean F1 of the classes of confusion matrices (…, gold, guessed); F1 of nothing is 0."""
    hits = np.diagonal(confusions, axis1=-2, axis2=-1)
    both = confusions.sum(axis=-1) + confusions.sum(axis=-2)
    f1 = np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)
    return np.asarray(f1.mean(axis=-1))


def topic_hits(gold: Ints, decided: Ints) -> Floats:
    """Each sentence's topics ``(n, 2)``: rightly given ones; those of gold plus those given."""
    is_gold, is_given = gold >= 0, decided >= 0
    hits = (is_gold & is_given).sum(axis=1)
    return np.stack([hits, is_gold.sum(axis=1) + is_given.sum(axis=1)], axis=1).astype(float)


def micro_f1(hits: Floats) -> Floats:
    """The micro-F1 of summed ``topic_hits``; NaN of nothing."""
    return 2 * share(hits)


def share(counts: Floats) -> Floats:
    """Sums (…, 2) of a part and of its whole, as a share; NaN of nothing."""
    with np.errstate(invalid="ignore"):
        return np.asarray(counts[..., 0] / counts[..., 1])

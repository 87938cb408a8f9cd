"""Contrast sets: families of rows that differ in one thing (Gardner et al. 2020).

Who reads the one thing is right on all rows of a family; who does not is right on some by luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.estimates import Estimate, Items, share
from newstance.predictions import Ints
from newstance.records import Sentence


@dataclass(frozen=True)
class Families:
    """Of ``n`` families of two rows or more: the share of those all of whose rows are right in
    topics and stances, the share of rows that are, and both of the one answer that is right for
    most rows."""

    n: int
    n_rows: int
    all_right: Estimate
    rows_right: Estimate
    majority_all_right: Estimate
    majority_rows_right: Estimate

    def to_json(self) -> dict[str, Any]:
        """One object, the fields by their names."""
        return {
            name: value.to_json() if isinstance(value, Estimate) else value
            for name, value in vars(self).items()
        }


def families(
    sentences: Sequence[Sentence], gold: Ints, decided: Ints, items: Items
) -> Families | None:
    """What the field ``family`` of rows groups; None where no two rows share one.

    A family counts for the news item of its first row.
    """
    rows: dict[str, list[int]] = {}
    for number, sentence in enumerate(sentences):
        if (name := sentence.other.get("family")) not in (None, ""):
            rows.setdefault(str(name), []).append(number)
    members = [own for own in rows.values() if len(own) > 1]
    if not members:
        return None
    everyone = np.concatenate(members)
    answers, counts = np.unique(gold[everyone], axis=0, return_counts=True)
    scores = [
        score
        for answer in (decided, answers[counts.argmax()])
        for score in _scores((gold == answer).all(axis=1), members, items)
    ]
    return Families(len(members), len(everyone), *scores)


def _scores(
    is_right: NDArray[np.bool_], members: Sequence[Sequence[int]], items: Items
) -> tuple[Estimate, Estimate]:
    """The share of families all right, and of their rows."""
    by_family, by_row = np.zeros((2, len(is_right), 2))
    for own in members:
        by_family[own[0]] = is_right[own].all(), 1
        by_row[own] = np.stack([is_right[own], np.ones(len(own))], axis=1)
    return items.estimate(by_family, share), items.estimate(by_row, share)

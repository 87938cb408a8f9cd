"""Resampling of news items (Efron 1979).

Sentences of one item are alike, so items and not sentences are drawn. Statistics that are functions
of sums over sentences are computed for all resamples at once, from the items' sums.
"""

from collections.abc import Sequence

import numpy as np

from newstance.predictions import Floats


def sum_by_group(values: Floats, groups: Sequence[str]) -> Floats:
    """The sums of rows over each group, ``(n_groups, …)``, groups in the order of their names."""
    names, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, index, values)
    return sums


def draws(groups: Sequence[str], *, n_resamples: int, random_state: int) -> Floats:
    """How often each group is in each resample: ``(n_resamples, n_groups)``."""
    n_groups = len(set(groups))
    rng = np.random.default_rng(random_state)
    return rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=n_resamples).astype(
        float
    )


def interval(values: Floats) -> tuple[float, float]:
    """The 95 % percentile interval of resampled values; NaN if none of them is a number."""
    numbers = values[np.isfinite(values)]
    if len(numbers) == 0:
        return np.nan, np.nan
    low, high = np.percentile(numbers, [2.5, 97.5])
    return float(low), float(high)

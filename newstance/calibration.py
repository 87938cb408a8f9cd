"""Fitting what turns scores into probabilities that come true.

The scores are those of sentences that the model never saw.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from newstance.predictions import Floats, Ints
from newstance.scores import Calibration, Scores

LOG_SHARPNESS = (-10.0, 10.0)  # between which the factor of the stances' scores is looked for


def calibrate(scores: Scores, gold: Ints) -> Calibration:
    """Fit on the scores of sentences and the number of their stance, or -1, (n, topics)."""
    has_topic = gold >= 0
    sigmoids = [_sigmoid(*columns) for columns in zip(scores.topics.T, has_topic.T, strict=True)]
    slope, offset = np.array(sigmoids).T
    return Calibration(slope, offset, _sharpness(scores.stances[has_topic], gold[has_topic]))


def _sigmoid(scores: Floats, has_topic: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt's A and B; his targets are a little short of 0 and 1, so that both are finite."""
    n, n_with = len(has_topic), has_topic.sum()
    targets = np.where(has_topic, (n_with + 1) / (n_with + 2), 1 / (n - n_with + 2))
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8)
    model.fit(
        np.tile(scores, 2)[:, None],
        np.repeat([0, 1], n),
        sample_weight=np.concatenate([targets, 1 - targets]),
    )
    return model.coef_[0, 0], model.intercept_[0]


def _sharpness(scores: Floats, gold: Ints) -> float:
    """The factor of the scores (n, stances) by which the gold stances are likeliest."""

    def loss(log_sharpness: float) -> float:
        told = log_softmax(np.exp(log_sharpness) * scores, axis=1)
        return -float(told[np.arange(len(gold)), gold].mean())

    return float(np.exp(minimize_scalar(loss, bounds=LOG_SHARPNESS, method="bounded").x))

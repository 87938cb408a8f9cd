"""The scikit-learn estimator: text and context in, calibrated probabilities out.

Input ``X`` is an array of strings of shape ``(n_sentences, 2)``, columns text and context. Output
``Y`` is an array of strings of shape ``(n_sentences, n_topics)``: the stance towards each topic,
or ``""`` where the sentence has not that topic; scikit-learn calls this multioutput-multiclass.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from newstance.calibration import calibrate
from newstance.ngrams import NgramScorer, Strings
from newstance.predictions import Floats, Ints, Predictions
from newstance.progress import Progress, tell_nobody
from newstance.records import Sentence
from newstance.scores import Scores

NO_TOPIC = ""
N_FOLDS = 5


def to_input(sentences: Sequence[Sentence]) -> Strings:
    """The estimator's input for sentences: shape ``(n_sentences, 2)``, text and context."""
    return np.array([(s.text, s.context) for s in sentences], dtype=object).reshape(-1, 2)


class TopicStanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Topics of a news sentence and the stance that it takes towards each.

    ``topics`` and ``stances`` name the columns of ``Y`` and its values. ``scorer`` is what is
    calibrated, by default an NgramScorer; give one to set its parameters. ``threshold`` is the
    least probability at which a topic is given. Of scikit-learn's methods ``score`` is not there
    for such targets; ``newstance.metrics`` measures them.

    Fitting is cross-fitting: in ``n_folds`` folds, drawn with ``random_state``, that keep the
    groups given to ``fit`` whole, each row is scored by a scorer that never saw its group. Those
    scores calibrate the scorer that is fitted on all rows.
    """

    def __init__(
        self,
        topics: Sequence[str] = (),
        stances: Sequence[str] = (),
        *,
        scorer: NgramScorer | None = None,
        threshold: float = 0.5,
        n_folds: int = N_FOLDS,
        random_state: int = 0,
    ) -> None:
        self.topics = topics
        self.stances = stances
        self.scorer = scorer
        self.threshold = threshold
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(self, X: Any, Y: Any, groups: Sequence[Any] | None = None) -> Self:
        """Fit on labelled sentences; ``groups`` names the news item of each row.

        Raises ValueError for a shape or stance that is none of the declared ones, a stance that no
        row has, a topic that all rows have or none, or too few groups for the folds.
        """
        self.fit_predict(X, Y, groups)
        return self

    def fit_predict(
        self,
        X: Any,
        Y: Any,
        groups: Sequence[Any] | None = None,
        *,
        n_jobs: int | None = None,
        progress: Progress = tell_nobody,
    ) -> Predictions:
        """Fit as above, and say of each row what its scores by one blind to its group come to.

        They are calibrated by the scores of the other folds. As with scikit-learn's TargetEncoder
        this is not what the fitted estimator says of the same rows. ``progress`` is told the fits
        done, and of how many.
        """
        X, gold = self._check(X, Y)
        row_groups = np.arange(len(X)) if groups is None else np.asarray(groups)
        splitter = GroupKFold(self.n_folds, shuffle=True, random_state=self.random_state)
        folds = list(splitter.split(X, groups=row_groups))
        blank = clone(self.scorer or NgramScorer())
        jobs = [
            delayed(_fit)(blank, X, gold),
            *(delayed(_ask_stranger)(blank, X, gold, *fold) for fold in folds),
        ]
        self.scorer_, *strangers = _answers(jobs, n_jobs, progress)
        order = np.argsort(np.concatenate([left_out for _, left_out in folds]))
        scores = Scores.concatenate(strangers)[order]
        self.classes_ = np.array([NO_TOPIC, *self.stances], dtype=object)
        self.calibration_ = calibrate(scores, gold)
        said = [
            calibrate(scores[kept], gold[kept]).predictions(own, self.threshold)
            for (kept, _), own in zip(folds, strangers, strict=True)
        ]
        return Predictions.concatenate(said)[order]

    def predictions(self, X: Any) -> Predictions:
        """All that is said of sentences."""
        check_is_fitted(self)
        scores = self.scorer_.score_sentences(_as_strings(X))
        return self.calibration_.predictions(scores, self.threshold)

    def predict_proba(self, X: Any) -> list[Floats]:
        """For each topic an array ``(n_sentences, 1 + n_stances)``, columns as in ``classes_``."""
        said = self.predictions(X)
        return [
            np.column_stack([1 - said.topics[:, k], said.topics[:, k, None] * said.stances[:, k]])
            for k in range(len(self.topics))
        ]

    def predict(self, X: Any) -> Strings:
        """The stance towards each topic, or ``""``; shape ``(n_sentences, n_topics)``."""
        return to_target(self.predictions(X).decided, self.stances)

    def _check(self, X: Any, Y: Any) -> tuple[Strings, Ints]:
        X, Y = _as_strings(X), np.asarray(Y, dtype=object)
        if Y.shape != (len(X), len(self.topics)):
            raise ValueError(f"Y has shape {Y.shape}, expected {(len(X), len(self.topics))}")
        if unknown := set(Y.ravel()) - {NO_TOPIC, *self.stances}:
            told = sorted(unknown, key=repr)
            raise ValueError(f"Y holds {told}; the stances are {list(self.stances)}")
        if missing := set(self.stances) - set(Y.ravel()):
            raise ValueError(f"no row of Y holds {sorted(missing)}")
        for topic, column in zip(self.topics, (Y != NO_TOPIC).T, strict=True):
            if column.all() or not column.any():
                raise ValueError(f"{'all' if column.all() else 'no'} rows of Y have {topic!r}")
        number = {NO_TOPIC: -1} | {stance: n for n, stance in enumerate(self.stances)}
        return X, np.array([[number[stance] for stance in row] for row in Y], dtype=np.intp)


def to_target(gold: Ints, stances: Sequence[str]) -> Strings:
    """The estimator's ``Y`` for labels as numbers: the stance's number or -1."""
    return np.array([NO_TOPIC, *stances], dtype=object)[gold + 1]


def _as_strings(X: Any) -> Strings:
    array = np.asarray(X, dtype=object)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"X has shape {array.shape}, expected (n_sentences, 2): text, context")
    for n, row in enumerate(array):
        if not all(isinstance(cell, str) for cell in row):
            raise ValueError(f"X holds {list(row)} in row {n}; text and context are to be strings")
    return array


def _fit(blank: NgramScorer, X: Strings, gold: Ints) -> NgramScorer:
    with threadpool_limits(1):  # sparse fits gain nothing from threads, which fight over processors
        fitted: NgramScorer = clone(blank).fit(X, gold)
    return fitted


def _ask_stranger(blank: NgramScorer, X: Strings, gold: Ints, kept: Ints, left_out: Ints) -> Scores:
    """The scores of rows that are left out, by a scorer fitted on those that are kept."""
    has_topic = gold[kept] >= 0
    if (
        len(np.unique(gold[kept])) < len(np.unique(gold))
        or has_topic.all(axis=0).any()
        or not has_topic.any(axis=0).all()
    ):
        raise ValueError("a topic, its absence or a stance is in too few news items for the folds")
    return _fit(blank, X[kept], gold[kept]).score_sentences(X[left_out])


def _answers(jobs: list[Any], n_jobs: int | None, progress: Progress) -> list[Any]:
    """The answers to jobs done in parallel; ``progress`` is told how many are there."""
    answers = []
    progress(0, len(jobs))
    for answer in Parallel(n_jobs=n_jobs, return_as="generator")(jobs):
        answers.append(answer)
        progress(len(answers), len(jobs))
    return answers

"""The scikit-learn estimator: n-grams in, calibrated probabilities of topics and stances out.

Input ``X`` is an array of strings of shape ``(n_sentences, 2)``, columns text and context. Output
``Y`` is an array of strings of shape ``(n_sentences, n_topics)``: the stance towards each topic,
or ``""`` where the sentence has not that topic; scikit-learn calls this multioutput-multiclass.

Topics are independent yes-or-no decisions on n-grams of text and context. The stance towards a
topic is one decision for all topics on n-grams of the text, with every feature there twice: once
shared, once for the topic alone (Daumé III 2007, "Frustratingly Easy Domain Adaptation"), and
weighed by how unevenly the stances have it (Wang and Manning 2012, "Baselines and Bigrams").

The weight of an n-gram depends on no other n-gram of the text, only on the text's length, so that a
score is a sum that ``newstance.flat`` can look up; against rows of length 1 this costs nothing.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted

from newstance.features import LengthScaledTfidf, LogCountRatioScaler
from newstance.predictions import Floats, Ints, Predictions
from newstance.records import Sentence
from newstance.text import names

NO_TOPIC = ""

Strings = NDArray[np.object_]


def to_input(sentences: Sequence[Sentence]) -> Strings:
    """The estimator's input for sentences: shape ``(n_sentences, 2)``, text and context."""
    return np.array([(s.text, s.context) for s in sentences], dtype=object).reshape(-1, 2)


class TopicStanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Topics of a news sentence and the stance that it takes towards each.

    ``topics`` and ``stances`` name the columns of ``Y`` and its values. ``topic_strength`` and
    ``stance_strength`` are the inverse regularization strengths of the logistic regressions,
    ``context_weight`` scales the context's block against the text's. ``threshold`` is the least
    probability at which a topic is given.

    Probabilities are calibrated by cross-fitting in ``n_folds`` folds, drawn with ``random_state``,
    that keep the groups given to ``fit`` whole: topics by Platt's sigmoid (1999), stances by a
    temperature (Guo et al. 2017).
    The n-gram vocabulary is that of all rows, in every fold.
    """

    def __init__(
        self,
        topics: Sequence[str] = (),
        stances: Sequence[str] = (),
        *,
        topic_strength: float = 15.0,
        stance_strength: float = 2.0,
        context_weight: float = 0.7,
        threshold: float = 0.5,
        n_folds: int = 3,
        random_state: int = 0,
    ) -> None:
        self.topics = topics
        self.stances = stances
        self.topic_strength = topic_strength
        self.stance_strength = stance_strength
        self.context_weight = context_weight
        self.threshold = threshold
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(self, X: Any, Y: Any, groups: Sequence[Any] | None = None) -> Self:
        """Fit on labelled sentences; ``groups`` names the news item of each row.

        Raises ValueError for a shape or stance that is none of the declared ones, a stance that no
        row has, or too few groups for the folds.
        """
        X, Y = self._check(X, Y)
        row_groups = np.arange(len(X)) if groups is None else np.asarray(groups)
        self.classes_ = np.array([NO_TOPIC, *self.stances], dtype=object)

        self.names_ = sorted(names(X[:, 0]))  # in order: a set would be written otherwise each time
        self.text_features_ = self._text_features()
        # Single precision halves the time of fitting and the file.
        text = self.text_features_.fit_transform(X).astype(np.float32)
        self.context_features_ = _context_features(X[:, 1])
        self.topic_models_ = self._fit_topics(text, X[:, 1], Y, row_groups)
        rows, topics = np.nonzero(Y != NO_TOPIC)
        features = self._stance_input(text[rows], topics)
        del text  # of 200,000 sentences it is half a gigabyte
        self.stance_model_ = self._fit_head(
            features,
            Y[rows, topics],
            row_groups[rows],
            strength=self.stance_strength,
            method="temperature",
        )
        return self

    def _fit_topics(
        self,
        text: sparse.csr_matrix,
        contexts: Strings,
        Y: Strings,
        groups: NDArray[Any],
    ) -> list[CalibratedClassifierCV]:
        features = self._topic_input(text, contexts)
        return [
            self._fit_head(
                features, has_topic, groups, strength=self.topic_strength, method="sigmoid"
            )
            for has_topic in (Y != NO_TOPIC).T
        ]

    def _fit_head(
        self,
        features: sparse.csr_matrix,
        y: NDArray[Any],
        groups: NDArray[Any],
        *,
        strength: float,
        method: str,
    ) -> CalibratedClassifierCV:
        folds = StratifiedGroupKFold(self.n_folds, shuffle=True, random_state=self.random_state)
        head = CalibratedClassifierCV(
            self._head(strength),
            method=method,
            cv=list(folds.split(y, y.astype(str), groups)),
            ensemble=False,
        )
        head.fit(features, y)
        return head

    def _head(self, strength: float) -> Pipeline:
        """What decides, before calibration."""
        return make_pipeline(LogCountRatioScaler(), LogisticRegression(C=strength, max_iter=1000))

    def _text_features(self) -> ColumnTransformer:
        """Word and character n-grams of the text."""
        words = LengthScaledTfidf(norm=None, ngram_range=(1, 2), min_df=3)
        characters = LengthScaledTfidf(norm=None, analyzer="char_wb", ngram_range=(3, 5), min_df=6)
        return ColumnTransformer(
            [("words", words, 0), ("characters", characters, 0)], sparse_threshold=1.0
        )

    def _topic_input(self, text: sparse.csr_matrix, contexts: Strings) -> sparse.csr_matrix:
        """What topics are decided on: the features of the text, then those of the context."""
        if self.context_features_ is None:
            return sparse.csr_matrix(text)
        context = self.context_weight * self.context_features_.transform(contexts)
        features = sparse.hstack([text, context], format="csr", dtype=text.dtype)
        return sparse.csr_matrix(features)

    def _stance_input(self, text: sparse.csr_matrix, topics: Ints) -> sparse.csr_matrix:
        """What stances are decided on: the features of the text, then for each topic a copy of
        them if it is the row's, else zeros."""
        n_rows, width = text.shape
        columns = text.indices + np.repeat(topics * width, np.diff(text.indptr))
        shape = (n_rows, len(self.topics) * width)
        copies = sparse.csr_matrix((text.data, columns, text.indptr), shape=shape)
        return sparse.csr_matrix(sparse.hstack([text, copies], format="csr"))

    def predict_topics(self, X: Any) -> Floats:
        """The probability of each topic, shape ``(n_sentences, n_topics)``."""
        check_is_fitted(self)
        X = _as_strings(X)
        features = self._topic_input(self.text_features_.transform(X), X[:, 1])
        return np.column_stack([m.predict_proba(features)[:, 1] for m in self.topic_models_])

    def predict_stances(self, X: Any) -> Floats:
        """The probability of each stance given each topic, ``(n_sentences, n_topics, n_stances)``.

        The last axis is in the order of ``stances`` and sums to 1.
        """
        check_is_fitted(self)
        features = self.text_features_.transform(_as_strings(X))
        order = [list(self.stance_model_.classes_).index(stance) for stance in self.stances]
        return np.stack(
            [
                self.stance_model_.predict_proba(
                    self._stance_input(features, np.full(features.shape[0], topic))
                )[:, order]
                for topic in range(len(self.topics))
            ],
            axis=1,
        )

    def predict_proba(self, X: Any) -> list[Floats]:
        """For each topic an array ``(n_sentences, 1 + n_stances)``, columns as in ``classes_``."""
        topics, stances = self.predict_topics(X), self.predict_stances(X)
        return [
            np.column_stack([1 - topics[:, k], topics[:, k, None] * stances[:, k]])
            for k in range(len(self.topics))
        ]

    def predict(self, X: Any) -> Strings:
        """The stance towards each topic, or ``""``; shape ``(n_sentences, n_topics)``."""
        return to_target(predictions(self, X).decided, self.stances)

    def has_features(self, X: Any) -> NDArray[np.bool_]:
        """Whether the text of each sentence holds any n-gram that the model knows."""
        check_is_fitted(self)
        features = self.text_features_.transform(_as_strings(X))
        return np.asarray(np.diff(features.indptr) > 0)

    def _check(self, X: Any, Y: Any) -> tuple[Strings, Strings]:
        X, Y = _as_strings(X), np.asarray(Y, dtype=object)
        if Y.shape != (len(X), len(self.topics)):
            raise ValueError(f"Y has shape {Y.shape}, expected {(len(X), len(self.topics))}")
        if unknown := set(Y.ravel()) - {NO_TOPIC, *self.stances}:
            raise ValueError(f"Y holds {sorted(unknown)}; the stances are {list(self.stances)}")
        if missing := set(self.stances) - set(Y.ravel()):
            raise ValueError(f"no row of Y holds {sorted(missing)}")
        return X, Y


def predictions(model: TopicStanceClassifier, X: Any) -> Predictions:
    """All that a fitted model says of sentences."""
    topics, stances = model.predict_topics(X), model.predict_stances(X)
    is_known = model.has_features(X)
    is_given = (topics >= model.threshold) & is_known[:, None]
    return Predictions(np.where(is_given, stances.argmax(axis=2), -1), topics, stances, is_known)


def to_target(gold: Ints, stances: Sequence[str]) -> Strings:
    """The estimator's ``Y`` for labels as numbers: the stance's number or -1."""
    return np.array([NO_TOPIC, *stances], dtype=object)[gold + 1]


def _as_strings(X: Any) -> Strings:
    array = np.asarray(X, dtype=object)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"X has shape {array.shape}, expected (n_sentences, 2): text, context")
    return array


def _context_features(contexts: Strings) -> LengthScaledTfidf | None:
    """The words of the contexts, or None where too few have any."""
    try:
        return LengthScaledTfidf(norm=None, min_df=3).fit(contexts)
    except ValueError:  # scikit-learn's answer to an empty vocabulary
        return None

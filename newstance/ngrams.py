"""N-grams in, log-odds of topics and stances out: what is decided before it is calibrated.

Topics are independent yes-or-no decisions on n-grams of text and context. The stance towards a
topic is one decision for all topics on n-grams of the text, with every feature there twice: once
shared, once for the topic alone (Daumé III 2007, "Frustratingly Easy Domain Adaptation"), and
weighed by how unevenly the stances have it (Wang and Manning 2012, "Baselines and Bigrams").

The weight of an n-gram depends on no other n-gram of the text, only on the text's length, so that a
score is a sum that ``newstance.flat`` can look up; against rows of length 1 this costs nothing.
"""

import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from newstance.features import LengthScaledTfidf, LogCountRatioScaler
from newstance.predictions import Floats, Ints
from newstance.scores import Scores
from newstance.words import names

Strings = NDArray[np.object_]


class NgramScorer(BaseEstimator):  # type: ignore[misc]
    """Logistic regressions on n-grams.

    ``topic_strength`` and ``stance_strength`` are their inverse regularization strengths,
    ``context_weight`` scales the context's block against the text's.
    """

    def __init__(
        self,
        *,
        topic_strength: float = 10.0,
        stance_strength: float = 0.7,
        context_weight: float = 0.7,
    ) -> None:
        self.topic_strength = topic_strength
        self.stance_strength = stance_strength
        self.context_weight = context_weight

    def fit(self, X: Strings, gold: Ints) -> Self:
        """Fit on texts and contexts (n, 2) and the number of the stance, or -1, (n, topics).

        Raises ValueError for a topic that all rows have or none.
        """
        self.names_ = sorted(names(X[:, 0]))  # in order: a set would be written otherwise each time
        self.n_topics_ = gold.shape[1]
        self.text_features_ = self._text_features(len(X))
        # Single precision halves the time of fitting and the file.
        text = self.text_features_.fit_transform(X).astype(np.float32)
        self.context_features_ = _context_features(X[:, 1])
        of_topics = self._topic_input(text, X[:, 1])
        self.topic_models_ = [
            self._fitted(self.topic_strength, of_topics, has_topic) for has_topic in (gold >= 0).T
        ]
        del of_topics
        rows, topics = np.nonzero(gold >= 0)
        of_stances = self._stance_input(text[rows], topics)
        del text  # of 200,000 sentences it is half a gigabyte
        self.stance_model_ = self._fitted(self.stance_strength, of_stances, gold[rows, topics])
        return self

    def score_sentences(self, X: Strings) -> Scores:
        """The scores of texts and contexts (n, 2)."""
        text = self.text_features_.transform(X)
        of_topics = self._topic_input(text, X[:, 1])
        topics = [model.decision_function(of_topics) for model in self.topic_models_]
        stances = [
            _one_for_each_stance(
                self.stance_model_.decision_function(
                    self._stance_input(text, np.full(text.shape[0], topic))
                )
            )
            for topic in range(self.n_topics_)
        ]
        is_known = np.diff(text.indptr) > 0
        return Scores(np.column_stack(topics), np.stack(stances, axis=1), is_known)

    def _fitted(self, strength: float, features: sparse.csr_matrix, y: NDArray[Any]) -> Pipeline:
        """A head; its coefficients are rounded to half precision, which packs better."""
        head = self._head(strength).fit(features, y)
        head[-1].coef_ = head[-1].coef_.astype(np.float16).astype(np.float32)
        return head

    def _head(self, strength: float) -> Pipeline:
        """What decides."""
        regression = LogisticRegression(C=strength, solver="newton-cg", max_iter=1000)
        return make_pipeline(LogCountRatioScaler(), regression)

    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        """Word and character n-grams of the text.

        Words that are in fewer than 3 sentences, or than one in 10,000, are left out, and
        characters that are in fewer than twice as many.
        """
        least = max(3, math.ceil(n_sentences / 10_000))
        words = LengthScaledTfidf(norm=None, ngram_range=(1, 2), min_df=least)
        characters = LengthScaledTfidf(
            norm=None, analyzer="char_wb", ngram_range=(3, 5), min_df=2 * least
        )
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
        shape = (n_rows, self.n_topics_ * width)
        copies = sparse.csr_matrix((text.data, columns, text.indptr), shape=shape)
        return sparse.csr_matrix(sparse.hstack([text, copies], format="csr"))


def _one_for_each_stance(scores: Floats) -> Floats:
    """Scores (n, stances); of two stances scikit-learn gives one score, here it has both signs."""
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def _context_features(contexts: Strings) -> LengthScaledTfidf | None:
    """The words of the contexts, or None where too few have any."""
    try:
        return LengthScaledTfidf(norm=None, min_df=3).fit(contexts)
    except ValueError:  # scikit-learn's answer to an empty vocabulary
        return None

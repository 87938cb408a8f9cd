"""N-gram features: how they are weighed by length, and scaled by how unevenly classes have them."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.sparsefuncs import inplace_column_scale, inplace_row_scale

from newstance.words import WORD

LEAST_RATIO = 0.1


class LengthScaledTfidf(TfidfVectorizer):  # type: ignore[misc]
    """TF-IDF weights divided by the square root of the text's number of words.

    ``unit_`` is what they are divided by beside, so that the mean squared length of the rows fitted
    on is 1. Parameters are those of scikit-learn's TfidfVectorizer; ``norm`` is to be None.
    """

    def fit_transform(self, raw_documents: Any, y: Any = None) -> sparse.csr_matrix:
        """Learn vocabulary, weights and unit; the weights of the documents."""
        weights = _by_length(super().fit_transform(raw_documents, y), raw_documents)
        self.unit_ = float(np.sqrt(np.vdot(weights.data, weights.data) / weights.shape[0]))
        weights.data /= self.unit_
        return weights

    def fit(self, raw_documents: Any, y: Any = None) -> Self:
        """Learn vocabulary, weights and unit."""
        self.fit_transform(raw_documents, y)
        return self

    def transform(self, raw_documents: Any) -> sparse.csr_matrix:
        """The weights of documents."""
        weights = _by_length(super().transform(raw_documents), raw_documents)
        weights.data /= self.unit_
        return weights


def _by_length(weights: sparse.csr_matrix, texts: Any) -> sparse.csr_matrix:
    lengths = np.array([max(1, len(WORD.findall(text))) for text in texts])
    inplace_row_scale(weights, lengths**-0.5)
    return weights


class LogCountRatioScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Features times the root of how unevenly the classes have them.

    ``scale_`` (n_features,): the greatest absolute log-ratio, over the classes, of the share of a
    class's rows that have the feature to the share of the other rows (each count plus 1), at least
    LEAST_RATIO; its root is taken, which did better in cross-validation than the ratio itself.
    """

    def fit(self, X: sparse.csr_matrix, y: NDArray[Any]) -> Self:
        """Learn the scale of each feature."""
        is_class = y == np.unique(y)[:, None]
        sizes = is_class.sum(axis=1)[:, None]
        rows = [X.indices[np.repeat(own, np.diff(X.indptr))] for own in is_class]
        counts = np.array([np.bincount(own, minlength=X.shape[1]) for own in rows])
        others = counts.sum(axis=0) - counts
        ratios = np.log((counts + 1) / sizes) - np.log((others + 1) / (len(y) - sizes))
        self.scale_ = np.sqrt(np.maximum(np.abs(ratios).max(axis=0), LEAST_RATIO)).astype(X.dtype)
        return self

    def transform(self, X: sparse.csr_matrix) -> sparse.csr_matrix:
        """The scaled features."""
        scaled = X.copy()
        inplace_column_scale(scaled, self.scale_)
        return scaled

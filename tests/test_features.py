import numpy as np
import pytest
from scipy import sparse

from newstance.features import LengthScaledTfidf, LogCountRatioScaler


def test_a_feature_is_scaled_by_the_root_of_its_greatest_log_ratio():
    features = sparse.csr_matrix([[1.0, 2.0], [3.0, 0.0], [0.0, 4.0], [0.0, 5.0]])
    scaler = LogCountRatioScaler().fit(features, np.array(["a", "a", "b", "b"]))
    first, second = np.log((3 / 2) / (1 / 2)), np.log((3 / 2) / (2 / 2))
    assert scaler.scale_ == pytest.approx(np.sqrt([first, second]))
    assert scaler.transform(features).toarray()[1] == pytest.approx([3 * np.sqrt(first), 0])


def test_a_feature_that_all_classes_have_alike_keeps_a_little_weight():
    features = sparse.csr_matrix([[1.0], [1.0]])
    assert LogCountRatioScaler().fit(features, np.array([0, 1])).scale_ == pytest.approx(0.1**0.5)


def test_of_three_classes_the_most_uneven_counts():
    features = sparse.csr_matrix([[1.0], [1.0], [0.0], [0.0], [0.0], [0.0]])
    scaler = LogCountRatioScaler().fit(features, np.array([0, 0, 1, 1, 2, 2]))
    assert scaler.scale_ == pytest.approx(np.sqrt(np.log((3 / 2) / (1 / 4))))


def test_texts_weigh_the_same_when_they_are_fitted_on():
    texts = ["gas flows east", "gas stops", "gas", "the pact of the east"]
    blank = LengthScaledTfidf(norm=None)
    weights = blank.fit_transform(texts)
    assert weights.toarray() == pytest.approx(blank.transform(texts).toarray())
    assert (weights.toarray() ** 2).sum() == pytest.approx(len(texts))

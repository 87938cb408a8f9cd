import numpy as np
import pytest
from scipy import sparse

from newstance.features import LogCountRatioScaler


def test_a_feature_is_scaled_by_the_root_of_its_greatest_log_ratio():
    features = sparse.csr_matrix([[1.0, 2.0], [3.0, 0.0], [0.0, 4.0], [0.0, 5.0]])
    scaler = LogCountRatioScaler().fit(features, np.array(["a", "a", "b", "b"]))
    first, second = np.log((3 / 2) / (1 / 2)), np.log((3 / 2) / (2 / 2))
    assert scaler.scale_ == pytest.approx(np.sqrt([first, second]))
    assert scaler.transform(features).toarray()[1] == pytest.approx([3 * np.sqrt(first), 0])


def test_a_feature_that_all_classes_have_alike_keeps_a_little_weight():
    features = sparse.csr_matrix([[1.0], [1.0]])
    assert LogCountRatioScaler().fit(features, np.array([0, 1])).scale_ == pytest.approx(0.1**0.5)

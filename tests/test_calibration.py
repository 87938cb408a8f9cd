import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from newstance.calibration import calibrate
from newstance.scores import Scores

N = 4000


def to_scores(topics, stances):
    return Scores(topics, stances, np.ones(len(topics), dtype=bool))


@pytest.fixture(scope="module")
def drawn():
    """Scores that are three times what they should be, and the gold stances drawn by them."""
    random = np.random.default_rng(0)
    topics, stances = random.normal(size=(N, 2)), random.normal(size=(N, 2, 3))
    has_topic = random.random((N, 2)) < 1 / (1 + np.exp(-(topics + 1)))
    drawn = (stances + random.gumbel(size=stances.shape)).argmax(axis=2)
    return to_scores(3 * topics, 3 * stances), np.where(has_topic, drawn, -1)


def test_what_made_the_scores_is_found(drawn):
    calibration = calibrate(*drawn)
    assert calibration.slope == pytest.approx([-1 / 3, -1 / 3], abs=0.03)
    assert calibration.offset == pytest.approx([-1, -1], abs=0.1)
    assert calibration.sharpness == pytest.approx(1 / 3, abs=0.03)


def test_the_sigmoid_is_that_of_scikit_learn(drawn):
    scores, gold = drawn
    column, has_topic = scores.topics[:, :1], gold[:, 0] >= 0
    as_it_is = LogisticRegression().fit([[-1.0], [1.0]], [False, True])
    theirs = CalibratedClassifierCV(FrozenEstimator(as_it_is), method="sigmoid", ensemble=False)
    expected = theirs.fit(column, has_topic).predict_proba(column)[:, 1]
    ours = calibrate(scores, gold).predictions(scores, 0.5).topics[:, 0]
    np.testing.assert_allclose(ours, expected, atol=1e-3)


def test_scores_that_are_never_wrong_give_finite_numbers():
    gold = np.array([[0], [1], [-1], [-1]] * 5)
    stances = np.where(gold[..., None] == np.arange(2), 4.0, -4.0)
    calibration = calibrate(to_scores(np.where(gold >= 0, 2.0, -2.0), stances), gold)
    said = calibration.predictions(to_scores(np.array([[2.0]]), stances[:1]), 0.5)
    assert np.isfinite([*calibration.slope, *calibration.offset, calibration.sharpness]).all()
    assert said.topics[0, 0] == pytest.approx(11 / 12, abs=1e-3)  # Platt's target
    assert said.decided.tolist() == [[0]]


def test_without_a_known_feature_no_topic_is_given():
    scores = Scores(np.array([[9.0]]), np.array([[[1.0, 2.0]]]), np.array([False]))
    calibration = calibrate(
        to_scores(np.array([[1.0], [1.0], [-1.0]]), np.zeros((3, 1, 2))), np.array([[0], [1], [-1]])
    )
    assert calibration.predictions(scores, 0.5).decided.tolist() == [[-1]]

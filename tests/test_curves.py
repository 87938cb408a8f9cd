import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve

from newstance.curves import (
    Answers,
    Kept,
    given_topics,
    reliability,
    risk_coverage,
    stances,
    topic_probabilities,
)
from newstance.metrics import measure
from newstance.predictions import Predictions

CONFIDENCES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.31, 0.5, 0.77, 0.9, 1.0]), st.booleans()), min_size=1
)


def answers(confidence, is_right):
    items = np.array([str(n) for n in range(len(confidence))])
    return Answers(np.array(confidence), np.array(is_right, dtype=bool), items)


def random_predictions(n=80):
    rng = np.random.default_rng(0)
    gold, topics = rng.integers(-1, 3, (n, 4)), rng.random((n, 4))
    told = rng.random((n, 4, 3))
    told /= told.sum(axis=2, keepdims=True)
    decided = np.where(topics > 0.5, told.argmax(axis=2), -1)
    return gold, Predictions(decided, topics, told, np.ones(n, dtype=bool))


def error(told):
    return (told.count * np.abs(told.confidence - told.accuracy)).sum() / told.count.sum()


def test_reliability_is_that_of_scikit_learn():
    rng = np.random.default_rng(1)
    confidence = rng.random(200)
    is_right = rng.random(200) < confidence
    told = reliability(answers(confidence, is_right))
    accuracy, mean = calibration_curve(is_right, confidence, n_bins=10)
    assert told.accuracy == pytest.approx(accuracy)
    assert told.confidence == pytest.approx(mean)
    assert told.count.sum() == 200


def test_reliability_agrees_with_the_calibration_error_of_the_metrics(codebook):
    gold, said = random_predictions()
    items = [str(n) for n in range(len(gold))]
    measures = measure(gold, said, groups=items, codebook=codebook, n_resamples=2).measures
    topics = reliability(topic_probabilities(gold, said, items))
    assert error(topics) == pytest.approx(measures["topic_ece"])
    assert error(reliability(stances(gold, said, items))) == pytest.approx(measures["stance_ece"])


def test_bins_without_answers_are_left_out():
    told = reliability(answers([0.05, 0.95, 1.0], [False, True, False]))
    assert told.count.tolist() == [1, 2]
    assert told.accuracy.tolist() == [0, 0.5]


def test_risk_by_coverage_by_hand():
    told = risk_coverage(answers([0.9, 0.6, 0.8, 0.7], [True, False, True, True]))
    assert told.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert told.risk.tolist() == [0, 0, 0, 0.25]
    assert told.area.value == pytest.approx(0.25 / 4)
    assert told.kept == {0.8: Kept(0.75, 0.7), 0.9: Kept(0.75, 0.7), 0.95: Kept(0.75, 0.7)}


@given(CONFIDENCES)
@settings(max_examples=50)
def test_risk_is_one_less_the_precision_of_scikit_learn(pairs):
    confidence, is_right = zip(*pairs, strict=True)
    told = risk_coverage(answers(confidence, is_right), n_resamples=1)
    if any(is_right):
        precision, _, _ = precision_recall_curve(is_right, confidence)
        assert 1 - told.risk[::-1] == pytest.approx(precision[:-1])


@given(CONFIDENCES, st.randoms())
@settings(max_examples=50)
def test_the_order_of_equally_sure_answers_does_not_matter(pairs, random):
    confidence, is_right = zip(*pairs, strict=True)
    told = risk_coverage(answers(confidence, is_right), n_resamples=1)
    random.shuffle(pairs)
    confidence, is_right = zip(*pairs, strict=True)
    again = risk_coverage(answers(confidence, is_right), n_resamples=1)
    assert again.area.value == pytest.approx(told.area.value)
    assert (again.risk.tolist(), again.kept) == (told.risk.tolist(), told.kept)


def test_equally_sure_answers_have_the_risk_of_all():
    told = risk_coverage(answers([0.5] * 4, [True, False, True, True]))
    assert told.area.value == pytest.approx(0.25)
    assert told.kept[0.8] is None


def test_wrong_answers_lie_evenly_among_equally_sure_ones():
    told = risk_coverage(answers([0.9, 0.5, 0.5], [True, False, True]))
    assert told.area.value == pytest.approx((0 + 0.5 / 2 + 1 / 3) / 3)


def test_a_precision_that_is_just_reached_is_reached():
    told = risk_coverage(answers([0.9, 0.8, 0.7, 0.6, 0.5], [True, True, True, True, False]))
    assert told.kept[0.8] == Kept(1, 0.5)


def test_the_area_has_an_interval_over_news_items():
    rng = np.random.default_rng(2)
    confidence = rng.random(100)
    told = risk_coverage(answers(confidence, rng.random(100) < confidence))
    assert told.area.low < told.area.value < told.area.high


def test_no_answer_has_no_curve():
    assert risk_coverage(answers([], [])) is None


def test_given_topics_are_right_where_gold_has_them():
    gold, said = random_predictions()
    told = given_topics(gold, said, [str(n) for n in range(len(gold))])
    assert len(told.confidence) == (said.decided >= 0).sum()
    assert told.is_right.sum() == ((gold >= 0) & (said.decided >= 0)).sum()


def test_no_gold_topic_gives_no_stances():
    gold, said = random_predictions()
    assert len(stances(np.full_like(gold, -1), said, ["x"] * len(gold)).confidence) == 0

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from newstance.agreement import ALPHA, KAPPA, agreement, disagreements
from newstance.records import Sentence


def sentence(*labels):
    votes = [{"coder": f"coder {n}", "labels": vote} for n, vote in enumerate(labels)]
    return Sentence("text", labels=labels[0], other={"votes": votes})


def random_votes(codebook, n, n_coders):
    rng = np.random.default_rng(1)
    array = rng.integers(-1, 3, (n, 1, 4))
    array = np.where(
        rng.random((n, n_coders, 4)) < 0.3, rng.integers(-1, 3, (n, n_coders, 4)), array
    )
    rows = [
        sentence(
            *(
                {
                    topic: codebook.stance_names[s]
                    for topic, s in zip(codebook.topic_names, vote, strict=True)
                    if s >= 0
                }
                for vote in row
            )
        )
        for row in array
    ]
    return array, rows


def test_two_coders_get_the_kappa_of_scikit_learn(codebook):
    array, rows = random_votes(codebook, 60, 2)
    *topics, stance = agreement(rows, codebook, n_resamples=20)
    for k, told in enumerate(topics):
        assert told.name == KAPPA
        assert told.value == pytest.approx(
            cohen_kappa_score(array[:, 0, k] >= 0, array[:, 1, k] >= 0)
        )
    both = (array >= 0).all(axis=1)
    assert stance.n == both.sum()
    assert stance.value == pytest.approx(cohen_kappa_score(array[:, 0][both], array[:, 1][both]))


def test_three_coders_get_the_alpha_of_krippendorff(codebook):
    array, rows = random_votes(codebook, 60, 3)
    *topics, stance = agreement(rows, codebook, n_resamples=20)
    for k, told in enumerate(topics):
        assert told.name == ALPHA
        expected = krippendorff.alpha(
            (array[..., k] >= 0).T.astype(int), level_of_measurement="nominal"
        )
        assert told.value == pytest.approx(expected)
    units = np.where(array < 0, np.nan, array).transpose(1, 0, 2).reshape(3, -1)
    assert stance.value == pytest.approx(krippendorff.alpha(units, level_of_measurement="nominal"))


def test_the_interval_holds_the_value(codebook):
    _, rows = random_votes(codebook, 60, 2)
    assert all(told.low < told.value < told.high for told in agreement(rows, codebook))


def test_a_sentence_with_one_vote_is_no_evidence(codebook):
    assert agreement([sentence({})], codebook) == []


def test_coders_who_never_differ_on_one_value_have_no_coefficient(codebook):
    assert np.isnan(agreement([sentence({}, {})] * 5, codebook)[0].value)


def test_disagreements_are_listed_with_each_vote():
    rows = [sentence({}, {}), sentence({"energy": "support"}, {})]
    (found,) = disagreements(rows)
    assert found.sentence is rows[1]
    assert found.votes == {"coder 0": {"energy": "support"}, "coder 1": {}}

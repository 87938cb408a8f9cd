import numpy as np
import pytest
from conftest import small_rows
from scipy import sparse
from sklearn.base import clone

from newstance.features import LogCountRatioScaler
from newstance.pipeline import TopicStanceClassifier, to_input, to_target
from newstance.predictions import to_gold
from newstance.records import Sentence


@pytest.fixture(scope="module")
def toy(codebook):
    rows = small_rows()
    inputs = to_input([Sentence(row["text"]) for row in rows])
    target = to_target(to_gold([row["labels"] for row in rows], codebook), codebook.stance_names)
    groups = [row["group"] for row in rows]
    model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    return model.fit(inputs, target, groups=groups), inputs, target, groups


def test_words_that_tell_topic_and_stance_are_learnt(toy):
    model, inputs, target, _ = toy
    assert (model.predict(inputs) == target).mean() > 0.99


def test_the_same_input_gives_the_same_coefficients(toy):
    model, inputs, target, groups = toy
    again = clone(model).fit(inputs, target, groups=groups)
    for one, other in zip(model.topic_models_, again.topic_models_, strict=True):
        mine, its = (m.calibrated_classifiers_[0].estimator[-1].coef_ for m in (one, other))
        assert np.array_equal(mine, its)


def test_probabilities_of_a_topic_and_its_stances_sum_to_one(toy):
    model, inputs, _, _ = toy
    for probabilities in model.predict_proba(inputs):
        assert probabilities.shape == (len(inputs), 4)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_one_by_one_equals_in_a_batch(toy):
    model, inputs, _, _ = toy
    batch = model.predict_stances(inputs[:5])
    single = np.concatenate([model.predict_stances(inputs[n : n + 1]) for n in range(5)])
    assert np.allclose(batch, single, atol=1e-6)


def test_parameters_can_be_read_and_set(toy):
    model = toy[0]
    params = model.get_params()
    assert clone(model).get_params() == params
    assert model.__class__(**params).set_params(threshold=0.3).threshold == 0.3


def test_text_without_a_known_feature_gets_no_topic(toy):
    model = toy[0]
    inputs = [["", "They signed the pact."], ["💥 ☃", ""], ["the army", ""]]
    assert model.has_features(inputs).tolist() == [False, False, True]
    assert (model.predict(inputs[:2]) == "").all()


def test_no_sentences_give_empty_arrays(toy):
    assert to_input([]).shape == (0, 2)
    assert to_target(np.empty((0, 4), dtype=int), ("a",)).shape == (0, 4)


def test_a_copy_stands_in_the_block_of_the_topic():
    features = sparse.csr_matrix(np.array([[1.0, 2.0], [3.0, 0.0]]))
    assert TopicStanceClassifier(("x", "y"), ("a", "b"))._stance_input(
        features, np.array([1, 0])
    ).toarray().tolist() == [
        [1, 2, 0, 0, 1, 2],
        [3, 0, 3, 0, 0, 0],
    ]


@pytest.mark.parametrize(
    ("inputs", "target", "message"),
    [
        ([["a", ""]], [["support"]], r"Y has shape \(1, 1\), expected \(1, 4\)"),
        ([["a", ""]], [["pro", "", "", ""]], r"Y holds \['pro'\]; the stances are"),
        (["a"], [["", "", "", ""]], r"X has shape \(1,\), expected \(n_sentences, 2\)"),
    ],
)
def test_input_of_another_shape_is_an_error(codebook, inputs, target, message):
    model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    with pytest.raises(ValueError, match=message):
        model.fit(inputs, target)


def test_a_feature_is_scaled_by_the_root_of_its_greatest_log_ratio():
    features = sparse.csr_matrix([[1.0, 2.0], [3.0, 0.0], [0.0, 4.0], [0.0, 5.0]])
    scaler = LogCountRatioScaler().fit(features, np.array(["a", "a", "b", "b"]))
    first, second = np.log((3 / 2) / (1 / 2)), np.log((3 / 2) / (2 / 2))
    assert scaler.scale_ == pytest.approx(np.sqrt([first, second]))
    assert scaler.transform(features).toarray()[1] == pytest.approx([3 * np.sqrt(first), 0])


def test_a_feature_that_all_classes_have_alike_keeps_a_little_weight():
    features = sparse.csr_matrix([[1.0], [1.0]])
    assert LogCountRatioScaler().fit(features, np.array([0, 1])).scale_ == pytest.approx(0.1**0.5)

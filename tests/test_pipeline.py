import numpy as np
import pytest
from conftest import small_rows
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from newstance.calibration import calibrate
from newstance.ngrams import NgramScorer
from newstance.pipeline import TopicStanceClassifier, to_input, to_target
from newstance.predictions import to_gold
from newstance.records import Sentence
from newstance.scores import Scores


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


def test_scores_are_those_of_one_who_never_saw_the_group_and_calibrate(codebook, toy):
    model, inputs, target, groups = toy
    mixed = np.random.default_rng(0).permutation(len(inputs))
    inputs, target, groups = inputs[mixed], target[mixed], np.array(groups)[mixed]
    fitted = clone(model)
    said = fitted.fit_predict(inputs, target, groups)
    gold = np.array([[codebook.stance_names.index(s) if s else -1 for s in row] for row in target])
    folds = list(GroupKFold(5, shuffle=True, random_state=0).split(inputs, groups=groups))
    strangers = [NgramScorer().fit(inputs[a], gold[a]).score_sentences(inputs[b]) for a, b in folds]
    order = np.argsort(np.concatenate([left_out for _, left_out in folds]))
    scores = Scores.concatenate(strangers)[order]
    whole = calibrate(scores, gold)
    assert fitted.calibration_.slope == pytest.approx(whole.slope)
    assert fitted.calibration_.offset == pytest.approx(whole.offset)
    assert fitted.calibration_.sharpness == pytest.approx(whole.sharpness)
    for (kept, left_out), own in zip(folds, strangers, strict=True):
        expected = calibrate(scores[kept], gold[kept]).predictions(own, 0.5)
        assert said.topics[left_out] == pytest.approx(expected.topics, abs=1e-6)
        assert said.stances[left_out] == pytest.approx(expected.stances, abs=1e-6)
        assert np.array_equal(said.decided[left_out], expected.decided)


def test_parameters_are_heeded(codebook, toy):
    _, inputs, target, groups = toy

    def told(**parameters):
        model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names, **parameters)
        said = model.fit_predict(inputs, target, groups)
        return said, model.predictions(inputs)

    plain, plain_fitted = told()
    for name, value in {
        "n_folds": 3,
        "random_state": 1,
        "scorer": NgramScorer(stance_strength=0.01, topic_strength=0.01),
    }.items():
        assert not np.allclose(told(**{name: value})[0].topics, plain.topics, atol=1e-9), name
    strict, strict_fitted = told(threshold=0.9999999)
    assert (strict.decided >= 0).sum() < (plain.decided >= 0).sum()
    assert (strict_fitted.decided >= 0).sum() < (plain_fitted.decided >= 0).sum()


def test_a_stance_that_few_groups_have_is_an_error(toy):
    model, inputs, target, groups = toy
    target = np.where((target == "oppose") & (np.array(groups) != "item 0")[:, None], "", target)
    with pytest.raises(ValueError, match="or a stance is in too few news items for the folds"):
        clone(model).fit(inputs, target, groups=groups)


def test_the_same_input_gives_the_same_coefficients(toy):
    model, inputs, target, groups = toy
    again = clone(model).fit(inputs, target, groups=groups)
    pairs = zip(model.scorer_.topic_models_, again.scorer_.topic_models_, strict=True)
    assert all(np.array_equal(one[-1].coef_, other[-1].coef_) for one, other in pairs)


def test_probabilities_of_a_topic_and_its_stances_sum_to_one(toy):
    model, inputs, _, _ = toy
    for probabilities in model.predict_proba(inputs):
        assert probabilities.shape == (len(inputs), 4)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_one_by_one_equals_in_a_batch(toy):
    model, inputs, _, _ = toy
    batch = model.predictions(inputs[:5]).stances
    single = np.concatenate([model.predictions(inputs[n : n + 1]).stances for n in range(5)])
    assert np.allclose(batch, single, atol=1e-6)


def test_parameters_can_be_read_and_set(toy):
    model = toy[0]
    params = model.get_params()
    assert clone(model).get_params() == params
    assert model.__class__(**params).set_params(threshold=0.3).threshold == 0.3


def test_text_without_a_known_feature_gets_no_topic(toy):
    model = toy[0]
    inputs = [["", "They signed the pact."], ["💥 ☃", ""], ["the army", ""]]
    assert model.predictions(inputs).is_known.tolist() == [False, False, True]
    assert (model.predict(inputs[:2]) == "").all()


def test_no_sentences_give_empty_arrays(toy):
    assert to_input([]).shape == (0, 2)
    assert to_target(np.empty((0, 4), dtype=int), ("a",)).shape == (0, 4)


@pytest.mark.parametrize(
    ("inputs", "target", "message"),
    [
        ([["a", ""]], [["support"]], r"Y has shape \(1, 1\), expected \(1, 4\)"),
        ([["a", ""]], [["pro", "", "", ""]], r"Y holds \['pro'\]; the stances are"),
        ([["a", ""]], [[None, 1, "", ""]], r"Y holds \[1, None\]; the stances are"),
        ([["a", ""]], [["support", "", "", ""]], r"no row of Y holds \['neutral', 'oppose'\]"),
        ([["a", np.nan]], [["", "", "", ""]], r"X holds \['a', nan\] in row 0; text and context"),
        (
            [["a", ""]] * 3,
            [[s, s, s, ""] for s in ("support", "oppose", "neutral")],
            "all rows of Y have 'defence'",
        ),
        (["a"], [["", "", "", ""]], r"X has shape \(1,\), expected \(n_sentences, 2\)"),
    ],
)
def test_input_of_another_shape_is_an_error(codebook, inputs, target, message):
    model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    with pytest.raises(ValueError, match=message):
        model.fit(inputs, target)

import numpy as np
from conftest import small_rows
from scipy import sparse

from newstance.ngrams import NgramScorer
from newstance.pipeline import to_input
from newstance.predictions import to_gold
from newstance.records import Sentence


def test_a_copy_stands_in_the_block_of_the_topic():
    scorer = NgramScorer()
    scorer.n_topics_ = 2
    features = sparse.csr_matrix(np.array([[1.0, 2.0], [3.0, 0.0]]))
    assert scorer._stance_input(features, np.array([1, 0])).toarray().tolist() == [
        [1, 2, 0, 0, 1, 2],
        [3, 0, 3, 0, 0, 0],
    ]


def test_of_two_stances_each_has_a_score_with_its_own_sign(codebook):
    rows = [row for row in small_rows() if "neutral" not in row["labels"].values()]
    inputs = to_input([Sentence(row["text"]) for row in rows])
    gold = to_gold([row["labels"] for row in rows], codebook)
    scores = NgramScorer().fit(inputs, gold).score_sentences(inputs)
    assert scores.stances.shape == (len(rows), 4, 2)
    assert np.array_equal(scores.stances[..., 0], -scores.stances[..., 1])
    has_topic = gold >= 0
    assert np.array_equal(scores.stances.argmax(axis=2)[has_topic], gold[has_topic])


def test_coefficients_are_rounded(codebook):
    rows = small_rows()
    inputs = to_input([Sentence(row["text"]) for row in rows])
    scorer = NgramScorer().fit(inputs, to_gold([row["labels"] for row in rows], codebook))
    for head in [*scorer.topic_models_, scorer.stance_model_]:
        coefficients = head[-1].coef_
        assert coefficients.dtype == np.float32
        assert np.array_equal(coefficients, coefficients.astype(np.float16))


def test_rare_ngrams_are_left_out_by_share():
    least = [
        [block.min_df for _, block, _ in NgramScorer()._text_features(n).transformers]
        for n in (100, 30_000, 30_001)
    ]
    assert least == [[3, 6], [3, 6], [4, 8]]

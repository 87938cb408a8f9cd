"""Each variant is the estimator but for the one thing that it names."""

import pytest
from conftest import small_rows

from newstance.ablation import AS_IT_IS, PARTS
from newstance.pipeline import to_input
from newstance.predictions import to_gold
from newstance.records import Sentence

FEWER = {
    "without character n-grams",
    "without words",
    "without word pairs",
    "without names",
}


@pytest.mark.parametrize("name", PARTS)
def test_a_variant_fits_on_the_features_that_it_names(codebook, name):
    rows = small_rows(12)
    inputs = to_input([Sentence(row["text"], "The EU met.") for row in rows])
    gold = to_gold([row["labels"] for row in rows], codebook)
    widths = {}
    for key in ("as it is", name):
        variant, parameters = {**AS_IT_IS, **PARTS}[key]
        scorer = variant(**parameters).fit(inputs, gold)
        widths[key] = scorer.text_features_.transform(inputs).shape[1]
        assert scorer.score_sentences(inputs).stances.shape == (len(rows), 4, 3)
    assert (widths[name] < widths["as it is"]) == (name in FEWER)

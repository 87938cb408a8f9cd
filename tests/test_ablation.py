"""Each variant is the estimator but for the one thing that it names."""

import numpy as np
import pytest
from conftest import small_rows

from newstance.ablation import AS_IT_IS, PARTS
from newstance.pipeline import to_input, to_target
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
    target = to_target(to_gold([row["labels"] for row in rows], codebook), codebook.stance_names)
    widths = {}
    for key in ("as it is", name):
        variant, parameters = {**AS_IT_IS, **PARTS}[key]
        model = variant(codebook.topic_names, codebook.stance_names, **parameters)
        model.fit(inputs, target, groups=[row["group"] for row in rows])
        widths[key] = model.text_features_.transform(inputs).shape[1]
        assert np.allclose(model.predict_stances(inputs).sum(axis=2), 1)
    assert (widths[name] < widths["as it is"]) == (name in FEWER)

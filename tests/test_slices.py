import numpy as np
import pytest

from newstance.evaluate import examine
from newstance.predictions import Predictions
from newstance.records import Sentence
from newstance.slices import slices

GAS = "Russia stopped the gas supplies to the refinery."
LONG = "The president spoke about the weather, " + "and about the weather again, " * 6


def against_gas(sentences):
    """A model that gives energy, opposed, where it reads 'gas'."""
    decided = np.full((len(sentences), 4), -1)
    decided[["gas" in s.text for s in sentences], 1] = 1
    stances = np.tile([0.1, 0.8, 0.1], (*decided.shape, 1))
    is_known = np.ones(len(decided), dtype=bool)
    return Predictions(decided, (decided >= 0) * 0.9, stances, is_known)


def told(codebook, sentences):
    found = slices(examine(sentences, against_gas, codebook), codebook)
    return {(part.field, part.value): part for part in found}


@pytest.fixture
def sentences():
    return [
        Sentence(GAS, labels={"energy": "oppose"}, other={"source": "a"}),
        Sentence(GAS, "It was cold.", labels={"energy": "support"}, other={"source": "a"}),
        Sentence(LONG, labels={}, other={"source": "<b>"}),
    ]


def test_each_field_cuts_all_sentences_once(codebook, sentences):
    found = told(codebook, sentences)
    for field in ("length", "topic", "context", "source"):
        assert sum(part.n for (own, _), part in found.items() if own == field) == 3


def test_a_part_is_scored_alone(codebook, sentences):
    missed = Sentence("It rained.", labels={"defence": "support"}, other={"source": "c"})
    found = told(codebook, [*sentences, missed])
    assert found["topic", "energy"].n_labels == 2
    assert found["topic", "energy"].stance.value == 0.5
    assert found["source", "a"].topics.value == 1
    assert found["source", "c"].topics.value == 0
    assert found["context", "with"].n == 1


def test_a_part_without_labels_has_no_scores_of_labels(codebook, sentences):
    part = told(codebook, sentences)["topic", "none"]
    assert (part.topics, part.stance) == (None, None)
    assert part.all_right.value == 1


def test_a_field_with_one_value_is_no_slice(codebook, sentences):
    assert not any(field == "register" for field, _ in told(codebook, sentences))


def test_rare_values_are_put_together(codebook):
    many = [
        Sentence(GAS, labels={}, other={"source": f"outlet {n:02d}"}) for n in (*range(20), 0, 1)
    ]
    found = {value: p.n for (field, value), p in told(codebook, many).items() if field == "source"}
    assert list(found)[:3] == ["outlet 00", "outlet 01", "outlet 02"]
    assert found["8 others"] == 8


def test_the_interval_of_a_part_draws_all_items(codebook, sentences):
    rare = [s for s in sentences[:2] for _ in range(3)]
    common = [Sentence(LONG, labels={}) for _ in range(60)]
    part = told(codebook, [*rare, *common])["topic", "energy"]
    assert part.topics.value == part.topics.low == part.topics.high == 1

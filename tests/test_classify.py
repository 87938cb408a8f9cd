import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newstance.classify import BATCH, EMPTY, UNKNOWN, classify
from newstance.records import Sentence


def test_labels_are_the_topics_above_the_threshold_with_their_likeliest_stance(shipped):
    (answer,) = classify(shipped, [Sentence("Serbia's army signed the military pact with NATO.")])
    threshold = shipped.scorer.tables.threshold
    assert answer.labels == {
        topic: max(score.stances, key=score.stances.__getitem__)
        for topic, score in answer.scores.items()
        if score.probability >= threshold
    }
    assert "defence" in answer.labels


@pytest.mark.parametrize(("text", "remark"), [("", EMPTY), (" \n\t", EMPTY), ("💥☃", UNKNOWN)])
def test_a_sentence_with_nothing_known_gets_a_remark_and_no_guess(shipped, text, remark):
    (answer,) = classify(shipped, [Sentence(text, "NATO and the army.")])
    assert (answer.labels, answer.scores, answer.remark) == ({}, {}, remark)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_text_gets_probabilities(shipped, texts):
    answers = list(classify(shipped, map(Sentence, texts)))
    assert [answer.text for answer in answers] == texts
    for answer in answers:
        assert (answer.remark is None) == bool(answer.scores)
        for score in answer.scores.values():
            assert 0 <= score.probability <= 1
            assert sum(score.stances.values()) == pytest.approx(1, abs=1e-5)


def test_more_sentences_than_a_batch_keep_their_order(shipped):
    sentences = [Sentence(f"Gas day {n}.") for n in range(BATCH + 3)]
    assert [a.text for a in classify(shipped, sentences)] == [s.text for s in sentences]


def test_other_fields_travel_through(shipped):
    (answer,) = classify(shipped, [Sentence("Gas flows.", other={"outlet": "x"})])
    assert answer.to_row()["outlet"] == "x"

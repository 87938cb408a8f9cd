"""Explanations are exact, and what they point at matters."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newstance.explain import explain, flip
from newstance.explain_html import page
from newstance.records import Sentence
from newstance.weights import strongest

NEWS = Sentence(
    "Budapest asked Washington to hold off on sanctioning the Serbian refiner.",
    "NIS has belonged to Gazprom since 2008.",
)
WORDS = ["NATO", "EU-backed", "gas,", "vetoed", "the", "pipeline.", "Vučić's", "a", "—", "İΣß\n"]
TEXT = st.lists(st.sampled_from(WORDS)).map(" ".join) | st.text(st.characters(codec="utf-8"))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT)
def test_shares_and_intercept_sum_to_the_log_odds(shipped, text, context):
    explanation = explain(shipped, Sentence(text, context))
    said = shipped.scorer.predict([text], [context])
    topics = explanation.intercept.topics + sum(p.share.topics for p in explanation.parts)
    stances = explanation.intercept.stances + sum(p.share.stances for p in explanation.parts)
    powers = np.exp(stances)
    assert np.allclose(1 / (1 + np.exp(-topics)), said.topics[0], rtol=0, atol=1e-12)
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), said.stances[0], atol=1e-12)
    assert np.allclose(stances.sum(axis=1), 0, atol=1e-12)
    assert np.allclose(explanation.total.topics, topics)
    assert np.allclose(explanation.total.stances, stances)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT)
def test_parts_are_slices_of_text_and_context(shipped, text, context):
    for part in explain(shipped, Sentence(text, context)).parts:
        source = context if part.is_context else text
        assert source[part.start : part.end] == part.text


def test_words_share_out_all_that_words_and_phrases_of_the_text_add(shipped):
    explanation = explain(shipped, NEWS)
    parts = [part for part in explanation.parts if not part.is_context]
    assert any(" " in part.text for part in parts)
    words = explanation.words()
    assert [word.text for word in words] == NEWS.text.split()
    assert np.allclose(
        sum(word.share.stances for word in words), sum(part.share.stances for part in parts)
    )


def test_the_context_adds_to_topics_alone(shipped):
    parts = [part for part in explain(shipped, NEWS).parts if part.is_context]
    assert [part.text for part in parts] == NEWS.context.split()
    assert any(part.share.topics.any() for part in parts)
    assert not any(part.share.stances.any() for part in parts)


def test_json_has_the_record_and_a_share_for_each_part(shipped):
    explanation = explain(shipped, NEWS)
    row = explanation.to_json(shipped.scorer.tables)
    assert (row["text"], row["context"]) == (NEWS.text, NEWS.context)
    energy = [part["share"]["energy"]["log_odds"] for part in row["explanation"]["parts"]]
    intercept = row["explanation"]["intercept"]["energy"]["log_odds"]
    total = row["explanation"]["log_odds"]["energy"]["log_odds"]
    assert intercept + sum(energy) == pytest.approx(total, abs=1e-4)


def decision(model, text, context, topic):
    said = model.scorer.predict([text], [context])
    return said.decided[0, model.codebook.topic_names.index(topic)]


@pytest.mark.parametrize(
    "text",
    [
        "Sofia vetoed the talks.",
        NEWS.text,
        "Serbia's army bought tanks, planes, guns and shells, and NATO praised the purchase.",
    ],
)
@pytest.mark.parametrize("topic", ["defence", "energy"])
def test_without_the_words_of_a_flip_the_decision_is_another(shipped, text, topic):
    found = flip(shipped, Sentence(text), topic)
    if found is None:
        assert decision(shipped, text, "", topic) == -1
        return
    names = shipped.codebook.stance_names
    rest = text
    for start, end in reversed(found.removed):
        rest = rest[:start] + rest[end:]
    after = decision(shipped, rest, "", topic)
    assert after != decision(shipped, text, "", topic)
    assert found.after == (names[after] if after >= 0 else None)


def test_no_single_word_flips_what_takes_two(shipped):
    text = "The army praised, welcomed and backed the pact on tanks, guns and shells."
    found = flip(shipped, Sentence(text), "defence")
    assert found.is_fewest
    assert len(found.removed) > 1
    before = decision(shipped, text, "", "defence")
    words = text.split()
    for n in range(len(words)):
        rest = " ".join(words[:n] + words[n + 1 :])
        assert decision(shipped, rest, "", "defence") == before


def test_a_long_sentence_is_flipped_word_by_word_and_says_so(shipped):
    text = " ".join(["NATO soldiers and tanks of the army"] * 40)
    found = flip(shipped, Sentence(text), "defence")
    assert not found.is_fewest
    assert "fewer may do" in found.in_words(text)


def test_a_page_of_hostile_text_is_escaped(shipped):
    hostile = Sentence("<script>alert(1)</script> NATO & gas", "<b>x</b>")
    html = page([explain(shipped, hostile)], [["defence"]], [[]])
    assert "<script>" not in html
    assert "<b>x" not in html
    assert "&lt;script&gt;" in html


def test_the_strongest_features_come_in_order_and_speak_for_their_topic(shipped):
    found = strongest(shipped, n=10)
    topics = [one for one in found if one.stance is None]
    assert [one.topic for one in topics] == list(shipped.codebook.topic_names)
    assert len(found) == len(topics) * 4
    for one in found:
        weights = [feature.log_odds for feature in one.features]
        assert weights == sorted(weights, reverse=True)
    assert "gas" in {feature.text for feature in topics[1].features}


def test_a_feature_adds_what_it_adds_in_a_sentence_of_its_length(shipped):
    (feature, *_) = strongest(shipped, n=1)[0].features
    text = " ".join([feature.text, *["zzzz"] * 24])
    first = explain(shipped, Sentence(text)).parts[0]
    assert first.share.topics[0] == pytest.approx(feature.log_odds)

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newstance.predictions import Predictions
from newstance.records import Sentence
from newstance.spoiling import only, topic_words, without, without_names
from newstance.words import WORD


def names_in(*texts):
    kept = without_names([Sentence(text) for text in texts])
    return [
        set(WORD.findall(text)) - set(WORD.findall(sentence.text))
        for text, sentence in zip(texts, kept, strict=True)
    ]


def reads_gas(sentences):
    """A model of one topic, which it gives where it reads 'gas'."""
    decided = np.array([[0 if "gas" in s.text.lower() else -1] for s in sentences])
    n = len(sentences)
    return Predictions(decided, np.zeros((n, 1)), np.ones((n, 1, 3)) / 3, np.ones(n, dtype=bool))


def test_a_topics_words_are_those_that_alone_give_the_topic():
    sentences = [Sentence("Gas flows; gasworks closed.", context="Biogas is dear.")]
    assert topic_words(sentences, reads_gas) == ({"gas", "gasworks", "biogas"},)


def test_sentences_without_words_have_no_topic_words():
    assert topic_words([Sentence("…")], reads_gas) == (frozenset(),)


def test_words_are_taken_from_text_and_context_in_any_case():
    (spoiled,) = without([Sentence("GAS flows.", "Gas, again.")], frozenset({"gas"}))
    assert (spoiled.text, spoiled.context) == (" flows.", ", again.")


@given(st.text(), st.frozensets(st.text(min_size=2)))
def test_each_word_is_either_kept_or_taken_out(text, words):
    sentences = [Sentence(text)]
    kept = WORD.findall(only(sentences, words)[0].text)
    left = WORD.findall(without(sentences, words)[0].text)
    assert sorted(kept + left) == sorted(WORD.findall(text))


def test_labels_and_other_fields_stay():
    sentence = Sentence("Gas.", labels={"energy": "support"}, other={"id": "1"})
    (spoiled,) = without([sentence], frozenset({"gas"}))
    assert (spoiled.labels, spoiled.other) == (sentence.labels, sentence.other)


def test_a_capitalised_word_inside_a_sentence_is_a_name():
    assert names_in("Yesterday NATO met Vučić in Belgrade.") == [{"NATO", "Vučić", "Belgrade"}]


def test_a_first_word_is_a_name_if_it_is_capitalised_elsewhere():
    assert names_in("Belgrade met.", "They met in Belgrade.") == [{"Belgrade"}, {"Belgrade"}]
    assert names_in("Belgrade met.", "They met in Budapest.") == [set(), {"Budapest"}]


def test_the_first_word_of_a_quotation_is_no_name():
    assert names_in('He said: "Nobody asked." Then he left.') == [set()]

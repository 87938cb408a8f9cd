import numpy as np

from newstance.undefined import OF_TOPICS, in_words, left_out

EVERY_STANCE = [[0, 1, 2, 0], [1, 2, 0, 1], [2, 0, 1, 2], [-1, -1, -1, -1]] * 2


def told(codebook, gold, decided=None, groups=None):
    gold = np.array(gold)
    decided = np.full_like(gold, -1) if decided is None else np.array(decided)
    items = groups or [str(n) for n in range(len(gold))]
    return left_out(gold, decided, groups=items, codebook=codebook)


def test_gold_with_all_classes_leaves_nothing_out(codebook):
    assert told(codebook, EVERY_STANCE) == {}


def test_gold_without_topics_leaves_out_all_of_them(codebook):
    reasons = told(codebook, [[-1] * 4] * 8)
    assert reasons == dict.fromkeys(OF_TOPICS, "no gold sentence has a topic")


def test_a_topic_that_gold_lacks_leaves_out_the_mean_over_topics(codebook):
    gold = np.array(EVERY_STANCE)
    gold[:, 1] = -1
    assert told(codebook, gold) == {"topic_macro_f1": "no gold sentence has the topic energy"}


def test_a_stance_that_gold_lacks_leaves_out_the_means_over_stances(codebook):
    gold = np.array(EVERY_STANCE)
    gold[gold == 2] = 1
    reasons = told(codebook, gold)
    assert reasons.pop("stance_macro_f1") == "no gold label is neutral"
    assert reasons.keys() == {f"{topic}.stance_macro_f1" for topic in codebook.topic_names}


def test_sentences_without_topic_are_asked_of_gold_and_of_the_model(codebook):
    reasons = told(codebook, EVERY_STANCE[:3] * 2, decided=[[0] * 4] * 6)
    assert reasons.keys() == {"none_recall", "none_precision"}


def test_few_news_items_leave_out_intervals(codebook):
    assert "intervals" in told(codebook, EVERY_STANCE, groups=list("abcdabcd"))


def test_each_reason_is_told_once():
    words = in_words({"stance_accuracy": "x", "pair_f1": "x", "energy.stance_macro_f1": "y"})
    assert words == [
        "Left out, as x: stance given the topic, accuracy; topic and stance both right, micro-F1.",
        "Left out, as y: energy, stance given the topic, macro-F1.",
    ]

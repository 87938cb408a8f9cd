import json
from dataclasses import replace

import numpy as np
import pytest
from conftest import told_rows
from scipy.stats import binomtest
from test_cli import run
from test_metrics import predictions

from newstance.bootstrap import draws
from newstance.compare import check_comparable, compare, is_better, is_worse
from newstance.errors import NewstanceError
from newstance.metrics import measure
from newstance.model import load_model
from newstance.predictions import to_gold
from newstance.records import Sentence


def sentence(labels, n, **other):
    return Sentence(f"text {n}", labels=labels, other={"group": f"item {n // 2}", **other})


def spoken(decided, rng=None):
    """Predictions with these decisions, and with a generator also probabilities of their own."""
    if rng is None:
        return predictions(decided)
    stances = rng.dirichlet(np.ones(3), size=np.shape(decided))
    return predictions(decided, rng.random(np.shape(decided)), stances)


@pytest.fixture
def random_case(codebook):
    """24 labelled sentences of 12 news items, and what two models say of them."""
    rng = np.random.default_rng(0)
    gold = rng.integers(-1, 3, (24, 4))
    names = codebook.stance_names
    rows = [
        sentence({t: names[k] for t, k in zip(codebook.topic_names, row, strict=True) if k >= 0}, n)
        for n, row in enumerate(gold)
    ]
    old, new = (spoken(rng.integers(-1, 3, (24, 4)), rng) for _ in range(2))
    return rows, old, new


def test_values_are_those_of_evaluate(random_case, codebook):
    rows, old, new = random_case
    found = compare(rows, old, new, codebook, n_resamples=20)
    gold, items = to_gold([row.labels for row in rows], codebook), [r.other["group"] for r in rows]
    for name, said in (("old", old), ("new", new)):
        told = measure(gold, said, groups=items, codebook=codebook, n_resamples=2)
        assert {k: getattr(d, name) for k, d in found.measures.items()} == told.measures
        for topic, details in found.topics.items():
            for key, d in details.items():
                assert getattr(d, name) == pytest.approx(told.topics[topic][key])


def test_intervals_are_of_the_difference_on_the_same_resamples(random_case, codebook):
    rows, old, new = random_case
    found = compare(rows, old, new, codebook, n_resamples=40, random_state=3)
    gold, items = to_gold([row.labels for row in rows], codebook), [r.other["group"] for r in rows]
    names = sorted(set(items))
    differences = []
    for times in draws(items, n_resamples=40, random_state=3):
        index = [n for n, item in enumerate(items) for _ in range(int(times[names.index(item)]))]
        told = [
            measure(
                gold[index],
                said[index],
                groups=[items[n] for n in index],
                codebook=codebook,
                n_resamples=2,
            ).measures
            for said in (old, new)
        ]
        differences.append([told[1][key] - told[0][key] for key in told[0]])
    expected = np.percentile(differences, [2.5, 97.5], axis=0).T
    bounds = [(d.low, d.high) for d in found.measures.values()]
    assert np.allclose(bounds, expected)


def test_the_same_answers_differ_in_nothing(random_case, codebook):
    rows, old, _ = random_case
    found = compare(rows, old, old, codebook, n_resamples=20)
    for d in found.measures.values():
        assert (d.difference, d.low, d.high) == (0, 0, 0)
    assert found.topic_tests["all"].p == 1
    assert found.changes == ()


def test_mcnemar_is_the_binomial_test_of_the_decisions_that_one_alone_has_right(codebook):
    rows = [sentence({"energy": "support"}, n) for n in range(8)]
    old = predictions([[-1, 0, -1, -1]] + [[-1, -1, -1, -1]] * 7)
    new = predictions([[-1, -1, -1, -1]] + [[-1, 1, -1, -1]] * 5 + [[-1, -1, -1, -1]] * 2)
    found = compare(rows, old, new, codebook, n_resamples=2)
    test = found.topic_tests["energy"]
    assert (test.gained, test.lost) == (5, 1)
    assert test.p == pytest.approx(2 * (1 + 6) / 2**6) == binomtest(5, 6).pvalue
    assert found.topic_tests["all"] == test
    assert found.topic_tests["defence"].p == 1
    assert (found.stance_tests["energy"].gained, found.stance_tests["energy"].lost) == (0, 5)
    assert found.stance_tests["defence"].gained == 0


def test_changed_sentences_are_told_from_the_best_to_the_worst(codebook):
    rows = [sentence({"energy": "support"}, n) for n in range(4)]
    right, wrong, none = [-1, 0, -1, -1], [-1, 1, -1, -1], [-1, -1, -1, -1]
    found = compare(
        rows,
        predictions([right, wrong, none, right]),
        predictions([none, none, right, right]),
        codebook,
        n_resamples=2,
    )
    assert [(c.text, c.gain) for c in found.changes] == [
        ("text 2", 1),
        ("text 1", 0),
        ("text 0", -1),
    ]
    best = found.changes[0]
    assert (best.old, best.new, best.gold) == ({}, {"energy": "support"}, {"energy": "support"})


def test_families_that_are_no_longer_wholly_right_are_told_and_the_reverse(codebook):
    families = ["a", "a", "b", "b", "c", "c", None]
    rows = [sentence({"energy": "support"}, n, family=name) for n, name in enumerate(families)]
    right, wrong = [-1, 0, -1, -1], [-1, 1, -1, -1]
    found = compare(
        rows,
        predictions([right, right, wrong, right, wrong, wrong, right]),
        predictions([right, wrong, right, right, wrong, right, wrong]),
        codebook,
        n_resamples=2,
    )
    assert found.families is not None
    assert (found.families.n, found.families.lost, found.families.gained) == (3, ("a",), ("b",))
    alone = [sentence({}, n) for n in range(4)]
    assert compare(alone, *[predictions([[-1] * 4] * 4)] * 2, codebook).families is None


def test_less_is_better_for_brier_and_calibration_error():
    assert is_worse("topic_brier", 0.1, 0.2)
    assert is_better("ece", -0.2, -0.1)
    assert is_worse("topic_micro_f1", -0.2, -0.1)
    assert not is_worse("pair_f1", -0.2, 0.0)


def test_one_news_item_is_too_few(codebook):
    said = predictions([[-1, -1, -1, -1]])
    with pytest.raises(NewstanceError, match="1 labelled sentences of 1 news items; a comparison"):
        compare([sentence({}, 0)], said, said, codebook)


def test_a_model_is_not_compared_with_itself(toy_model):
    model = load_model(toy_model)
    with pytest.raises(NewstanceError, match="the two models are the same"):
        check_comparable(model, load_model(toy_model))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("energy", "power"), "topic 'energy' only in the first, topic 'power' only in the second"),
        (None, "the same names in another order"),
    ],
)
def test_models_of_different_codebooks_are_not_compared(toy_model, change, message):
    model = load_model(toy_model)
    topics = model.codebook.topics
    if change:
        topics = tuple(replace(t, name=t.name.replace(*change)) for t in topics)
    else:
        topics = topics[::-1]
    other = replace(model, codebook=replace(model.codebook, topics=topics))
    with pytest.raises(NewstanceError, match=message):
        check_comparable(model, other)


def test_the_command_shows_tables_and_texts_or_prints_json(toy_model, confused_model, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in told_rows(4)))
    ask = ["compare", toy_model, confused_model, "--gold", gold]
    told = json.loads(run(*ask, "--json").stdout)
    assert told["n"] == 52
    assert told["measures"]["stance_brier"]["low"] > 0
    shown = run(*ask).stdout
    assert "52 sentences of 4 news items" in shown
    assert "changed for the worse" in shown
    assert all(change["text"] in shown for change in told["changes"][:3])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "gold.jsonl: 0 labelled sentences"),
        ('{"text": "a"}\n', "gold.jsonl line 1: has no 'labels'"),
    ],
)
def test_gold_that_cannot_be_used_is_an_error(
    toy_model, confused_model, tmp_path, content, message
):
    (tmp_path / "gold.jsonl").write_text(content)
    done = run("compare", toy_model, confused_model, "--gold", tmp_path / "gold.jsonl")
    assert done.returncode == 1
    assert message in done.stderr


@pytest.mark.parametrize(
    "options",
    [[], ["--before", "a"], ["--gold", "a", "--on", "b"], ["--gold", "a", "--before", "b"]],
)
def test_gold_and_news_exclude_one_another(toy_model, confused_model, options):
    assert run("compare", toy_model, confused_model, *options).returncode == 2

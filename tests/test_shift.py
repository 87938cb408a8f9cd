import json
from fractions import Fraction

import pytest
from conftest import small_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import run

from newstance.errors import NewstanceError
from newstance.model import load_model
from newstance.records import Sentence
from newstance.shift import count, read_news, shift, split_shift

TEXTS = [row["text"] for row in small_rows(2)]
NEWS = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def models(toy_model, confused_model):
    return load_model(toy_model), load_model(confused_model)


def sentences(*texts):
    return [Sentence(text) for text in texts]


GAS, OIL, RAIN = "They blocked the gas.", "They signed the oil.", "It rained."


def test_a_topics_share_is_of_all_and_a_stances_of_its_topic(models):
    (told,) = count([models[0]], sentences(GAS, OIL, GAS, RAIN))
    shares = told.shares(models[0].codebook)
    assert shares["energy"] == Fraction(3, 4)
    assert shares["energy: oppose"] == Fraction(2, 3)
    assert shares["defence"] == 0
    assert shares["defence: support"] is None


def test_on_the_same_news_the_change_is_the_models(models):
    told = shift(*models, sentences(GAS, OIL, RAIN))
    for share in told.values():
        assert share.model == share.change
        assert share.news is None


def shares(model, texts):
    (told,) = count([model], sentences(*texts))
    return told.shares(model.codebook)


@settings(max_examples=40, deadline=None)
@given(NEWS, NEWS)
def test_the_two_parts_add_up_to_the_whole_change_exactly(models, before, now):
    told = split_shift(*models, sentences(*now), before=sentences(*before))
    first, last = shares(models[0], before), shares(models[1], now)
    for name, share in told.items():
        assert (share.old, share.new) == (first[name], last[name])
        if share.news is not None:
            assert share.news + share.model == share.change == last[name] - first[name]


@settings(max_examples=20, deadline=None)
@given(NEWS, NEWS)
def test_one_model_or_the_same_news_is_no_part_of_the_change(models, before, now):
    same_model = split_shift(models[0], models[0], sentences(*now), before=sentences(*before))
    assert {share.model for share in same_model.values()} <= {0, None}
    same_news = split_shift(*models, sentences(*now), before=sentences(*now))
    assert {share.news for share in same_news.values()} <= {0, None}


def test_the_parts_are_the_means_of_what_is_seen_on_both_sides(models):
    before, now = TEXTS[:9], TEXTS[5:]
    told = split_shift(*models, sentences(*now), before=sentences(*before))["energy: oppose"]
    name = "energy: oppose"
    (a, b), (c, d) = ((shares(m, before)[name], shares(m, now)[name]) for m in models)
    assert told.news == ((b - a) + (d - c)) / 2
    assert told.model == ((c - a) + (d - b)) / 2


def test_no_news_is_an_error(models):
    with pytest.raises(NewstanceError, match="no sentence to count"):
        shift(*models, [])


def test_a_row_that_cannot_be_used_is_an_error(tmp_path):
    (tmp_path / "news.jsonl").write_text('{"text": "a"}\n{}\n')
    with pytest.raises(NewstanceError, match=r"news.jsonl line 2: has no 'text'"):
        list(read_news([tmp_path / "news.jsonl"]))


def test_the_command_tells_shares_and_splits_their_change(toy_model, confused_model, tmp_path):
    (tmp_path / "now.txt").write_text(f"{GAS} {GAS} {OIL} {RAIN}")
    (tmp_path / "before.txt").write_text(f"{OIL} {RAIN}")
    ask = ["compare", toy_model, confused_model, "--on", tmp_path / "now.txt"]
    assert json.loads(run(*ask, "--json").stdout)["energy"]["old"] == 0.75
    told = json.loads(run(*ask, "--before", tmp_path / "before.txt", "--json").stdout)["energy"]
    assert (told["old"], told["new"], told["change"]) == (0.5, 0.75, 0.25)
    assert told["news"] + told["model"] == told["change"]
    assert "by the news" in run(*ask, "--before", tmp_path / "before.txt").stdout

import json
from types import SimpleNamespace

import numpy as np
import pytest
from grammar import made_up_rows, said
from hypothesis import given
from hypothesis import strategies as st

from newstance.agreement import agreement
from newstance.cards import codebook_in_words
from newstance.classify import classify
from newstance.codebook import parse_codebook, read_codebook
from newstance.codebook_check import check_codebook
from newstance.codebook_draft import Draft, Kind
from newstance.corpus import read_corpus
from newstance.corpus_card import write_card
from newstance.corpus_check import check
from newstance.corpus_stats import stats
from newstance.errors import NewstanceError
from newstance.evaluate import evaluate
from newstance.model import load_model, load_pipeline
from newstance.pipeline import to_input
from newstance.project import CODEBOOK, STANCES, codebook_text, init
from newstance.records import Sentence, read_jsonl
from newstance.stale import find_stale
from newstance.train import train

RENTS = Draft(Kind.topic, "rents", "Rents and what caps them")


def drafts(kind, names):
    return [Draft(kind, name, f"all of {name}") for name in names]


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_new_project_has_a_codebook_an_empty_corpus_and_a_page(tmp_path):
    init(tmp_path / "housing", title="Housing", topics=[RENTS])
    assert {path.name: path.stat().st_size > 0 for path in (tmp_path / "housing").iterdir()} == {
        "codebook.toml": True,
        "train.jsonl": False,
        "exam.jsonl": False,
        "README.md": True,
    }


def test_its_codebook_has_the_given_labels_at_version_1(tmp_path):
    init(tmp_path / "housing", title="Housing", topics=[RENTS])
    codebook = read_codebook(tmp_path / "housing" / "codebook.toml")
    assert (codebook.title, codebook.version) == ("Housing", 1)
    assert codebook.topic_names == ("rents",)
    assert codebook.stance_names == ("support", "oppose", "neutral")
    assert {entry.version for entry in (*codebook.topics, *codebook.stances)} == {1}


def test_what_its_comments_show_is_valid_once_the_hash_is_taken_away(tmp_path):
    init(tmp_path / "housing", title="Housing", topics=[Draft(Kind.topic, "élan", "all of it")])
    text = (tmp_path / "housing" / "codebook.toml").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ") if " = " in line or "[[" in line else line
        for line in text.split("\n")
    ]
    codebook = parse_codebook("\n".join(lines), name="it")
    assert codebook.topic_cases
    assert codebook.questions
    assert codebook.stance_cases
    assert [dict(example.labels) for example in codebook.examples] == [{"élan": "support"}, {}]


def test_every_field_of_the_codebook_is_told_in_its_comments():
    for field in ("name", "version", "definition", "covers", "excludes", "target"):
        assert f"#   {field}" in CODEBOOK


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_title_and_definition_come_back(text):
    written = codebook_text(text, [Draft(Kind.topic, "t", text)], STANCES)
    codebook = parse_codebook(written, name="it")
    assert (codebook.title, codebook.topics[0].definition) == (text.strip(), text)


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_that_is_there_is_written_over(tmp_path, there):
    path = tmp_path / "housing"
    {
        "file": lambda: path.write_text("mine"),
        "folder": path.mkdir,
        "link": lambda: path.symlink_to("nowhere"),
    }[there]()
    with pytest.raises(NewstanceError, match="is there already and stays as it is"):
        init(path, title="Housing", topics=[RENTS])
    assert sorted(tmp_path.iterdir()) == [path]
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("topics", "stances", "message"),
    [
        ([], STANCES, "would have no topic; give at least one"),
        ([RENTS, RENTS], STANCES, "topic 'rents' stands there twice"),
        ([RENTS], STANCES[:1], "fewer than two stances"),
        ([Draft(Kind.topic, "oppose", "x")], STANCES, "'oppose' has another meaning already"),
    ],
)
def test_labels_that_make_no_codebook_write_nothing(tmp_path, topics, stances, message):
    with pytest.raises(NewstanceError, match=message):
        init(tmp_path / "housing", title="Housing", topics=topics, stances=stances)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NewstanceError, match="cannot be written"):
        init(tmp_path / "file" / "housing", title="Housing", topics=[RENTS])


def test_the_card_of_a_filled_corpus_takes_the_place_of_the_page(tmp_path):
    init(tmp_path / "housing", title="Housing", topics=[RENTS])
    write_rows(tmp_path / "housing" / "train.jsonl", made_up_rows(["rents"], ["support"], 4))
    card = write_card(tmp_path / "housing").read_text(encoding="utf-8")
    assert "newstance init" not in card
    assert "| train | 4 | 4 | 2 |" in card


@pytest.fixture(
    scope="module",
    params=[
        (("dam",), ("pro", "contra"), 12),
        (("tax", "rail", "school"), ("agree", "neutral", "disagree"), 6),
        (("a1", "b2", "c3", "d4", "e5"), ("zeal", "calm", "fear", "anger"), 6),
    ],
    ids=["one topic, two stances", "three topics, three stances", "five topics, four stances"],
)
def road(request, tmp_path_factory):
    """A project of a stranger's codebook, filled and trained."""
    topics, stances, times = request.param
    directory = tmp_path_factory.mktemp("road") / "own"
    init(
        directory,
        title="Own",
        topics=drafts(Kind.topic, topics),
        stances=drafts(Kind.stance, stances),
    )
    n_kinds = (len(topics) + 1) * len(stances)
    write_rows(directory / "train.jsonl", made_up_rows(topics, stances, times * n_kinds))
    write_rows(directory / "exam.jsonl", made_up_rows(topics, stances, n_kinds, seed=1))
    training = train(directory, directory / "model", n_jobs=1)
    return SimpleNamespace(
        topics=topics, stances=stances, times=times, directory=directory, training=training
    )


def corpus_size(road):
    return (road.times + 1) * (len(road.topics) + 1) * len(road.stances)


def test_any_codebooks_corpus_is_checked_and_counted(road):
    assert check_codebook(road.directory).faults == ()
    assert check(road.directory) == []
    corpus = read_corpus(road.directory)
    counted = stats(corpus).splits["train"]["labels"]
    assert counted == {topic: dict.fromkeys(road.stances, road.times) for topic in road.topics}
    assert find_stale(corpus).n_unknown == corpus_size(road)
    assert agreement(corpus.splits["train"], corpus.codebook) == []


def test_any_codebooks_model_says_its_labels(road):
    model = load_model(road.directory / "model")
    asked = {(t, s): Sentence(f"They are {said(t, s)}.") for t in road.topics for s in road.stances}
    answers = classify(model, list(asked.values()))
    assert [answer.labels for answer in answers] == [{t: s} for t, s in asked]


def test_any_codebooks_model_is_the_same_as_its_pipeline(road):
    sentences = read_jsonl(road.directory / "exam.jsonl")
    flat = load_model(road.directory / "model").predict(sentences)
    trusted = frozenset([road.training.digest])
    pipeline = load_pipeline(road.directory / "model", trusted=trusted)
    whole = pipeline.predictions(to_input(sentences))
    np.testing.assert_allclose(flat.topics, whole.topics, atol=1e-5)
    np.testing.assert_allclose(flat.stances, whole.stances, atol=1e-5)


def test_any_codebooks_model_is_measured(road):
    model = load_model(road.directory / "model")
    sentences = read_jsonl(road.directory / "exam.jsonl", codebook=model.codebook)
    told = evaluate(sentences, model.predict(sentences), model.codebook)
    assert told.measures["pair_f1"] == 1.0
    assert list(told.topics) == list(road.topics)
    assert list(told.stances) == list(road.stances)
    assert "exam" in road.training.metrics


def test_any_codebook_is_shown_without_empty_parts(road):
    words = codebook_in_words(read_codebook(road.directory / "codebook.toml"))
    assert all(f"`{name}`" in words for name in (*road.topics, *road.stances))
    assert "close case" not in words
    assert "\n\n\n" not in words

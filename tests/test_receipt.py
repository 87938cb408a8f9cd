import json
import shlex
import shutil

import numpy as np
import pytest
from conftest import ROOT
from test_cli import run
from threadpoolctl import threadpool_limits

from newstance.corpus import corpus_digest, read_corpus
from newstance.cross_validation import to_rows
from newstance.errors import NewstanceError
from newstance.flat import load_tables
from newstance.flatten import flatten
from newstance.ngrams import NgramScorer
from newstance.pipeline import TopicStanceClassifier, to_target
from newstance.receipt import receipt
from newstance.shaping import code_digest
from newstance.versions import name_of


def test_its_command_refits_equal_coefficients(confused_model, tmp_path):
    directory = shutil.copytree(confused_model, tmp_path / "model")
    command = shlex.split(receipt(directory)["command"])
    assert command[:2] == ["newstance", "train"]
    before, name = (directory / "flat.npz").read_bytes(), name_of(directory)
    (directory / "flat.npz").write_bytes(b"")
    done = run(*command[1:])
    assert done.returncode == 0, done.stderr
    assert (directory / "flat.npz").read_bytes() == before
    assert name_of(directory) == name


def test_its_parameters_refit_equal_coefficients(toy_model, toy_corpus):
    corpus = read_corpus(toy_corpus)
    rows = to_rows(corpus.splits["train"], corpus.codebook)
    parameters = receipt(toy_model)["parameters"]
    scorer = NgramScorer(**parameters["scorer"])
    pipeline = TopicStanceClassifier(**{**parameters, "scorer": scorer})
    with threadpool_limits(1):
        pipeline.fit(
            rows.inputs, to_target(rows.gold, corpus.codebook.stance_names), groups=rows.groups
        )
    ours, theirs = flatten(pipeline), load_tables(toy_model / "flat.npz")
    assert np.array_equal(ours.word_weights, theirs.word_weights)
    assert np.array_equal(ours.character_weights, theirs.character_weights)
    assert np.array_equal(ours.slope, theirs.slope)


def test_it_names_corpora_codebook_code_and_libraries(confused_model, toy_corpus, confused_corpus):
    done = run("model", "show", "--receipt", confused_model)
    told = json.loads(done.stdout)
    assert told["corpora"] == {
        str(folder): corpus_digest(folder) for folder in (toy_corpus, confused_corpus)
    }
    assert told["code"] == code_digest()
    assert told["random_state"] == told["parameters"]["random_state"] == 0
    assert {"codebook", "newstance", "python"} <= told.keys()
    assert {"scikit-learn", "scipy", "numpy", "joblib"} == told["libraries"].keys()


def test_a_model_of_format_1_has_none():
    with pytest.raises(NewstanceError, match="a model of format 1 has no receipt; retrain it"):
        receipt(ROOT / "tests" / "data" / "model-format-1")

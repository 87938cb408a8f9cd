import itertools
import json

import joblib
import numpy as np
import pytest
from conftest import confused_rows, small_rows, told_rows, write_rows

from newstance.errors import NewstanceError
from newstance.model import load_pipeline
from newstance.train import train


def coefficients(directory):
    pipeline = joblib.load(directory / "pipeline.joblib")
    return [head[-1].coef_ for head in pipeline.scorer_.topic_models_]


@pytest.fixture
def trained(small_corpus, tmp_path):
    return train(small_corpus, tmp_path / "model", n_jobs=1)


def test_a_model_is_written_that_classifies(trained, tmp_path):
    pipeline = load_pipeline(tmp_path / "model", trusted=frozenset([trained.digest]))
    assert pipeline.predict([["They blocked the pipeline today.", ""]]).tolist() == [
        ["", "oppose", "", ""]
    ]
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "README.md",
        "codebook.toml",
        "flat.npz",
        "manifest.json",
        "metrics.json",
        "pipeline.joblib",
    ]


def test_the_same_corpus_gives_the_same_coefficients(trained, small_corpus, tmp_path):
    train(small_corpus, tmp_path / "again", n_jobs=2)
    pairs = zip(coefficients(tmp_path / "model"), coefficients(tmp_path / "again"), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_cross_validation_never_divides_a_news_item(write_corpus, tmp_path):
    rows = small_rows(24)
    for row in rows:
        verb, noun = row["text"].split()[1], row["text"].split()[-1]
        row["text"] = f"code{row['group'].replace(' ', '')} {row['labels']} {verb} {noun}"
    told = train(write_corpus(rows), tmp_path / "model", n_jobs=1)
    assert told.metrics["cross-validation"]["groups"] == 24
    rows = [{**row, "text": f"{row['group'].replace(' ', 'x')}"} for row in rows]
    told = train(write_corpus(rows), tmp_path / "model", n_jobs=1)
    assert told.metrics["cross-validation"]["topic_micro_f1"] < 0.3


def test_the_other_splits_are_measured_and_not_fitted(small_corpus, tmp_path):
    before = train(small_corpus, tmp_path / "one", n_jobs=1)
    row = {"text": "They vetoed the tanks.", "labels": {"defence": "support"}}
    (small_corpus / "exam.jsonl").write_text(json.dumps(row) + "\n")
    after = train(small_corpus, tmp_path / "other", n_jobs=1)
    assert after.metrics["exam"]["n"] == 1
    assert after.digest == before.digest


def test_metrics_and_manifest_tell_what_was_done(trained, tmp_path):
    metrics = json.loads((tmp_path / "model" / "metrics.json").read_text())
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    told = metrics["cross-validation"]
    assert told == json.loads(json.dumps(trained.metrics["cross-validation"]))
    assert manifest["counts"]["train"]["sentences"] == told["n"] == 24 * 13
    card = (tmp_path / "model" / "README.md").read_text()
    assert f"{told['topic_micro_f1']:.3f}" in card


def test_progress_is_told(small_corpus, tmp_path):
    steps = []
    train(small_corpus, tmp_path / "m", n_jobs=1, progress=lambda *step: steps.append(step))
    fits = [step[1:] for step in steps if step[0] == "Cross-validating and fitting"]
    assert fits == [(n, 6) for n in range(7)]
    assert [stage for stage, _ in itertools.groupby(steps, key=lambda step: step[0])] == [
        "Reading corpora",
        "Cross-validating and fitting",
        "Measuring",
    ]


def test_added_corpora_are_trained_on_as_if_they_were_one(toy_corpus, confused_model, tmp_path):
    rows = small_rows() + confused_rows()
    together = write_rows(tmp_path / "corpus", train=rows, exam=told_rows())
    train(together, tmp_path / "model", n_jobs=1)
    pairs = zip(coefficients(tmp_path / "model"), coefficients(confused_model), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_sentences_left_out_are_counted_in_manifest_and_card(small_corpus, tmp_path):
    exam = [{**row, "id": None, "group": None} for row in small_rows(1)[1:4]]
    more = write_rows(tmp_path / "more", train=small_rows(1)[5:7], exam=exam)
    told = train(small_corpus, tmp_path / "model", added=[more], n_jobs=1)
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert len(told.left_out) == manifest["left_out"] > 3
    assert manifest["repeated"] == told.n_repeated == 2
    assert manifest["counts"]["train"]["sentences"] == 24 * 13 - len(told.left_out)
    assert f"Left out were {len(told.left_out)} training sentences" in card
    assert all(digest in card for digest in manifest["corpora"].values())


def only(topic, stance):
    return [row for row in small_rows() if row["labels"].get(topic, stance) == stance]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (only("energy", "support"), "topic 'energy' has only the stance 'support'; at least two"),
        (only("energy", "nowhere"), "topic 'energy' is in 0 news items; cross-validation needs 10"),
        (small_rows(9), "stance 'support' is in 9 news items; cross-validation needs 10"),
    ],
)
def test_a_corpus_that_cannot_be_cross_validated_is_an_error(write_corpus, tmp_path, rows, message):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "manifest.json").write_text("old")
    with pytest.raises(NewstanceError, match=message):
        train(write_corpus(rows), tmp_path / "model", n_jobs=1)
    assert (tmp_path / "model" / "manifest.json").read_text() == "old"


def test_a_folder_with_something_else_is_not_overwritten(small_corpus, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    for output in (tmp_path / "thesis", tmp_path / "thesis" / "chapter.txt", small_corpus):
        with pytest.raises(NewstanceError, match="holds something other than a model"):
            train(small_corpus, output, n_jobs=1)
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "mine"


def test_texts_without_words_are_an_error(write_corpus, tmp_path):
    rows = [{**row, "text": "…"} for row in small_rows()]
    with pytest.raises(NewstanceError, match=r"cannot be trained on .*; label more"):
        train(write_corpus(rows), tmp_path / "model", n_jobs=1)


def test_an_output_that_cannot_be_written_is_an_error(small_corpus, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NewstanceError, match="cannot be written"):
        train(small_corpus, tmp_path / "file" / "model", n_jobs=1)

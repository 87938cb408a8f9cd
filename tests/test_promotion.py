import shutil

import pytest
from conftest import small_rows, write_rows
from test_cli import run

from newstance.compare import Comparison, Difference
from newstance.errors import NewstanceError
from newstance.promotion import losses_on
from newstance.train import train
from newstance.versions import list_versions, name_of


@pytest.fixture
def output(toy_model, tmp_path):
    """A copy of the toy model, which new ones are to replace."""
    return shutil.copytree(toy_model, tmp_path / "model")


def files(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_a_worse_model_is_refused_and_kept_with_the_reason(output, toy_corpus, confused_corpus):
    before = files(output)
    told = train(toy_corpus, output, added=[confused_corpus], is_promotion=True, n_jobs=1)
    assert files(output) == before
    assert told.verdict is not None
    assert not told.verdict.is_promoted
    assert any(reason.startswith("exam: stance, Brier score") for reason in told.verdict.reasons)
    kept = {version.name: version for version in list_versions(output)}
    assert kept[told.version.name].verdict == told.verdict
    assert kept[name_of(output)].is_in_use


def test_a_model_that_is_not_worse_is_promoted(output, toy_corpus, tmp_path):
    rows = [
        {**row, "text": f"Today: {row['text']}", "id": f"more {row['id']}"} for row in small_rows()
    ]
    more = write_rows(tmp_path / "more", train=rows)
    before = name_of(output)
    told = train(toy_corpus, output, added=[more], is_promotion=True, n_jobs=1)
    assert told.verdict is not None
    assert (told.verdict.is_promoted, told.verdict.over) == (True, before)
    assert name_of(output) == told.version.name != before


def test_the_first_model_is_promoted_without_exam(small_corpus, tmp_path):
    told = train(small_corpus, tmp_path / "model", is_promotion=True, n_jobs=1)
    assert told.verdict is not None
    assert (told.verdict.is_promoted, told.verdict.over) == (True, None)


def never(stage, done, total):
    assert stage == "Reading corpora", "a fit was begun"


def test_without_an_exam_nothing_is_fitted(output, small_corpus):
    with pytest.raises(NewstanceError, match="exam has 0 news items, to promote a model takes 2"):
        train(small_corpus, output, is_promotion=True, progress=never)


def test_with_another_codebook_nothing_is_fitted(output, toy_corpus, tmp_path):
    corpus = shutil.copytree(toy_corpus, tmp_path / "corpus")
    for path in corpus.iterdir():
        text = path.read_text(encoding="utf-8").replace('"oppose"', '"against"')
        path.write_text(text, encoding="utf-8")
    with pytest.raises(
        NewstanceError,
        match=r"another codebook than the corpora \(stance 'oppose' only in the first, .*--output",
    ):
        train(corpus, output, is_promotion=True, progress=never)


def test_a_model_that_cannot_be_kept_is_told_before_anything_is_fitted(output, toy_corpus):
    (output / "manifest.json").write_text("{}")
    with pytest.raises(NewstanceError, match=r"cannot be kept as a version .* move it away"):
        train(toy_corpus, output, progress=never)


def compared(**measures):
    every = {
        key: Difference(old, old + low, low, low, high)
        for key, (old, low, high) in measures.items()
    }
    return Comparison(100, 50, every, {}, {}, {}, (), None)


@pytest.mark.parametrize(
    ("measures", "n_losses"),
    [
        ({"pair_f1": (0.8, -0.3, -0.01)}, 1),
        ({"pair_f1": (0.8, -0.3, 0.0)}, 0),
        ({"topic_brier": (0.1, 0.01, 0.02)}, 1),
        ({"topic_brier": (0.1, -0.02, -0.01)}, 0),
        ({"stance_ece": (0.01, 0.03, 0.04)}, 0),
        ({"stance_ece": (0.01, 0.05, 0.06)}, 1),
        ({"stance_ece": (0.06, -0.01, 0.01)}, 0),
        ({"pair_f1": (0.8, -0.3, -0.1), "none_recall": (0.8, -0.3, -0.1)}, 2),
    ],
)
def test_a_loss_is_an_interval_wholly_on_the_worse_side_for_calibration_also_out_of_bounds(
    measures, n_losses
):
    assert len(list(losses_on("exam", compared(**measures)))) == n_losses


def test_contrast_sets_hold_to_all_but_calibration():
    told = compared(pair_f1=(0.8, -0.3, -0.1), stance_ece=(0.01, 0.2, 0.3))
    (reason,) = losses_on("contrast", told)
    assert reason.startswith("contrast: topic and stance both right, micro-F1 0.800 before")


def test_the_command_ends_with_1_and_the_reason_if_the_model_is_refused(
    output, toy_corpus, confused_corpus
):
    corpora = ["--corpus", toy_corpus, "--corpus", confused_corpus]
    done = run("train", *corpora, "--output", output, "--promote")
    assert done.returncode == 1
    assert "exam: 104 sentences of 8 news items" in done.stdout
    assert "not replaced, as the new model is worse (exam: " in done.stderr
    assert "Traceback" not in done.stderr
    shown = run("model", "list", output).stdout
    assert "refused: exam: stance, Brier score" in " ".join(shown.split())

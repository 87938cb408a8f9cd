import hashlib
import json
import re
import shutil

import pytest
from conftest import ROOT

from newstance.classify import classify
from newstance.corpus import corpus_digest
from newstance.errors import NewstanceError
from newstance.model import (
    load_model,
    load_pipeline,
    read_manifest,
    shipped_model,
)
from newstance.records import Sentence, read_jsonl
from newstance.shaping import code_digest
from newstance.trust import read_trusted, trust


@pytest.fixture
def copy(tmp_path):
    """A copy of the shipped model."""
    return shutil.copytree(shipped_model(), tmp_path / "model")


def change_manifest(directory, **fields):
    path = directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_shipped_model_is_not_older_than_corpus_or_code():
    manifest = read_manifest(shipped_model())
    assert manifest.corpus == corpus_digest(ROOT / "corpus"), "retrain with 'python train.py'"
    assert manifest.code == code_digest(), "retrain with 'python train.py'"


def test_the_shipped_model_is_under_ten_megabytes():
    assert sum(path.stat().st_size for path in shipped_model().iterdir()) < 10_000_000


def test_a_copy_of_the_shipped_model_is_loaded(copy):
    assert load_model(copy).codebook.topic_names[0] == "defence"
    assert load_pipeline(copy).topics[0] == "defence"


def test_a_pipeline_of_unknown_origin_is_refused_before_it_is_unpickled(copy):
    evil = b"cos\nsystem\n(S'touch " + str(copy / "pwned").encode() + b"'\ntR."
    replace_file(copy, "pipeline.joblib", evil)
    with pytest.raises(NewstanceError, match=r"run any code .* 'newstance model trust"):
        load_pipeline(copy)
    assert not (copy / "pwned").exists()


def test_a_model_that_the_user_trusts_is_loaded(copy, tmp_path):
    digest = "0" * 64
    trust(tmp_path / "trusted.json", digest)
    trust(tmp_path / "trusted.json", "1" * 64)
    assert read_trusted(tmp_path / "trusted.json") == {digest, "1" * 64}
    assert read_trusted(tmp_path / "nothing.json") == frozenset()


def test_a_broken_file_of_trust_is_an_error(tmp_path):
    (tmp_path / "trusted.json").write_text("{}")
    with pytest.raises(NewstanceError, match=r"is no list of SHA-256 digests .* delete it"):
        read_trusted(tmp_path / "trusted.json")


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("flat.npz", load_model),
        ("codebook.toml", load_model),
        ("pipeline.joblib", load_pipeline),
        ("codebook.toml", load_pipeline),
    ],
)
@pytest.mark.parametrize("change", [lambda b: b[: len(b) // 2], lambda b: b + b" "])
def test_a_truncated_or_altered_file_is_an_error(copy, name, load, change):
    path = copy / name
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(NewstanceError, match=f"{name}: was cut short or altered"):
        load(copy)


@pytest.mark.parametrize(
    ("name", "load"), [("flat.npz", load_model), ("pipeline.joblib", load_pipeline)]
)
def test_a_missing_file_is_an_error(copy, name, load):
    (copy / name).unlink()
    with pytest.raises(NewstanceError, match=f"{name}: there is no such file"):
        load(copy)


def replace_file(directory, name, content):
    (directory / name).write_bytes(content)
    files = read_manifest(directory).files | {name: hashlib.sha256(content).hexdigest()}
    change_manifest(directory, files=files)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_arrays_of_another_kind_are_an_error(copy, content):
    replace_file(copy, "flat.npz", content)
    with pytest.raises(NewstanceError, match=r"flat.npz: holds no tables of a newstance model"):
        load_model(copy)


def test_a_codebook_of_another_model_is_an_error(copy):
    text = (copy / "codebook.toml").read_text(encoding="utf-8")
    swapped = text.replace('"support"', '"x"').replace('"oppose"', '"support"')
    replace_file(copy, "codebook.toml", swapped.replace('"x"', '"oppose"').encode())
    for load in (load_model, load_pipeline):
        with pytest.raises(NewstanceError, match="has other topics or stances than the model"):
            load(copy)


def test_another_format_number_is_an_error(copy):
    change_manifest(copy, format=99)
    with pytest.raises(NewstanceError, match=r"is of format 99, .* reads formats 1 to 3; install"):
        load_model(copy)


FORMAT_1 = ROOT / "tests" / "data" / "model-format-1"


def test_a_model_of_format_1_classifies_as_it_did():
    rows = read_jsonl(FORMAT_1.with_suffix(".jsonl"))
    lines = FORMAT_1.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    told = classify(load_model(FORMAT_1), [Sentence(row.text, row.context) for row in rows])
    assert len(lines) == 20
    for answer, line in zip(told, lines, strict=True):
        assert_close(answer.to_row(), json.loads(line))


def assert_close(one, other):
    """Equal, but for the last decimal of scores, which the platform may round otherwise."""
    assert one | {"scores": None} == other | {"scores": None}
    assert one["scores"].keys() == other["scores"].keys()
    for topic, scores in one["scores"].items():
        assert scores == pytest.approx(other["scores"][topic], abs=2e-6)


def test_the_estimator_of_an_older_format_is_refused_before_it_is_unpickled(
    confused_model, tmp_path
):
    directory = shutil.copytree(confused_model, tmp_path / "model")
    change_manifest(directory, format=2)
    trusted = frozenset([read_manifest(directory).files["pipeline.joblib"]])
    with pytest.raises(
        NewstanceError, match="is of format 2, whose scikit-learn estimator is anot"
    ):
        load_pipeline(directory, trusted=trusted)
    assert load_model(directory).codebook


def test_another_library_version_names_the_command_that_refits(confused_model, tmp_path):
    directory = shutil.copytree(confused_model, tmp_path / "model")
    corpora = " --corpus ".join(read_manifest(directory).corpora)
    change_manifest(directory, libraries={"scikit-learn": "1.8.0"})
    command = f"'newstance train --corpus {corpora} --output {directory}'"
    with pytest.raises(NewstanceError, match=re.escape(command)):
        load_pipeline(directory)


def test_another_library_version_is_an_error(copy):
    change_manifest(copy, libraries={"scikit-learn": "0.24.2"})
    with pytest.raises(
        NewstanceError, match=r"trained with scikit-learn 0.24.2, here is .* retrain"
    ):
        load_pipeline(copy)
    assert load_model(copy)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}'])
def test_a_folder_with_another_manifest_is_an_error(copy, content):
    (copy / "manifest.json").write_text(content)
    with pytest.raises(NewstanceError, match="is no manifest of a newstance model"):
        load_model(copy)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match="there is no such folder; give a model's folder"):
        load_model(tmp_path / "nowhere")

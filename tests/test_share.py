import hashlib
import io
import json
import shutil
import subprocess
import warnings
import zipfile

import numpy as np
import pytest
from conftest import ROOT, small_rows
from test_cli import run

from newstance.errors import NewstanceError
from newstance.model import load_model, load_pipeline, read_manifest
from newstance.pipeline import to_input
from newstance.records import Sentence
from newstance.share import export_model, import_model
from newstance.versions import list_versions, name_of

ROWS = [Sentence(row["text"], "They blocked the gas.") for row in small_rows(2)]


def trusted(directory):
    return frozenset([read_manifest(directory).files["pipeline.joblib"]])


@pytest.fixture(scope="session")
def shared(toy_model, tmp_path_factory):
    """The toy model as a file to share."""
    file = tmp_path_factory.mktemp("shared") / "model.zip"
    export_model(toy_model, file, trusted=trusted(toy_model))
    return file


def entries_of(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_entries(file, entries):
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            archive.writestr(name, content)
    return file


def signed(entries):
    """Entries with digests that are right, as one who means harm would write them."""
    manifest = json.loads(entries["manifest.json"])
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256(entries[name]).hexdigest()
    entries = {**entries, "manifest.json": json.dumps(manifest).encode()}
    entries.pop("SHA256SUMS")
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in entries.items()]
    return [*entries.items(), ("SHA256SUMS", "".join(sums))]


def test_what_is_imported_predicts_the_same(shared, toy_model, tmp_path):
    import_model(shared, tmp_path / "theirs")
    ours, theirs = (
        load_model(toy_model).predict(ROWS),
        load_model(tmp_path / "theirs").predict(ROWS),
    )
    assert np.array_equal(ours.topics, theirs.topics)
    assert np.array_equal(ours.stances, theirs.stances)


def test_its_pipeline_loads_without_trust_and_predicts_the_same(shared, toy_model, tmp_path):
    import_model(shared, tmp_path / "theirs")
    assert not (tmp_path / "theirs" / "pipeline.joblib").exists()
    ours = load_pipeline(toy_model, trusted=trusted(toy_model)).predictions(to_input(ROWS))
    theirs = load_pipeline(tmp_path / "theirs").predictions(to_input(ROWS))
    assert np.array_equal(ours.topics, theirs.topics)
    assert np.array_equal(ours.stances, theirs.stances)


def test_it_has_the_same_name_there_and_can_be_shared_on(shared, toy_model, tmp_path):
    import_model(shared, tmp_path / "theirs")
    assert name_of(tmp_path / "theirs") == name_of(toy_model)
    export_model(tmp_path / "theirs", tmp_path / "again.zip")
    again, first = entries_of(tmp_path / "again.zip"), entries_of(shared)
    assert again == first


def test_the_model_that_was_in_use_is_kept(shared, confused_model, tmp_path):
    directory = shutil.copytree(confused_model, tmp_path / "model")
    assert import_model(shared, directory) == name_of(confused_model)
    assert {name_of(confused_model), name_of(directory)} == {
        version.name for version in list_versions(directory)
    }


def test_sha256sum_can_check_it(shared, tmp_path):
    with zipfile.ZipFile(shared) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0


def test_a_model_of_an_older_format_cannot_be_shared(tmp_path):
    directory = ROOT / "tests" / "data" / "model-format-1"
    with pytest.raises(NewstanceError, match="is of format 1, whose scikit-learn estimator is ano"):
        export_model(directory, tmp_path / "old.zip", trusted=trusted(directory))
    assert not (tmp_path / "old.zip").exists()


def test_an_export_of_an_older_format_says_so_and_leaves_nothing(shared, tmp_path):
    entries = entries_of(shared)
    manifest = json.loads(entries["manifest.json"])
    entries["manifest.json"] = json.dumps({**manifest, "format": 2}).encode()
    write_entries(tmp_path / "old.zip", signed(entries))
    with pytest.raises(NewstanceError, match=r"by an older newstance \(format 2\); ask"):
        import_model(tmp_path / "old.zip", tmp_path / "theirs")
    assert not (tmp_path / "theirs").exists()


def test_a_pipeline_that_is_not_trusted_is_not_loaded_to_be_shared(toy_model, tmp_path):
    with pytest.raises(NewstanceError, match="newstance model trust"):
        export_model(toy_model, tmp_path / "model.zip")
    assert not (tmp_path / "model.zip").exists()


def refused(file, tmp_path, message):
    """Whether an import raises this, and leaves nothing."""
    (tmp_path / "into").mkdir()
    with pytest.raises(NewstanceError, match=message):
        import_model(file, tmp_path / "into" / "model")
    assert list((tmp_path / "into").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "codebook.toml", "flat.npz", "manifest.json", "metrics.json", "pipeline.skops"],
)
def test_an_altered_entry_is_refused(shared, tmp_path, name):
    entries = entries_of(shared)
    entries[name] += b" "
    file = write_entries(tmp_path / "m.zip", entries.items())
    refused(file, tmp_path, f"m.zip: {name} was altered after the model was exported")


def test_entries_that_the_manifest_does_not_tell_of_are_refused(shared, tmp_path):
    entries = entries_of(shared)
    manifest = json.loads(entries["manifest.json"])
    manifest["files"]["flat.npz"] = "0" * 64
    entries["manifest.json"] = json.dumps(manifest).encode()
    sums = dict(signed(entries))["SHA256SUMS"]
    digest = hashlib.sha256(entries["manifest.json"]).hexdigest()
    lines = [line for line in sums.splitlines() if "manifest" not in line]
    entries["SHA256SUMS"] = "\n".join([*lines, f"{digest}  manifest.json"]).encode()
    file = write_entries(tmp_path / "m.zip", entries.items())
    refused(file, tmp_path, "m.zip/flat.npz: was cut short or altered")


@pytest.mark.parametrize("name", ["README.md", "manifest.json", "pipeline.skops", "SHA256SUMS"])
def test_a_missing_entry_is_refused(shared, tmp_path, name):
    entries = entries_of(shared)
    del entries[name]
    file = write_entries(tmp_path / "m.zip", entries.items())
    refused(file, tmp_path, f"m.zip: has no entry '{name}'")


@pytest.mark.parametrize("name", ["../evil.py", "/tmp/evil", "flat.npz", "a/flat.npz", "run.py"])
def test_a_path_out_of_the_folder_or_another_entry_is_refused(shared, tmp_path, name):
    file = write_entries(tmp_path / "m.zip", [*entries_of(shared).items(), (name, b"")])
    refused(file, tmp_path, f"m.zip: has the entry '{name}'")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("README.md", r"m.zip: README.md unpacks to 3,000 bytes, .* at most 2,000"),
        ("flat.npz", r"m.zip/flat.npz: unpacks to [\d,]+ bytes"),
    ],
)
def test_what_unpacks_to_more_than_a_model_is_refused(shared, tmp_path, monkeypatch, name, message):
    small = 2000
    entries = dict.fromkeys(entries_of(shared), b"")
    entries["README.md"] = bytes(3000) if name == "README.md" else b""
    entries["manifest.json"] = b'{"files": {}}'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("words", bytes(1_000_000))
    entries["flat.npz"] = stream.getvalue()
    monkeypatch.setattr("newstance.share.LARGEST", small)
    monkeypatch.setattr("newstance.serialized.LARGEST", small)
    refused(write_entries(tmp_path / "m.zip", signed(entries)), tmp_path, message)


def with_type(skops, change):
    """A skops file whose schema is changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(skops)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "schema.json":
                content = json.dumps(change(json.loads(content))).encode()
            new.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ({"__module__": "os", "__class__": "system", "__loader__": "FunctionNode"}, "os.system"),
        (
            {"__module__": "builtins", "__class__": "eval", "__loader__": "TypeNode"},
            "builtins.eval",
        ),
        (
            {"__module__": "sklearn.svm", "__class__": "SVC", "__loader__": "ObjectNode"},
            "sklearn.svm.SVC",
        ),
        (
            {"__module__": "builtins", "__class__": "str", "__loader__": "OperatorFuncNode"},
            r"builtins.str \(as OperatorFuncNode\)",
        ),
    ],
)
def test_a_type_that_is_no_part_of_a_model_is_refused_by_name(shared, tmp_path, state, name):
    entries = entries_of(shared)
    change = with_type(entries["pipeline.skops"], lambda schema: {**schema, "extra": [state]})
    entries["pipeline.skops"] = change
    file = write_entries(tmp_path / "m.zip", signed(entries))
    refused(file, tmp_path, f"m.zip/pipeline.skops: holds the type {name}")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(40)])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "m.zip").write_bytes(content)
    refused(tmp_path / "m.zip", tmp_path, "m.zip: is no whole shared model")


def test_a_file_cut_short_is_refused(shared, tmp_path):
    (tmp_path / "m.zip").write_bytes(shared.read_bytes()[:-200])
    refused(tmp_path / "m.zip", tmp_path, "m.zip: is no whole shared model")


def test_a_folder_with_something_else_is_not_replaced(shared, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NewstanceError, match="holds something other than a model"):
        import_model(shared, tmp_path)


def test_the_commands_share_a_model_between_users(small_corpus, tmp_path):
    elsewhere = {"XDG_DATA_HOME": str(tmp_path / "another user")}
    run("train", "--corpus", small_corpus, "--output", tmp_path / "model")
    done = run("model", "export", tmp_path / "model", tmp_path / "m.zip")
    assert done.returncode == 0, done.stderr
    digest = hashlib.sha256((tmp_path / "m.zip").read_bytes()).hexdigest()
    assert digest in done.stderr
    done = run("model", "import", tmp_path / "m.zip", tmp_path / "theirs", env=elsewhere)
    assert done.returncode == 0, done.stderr
    gold = small_corpus / "train.jsonl"
    ask = ["evaluate", gold, "--json", "--pipeline", "--model", tmp_path / "theirs"]
    assert json.loads(run(*ask, env=elsewhere).stdout)["n"] == 24 * 13
    trust = run("model", "trust", tmp_path / "theirs", env=elsewhere)
    assert "needs no trust" in trust.stderr


def test_missing_files_are_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"nothing.zip: there is no such file"):
        import_model(tmp_path / "nothing.zip", tmp_path / "model")
    with pytest.raises(NewstanceError, match="there is no such folder"):
        export_model(tmp_path / "nowhere", tmp_path / "m.zip")

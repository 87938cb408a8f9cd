import json
import shutil

import pytest
from test_cli import run
from test_model import change_manifest

from newstance.errors import NewstanceError
from newstance.model import load_model
from newstance.train import train
from newstance.versions import (
    Verdict,
    add,
    find,
    keep,
    list_versions,
    name_of,
    use,
    versions_folder,
    write_verdict,
)


@pytest.fixture
def two(toy_model, confused_model, tmp_path):
    """A folder with the toy model in use and the confused one kept, and the names of both."""
    directory = shutil.copytree(toy_model, tmp_path / "model")
    other = add(
        directory, lambda folder: shutil.copytree(confused_model, folder, dirs_exist_ok=True)
    )
    return directory, keep(directory), other


def files(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_training_replaces_the_model_and_keeps_the_one_before(small_corpus, toy_model, tmp_path):
    directory = shutil.copytree(toy_model, tmp_path / "model")
    before, content = name_of(directory), files(directory)
    told = train(small_corpus, directory, n_jobs=1)
    assert [version.is_in_use for version in list_versions(directory)].count(True) == 1
    assert files(find(directory, before)) == content
    assert files(told.version) == files(directory)
    assert told.version.name == name_of(directory) != before


def test_a_name_is_of_what_is_in_the_manifest_but_not_the_estimators_file(two):
    directory, name, _ = two
    digests = json.loads((directory / "manifest.json").read_text())["files"]
    change_manifest(directory, files=digests | {"pipeline.joblib": "0"})
    assert name_of(directory) == name
    change_manifest(directory, files=digests | {"flat.npz": "0"})
    assert name_of(directory) != name


def test_a_version_is_put_in_use_and_the_one_before_is_the_way_back(two):
    directory, name, other = two
    before = files(directory)
    assert use(directory, other) == name
    assert name_of(directory) == other
    assert use(directory, name) == other
    assert files(directory) == before


def test_what_is_put_in_use_is_kept_first_if_it_is_not(two):
    directory, name, other = two
    shutil.rmtree(versions_folder(directory) / name)
    use(directory, other)
    assert load_model(find(directory, name))


def test_a_damaged_version_is_not_put_in_use(two):
    directory, name, other = two
    (find(directory, other) / "pipeline.joblib").write_bytes(b"half")
    with pytest.raises(NewstanceError, match=r"pipeline.joblib: was cut short or altered"):
        use(directory, other)
    assert name_of(directory) == name


@pytest.mark.parametrize("name", ["0123456789ab", "../model", "/etc", "", "."])
def test_a_version_that_is_not_there_is_an_error_that_lists_what_is(two, name):
    directory, one, other = two
    names = ", ".join(sorted([one, other]))
    with pytest.raises(NewstanceError, match=f"there is no version .*; it has {names}: give one"):
        use(directory, name)


def test_a_verdict_is_read_as_it_was_written_and_no_part_of_the_model(two):
    directory, name, other = two
    verdict = Verdict(False, name, ("worse",))
    write_verdict(directory, other, verdict)
    assert {v.name: v.verdict for v in list_versions(directory)} == {name: None, other: verdict}
    use(directory, other)
    assert not (directory / "verdict.json").exists()


def test_a_broken_verdict_is_an_error(two):
    directory, _, other = two
    (find(directory, other) / "verdict.json").write_text("[]")
    with pytest.raises(NewstanceError, match=r"verdict.json: is no verdict; delete"):
        list_versions(directory)


def test_a_model_without_versions_is_listed_as_the_one_in_use(toy_model, tmp_path):
    directory = shutil.copytree(toy_model, tmp_path / "alone")
    (version,) = list_versions(directory)
    assert (version.is_in_use, version.folder) == (True, directory)
    assert version.size == sum(len(content) for content in files(directory).values())


def test_the_commands_list_use_and_show(two):
    directory, name, other = two
    listed = run("model", "list", directory, env={"COLUMNS": "200"}).stdout
    rows = {line.split()[0]: line.split()[1] for line in listed.splitlines()[1:3]}
    assert (rows[name], rows[other] == "yes") == ("yes", False)
    done = run("model", "use", other, directory)
    assert f"back with 'newstance model use {name} {directory}'" in done.stderr
    shown = run("model", "show", directory).stdout
    assert f"version: {other}" in shown
    assert "topics: defence, energy, eu_accession, srebrenica_vote" in shown


@pytest.mark.parametrize(
    "arguments", [["list", "nowhere"], ["use", "x", "nowhere"], ["show", "seeds"]]
)
def test_a_folder_without_model_is_an_error(arguments):
    done = run("model", *arguments)
    assert done.returncode == 1
    assert "there is no" in done.stderr
    assert "Traceback" not in done.stderr

import json
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, small_rows

from newstance.codebook import read_codebook
from newstance.codebook_draft import Draft, Kind
from newstance.codebook_edit import adding, removing, renaming
from newstance.corpus import read_corpus, writing
from newstance.corpus_check import check
from newstance.errors import NewstanceError
from newstance.stale import find_stale

SPORT = Draft(Kind.topic, "sport", "Games")


def vote(labels, coder="anna"):
    return {"coder": coder, "codebook": 2, "labels": labels}


@pytest.fixture
def corpus(write_corpus):
    """Two training rows and one of the exam, each with a vote like its labels."""
    rows = [
        {"text": "Gas flows.", "labels": {"energy": "support", "defence": "neutral"}},
        {"text": "It rained.", "labels": {}},
        {"text": "Tanks roll.", "labels": {"defence": "oppose"}},
    ]
    rows = [{"id": str(n), **row, "votes": [vote(row["labels"])]} for n, row in enumerate(rows)]
    directory = write_corpus(rows[:2])
    (directory / "exam.jsonl").write_text(json.dumps(rows[2]) + "\n")
    (directory / "notes.txt").write_text("mine")
    return directory


def labels_of(directory):
    return [s.labels for own in read_corpus(directory).splits.values() for s in own]


def votes_of(directory):
    rows = [s for own in read_corpus(directory).splits.values() for s in own]
    return [[v["labels"] for v in s.other["votes"]] for s in rows]


def content(directory):
    return {
        path.relative_to(directory): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def test_a_topic_is_renamed_in_codebook_labels_and_votes_of_every_split(corpus):
    edit = renaming(corpus, "defence", new="army")
    edit.write()
    renamed = [{"energy": "support", "army": "neutral"}, {}, {"army": "oppose"}]
    assert labels_of(corpus) == renamed
    assert votes_of(corpus) == [[labels] for labels in renamed]
    codebook = read_codebook(corpus / "codebook.toml")
    assert codebook.topic_names == ("army", "energy", "eu_accession", "srebrenica_vote")
    assert [dict(e.labels) for e in codebook.examples if "army" in e.labels] == [
        {"army": "oppose"},
        {"army": "support"},
    ]
    assert (edit.version, edit.n_rows) == (codebook.version, 2) == (3, 2)


def test_a_stance_is_renamed_also_where_prose_has_it_in_backticks(corpus):
    renaming(corpus, "neutral", new="none").write()
    assert labels_of(corpus)[0] == {"energy": "support", "defence": "none"}
    text = (corpus / "codebook.toml").read_text()
    assert "`neutral`" not in text
    assert "neither, `none`" in text


def test_the_lines_in_which_the_old_name_still_stands_are_told(corpus):
    edit = removing(corpus, "defence")
    edit.write()
    lines = (corpus / "codebook.toml").read_text().split("\n")
    told = [lines[number - 1] for number in edit.mentions]
    assert len(told) == 1
    assert "the former defence minister" in told[0]


def test_a_new_name_makes_no_label_stale(corpus):
    renaming(corpus, "defence", new="army").write()
    assert find_stale(read_corpus(corpus)).findings == ()


def test_renaming_back_gives_the_same_corpus_two_versions_later(corpus):
    before = content(corpus)
    renaming(corpus, "support", new="backing").write()
    renaming(corpus, "backing", new="support").write()
    after = content(corpus)
    text = before.pop(next(p for p in before if p.name == "codebook.toml")).decode()
    assert (
        text.replace("version = 2", "version = 4", 1)
        == after.pop(next(p for p in after if p.name == "codebook.toml")).decode()
    )
    assert after == before


def test_a_topic_is_removed_with_its_labels(corpus):
    edit = removing(corpus, "defence")
    edit.write()
    assert labels_of(corpus) == [{"energy": "support"}, {}, {}]
    assert votes_of(corpus) == [[{"energy": "support"}], [{}], [{}]]
    assert "defence" not in read_codebook(corpus / "codebook.toml").topic_names
    assert (edit.n_rows, edit.n_set_aside) == (2, 0)


def test_sentences_of_a_removed_stance_are_set_aside_and_not_called_topicless(corpus):
    edit = removing(corpus, "neutral")
    edit.write()
    assert labels_of(corpus) == [{}, {"defence": "oppose"}]
    (row,) = [json.loads(line) for line in (corpus / "relabel.jsonl").read_text().splitlines()]
    assert (row["text"], row["picked"]) == ("Gas flows.", "stale")
    assert row["stale"]["labels"] == {"energy": "support", "defence": "neutral"}
    assert (edit.n_rows, edit.n_set_aside) == (1, 1)
    examples = read_codebook(corpus / "codebook.toml").examples
    assert len(examples) == 8
    assert sum(not example.labels for example in examples) == 1


def test_what_was_set_aside_before_is_kept(corpus):
    (corpus / "relabel.jsonl").write_text('{"text": "before"}\n')
    removing(corpus, "neutral").write()
    lines = (corpus / "relabel.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["before", "Gas flows."]


def test_an_added_topic_was_never_asked_of_the_rows(corpus):
    edit = adding(corpus, SPORT)
    edit.write()
    codebook = read_codebook(corpus / "codebook.toml")
    assert codebook.topics[-1].name == "sport"
    assert codebook.topics[-1].version == codebook.version == 3
    assert find_stale(read_corpus(corpus)).counts() == {"sport": {"stale": 0, "uncoded": 3}}
    assert edit.n_rows == 0


def test_an_edit_leaves_the_other_files_and_a_sound_corpus(corpus):
    removing(corpus, "energy").write()
    assert (corpus / "notes.txt").read_text() == "mine"
    assert check(corpus) == []


def test_a_corpus_that_is_still_empty_can_be_edited(write_corpus):
    directory = write_corpus([])
    adding(directory, SPORT).write()
    assert "sport" in read_codebook(directory / "codebook.toml").topic_names


def test_the_shipped_corpus_can_be_edited_whole(tmp_path):
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    edit = renaming(tmp_path / "corpus", "energy", new="power")
    edit.write()
    ours, theirs = read_corpus(tmp_path / "corpus"), read_corpus(ROOT / "corpus")
    assert ours.faults == ()
    for split, sentences in theirs.splits.items():
        renamed = [
            {"power" if t == "energy" else t: s for t, s in o.labels.items()} for o in sentences
        ]
        assert [sentence.labels for sentence in ours.splits[split]] == renamed


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda d: renaming(d, "sport", new="games"), "'sport', but topics defence, energy"),
        (lambda d: renaming(d, "energy", new="defence"), "has a topic or stance 'defence' already"),
        (lambda d: renaming(d, "energy", new="neutral"), "has a topic or stance 'neutral' already"),
        (lambda d: renaming(d, "energy", new="oil & gas"), "'oil & gas': is no name for a label"),
        (lambda d: renaming(d, "energy", new="context"), "the name 'context'"),
        (lambda d: removing(d, "sport"), "has no topic or stance 'sport'"),
        (lambda d: adding(d, Draft(Kind.stance, "energy", "x")), "'energy' already"),
        (lambda d: adding(d, Draft(Kind.topic, "text", "x")), "the name 'text'"),
        (lambda d: adding(d / "nowhere", SPORT), "there is no such folder"),
        (lambda d: adding(d / "notes.txt", SPORT), "there is no such folder"),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_is_an_error_and_changes_nothing(corpus, edit, message):
    before = content(corpus)
    with pytest.raises(NewstanceError, match=message):
        edit(corpus)
    assert content(corpus) == before


@pytest.mark.parametrize(("kind", "least"), [(Kind.topic, 1), (Kind.stance, 2)])
def test_the_last_labels_cannot_be_removed(corpus, kind, least):
    codebook = read_codebook(corpus / "codebook.toml")
    names = codebook.topic_names if kind is Kind.topic else codebook.stance_names
    for name in names[least:]:
        removing(corpus, name).write()
    with pytest.raises(NewstanceError, match=f"cannot be removed, a codebook has at least {least}"):
        removing(corpus, names[0])


def test_a_corpus_with_a_fault_is_not_edited(write_corpus):
    directory = write_corpus([{"text": "a", "labels": {"sport": "support"}}])
    with pytest.raises(NewstanceError, match=r"train.jsonl line 1: unknown topic .* Mend it first"):
        renaming(directory, "energy", new="power")


def test_a_row_that_came_meanwhile_is_not_lost(corpus):
    edit = renaming(corpus, "energy", new="power")
    with (corpus / "train.jsonl").open("a") as stream:
        stream.write('{"text": "late", "labels": {}}\n')
    before = content(corpus)
    with pytest.raises(NewstanceError, match="was changed meanwhile; try again"):
        edit.write()
    assert content(corpus) == before


def test_another_process_that_writes_is_respected(corpus):
    edit = renaming(corpus, "energy", new="power")
    with writing(corpus), pytest.raises(NewstanceError, match="another process is writing"):
        edit.write()


def test_a_link_out_of_the_folder_is_not_written_through(corpus, tmp_path):
    (corpus / "train.jsonl").rename(tmp_path / "shared.jsonl")
    (corpus / "train.jsonl").symlink_to(tmp_path / "shared.jsonl")
    before = (tmp_path / "shared.jsonl").read_bytes()
    with pytest.raises(NewstanceError, match=r"train.jsonl: is or goes through a link"):
        renaming(corpus, "energy", new="power").write()
    assert (tmp_path / "shared.jsonl").read_bytes() == before
    assert "power" not in read_codebook(corpus / "codebook.toml").topic_names


FULL_DISK = """
import resource, sys
from pathlib import Path
from newstance.codebook_edit import renaming
from newstance.errors import NewstanceError
corpus = Path(sys.argv[1])
edit = renaming(corpus, "energy", new="power_from_any_source")
size = (corpus / "train.jsonl").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    edit.write()
except NewstanceError as error:
    sys.exit(str(error))
"""


def test_a_disk_that_is_full_in_the_middle_leaves_everything_as_it_was(write_corpus):
    directory = write_corpus(small_rows())
    before = content(directory)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, directory],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cannot be written (File too large); nothing was changed" in done.stderr
    assert content(directory) == before
    assert [path.name for path in directory.parent.iterdir()] == ["corpus"]


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from newstance.codebook_edit import renaming

def dying_after_the_codebook(event, arguments):
    if event == "open" and ".newstance-" in str(arguments[0]) and arguments[1] == "w":
        if Path(arguments[0]).name == "train.jsonl":
            os.kill(os.getpid(), signal.SIGKILL)

edit = renaming(Path(sys.argv[1]), "energy", new="power")
sys.addaudithook(dying_after_the_codebook)
edit.write()
"""


def test_a_process_that_is_killed_in_the_middle_leaves_everything_as_it_was(corpus):
    before = content(corpus)
    done = subprocess.run([sys.executable, "-c", KILLED, corpus], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert content(corpus) == before

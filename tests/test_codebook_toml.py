import tomllib

import pytest
import tomlkit
from conftest import ROOT

from newstance.codebook_draft import Draft, Kind
from newstance.codebook_toml import (
    add_entry,
    kind_of,
    open_document,
    relabel_examples,
    remove_entry,
    rename_entry,
)
from newstance.errors import NewstanceError

SHIPPED = (ROOT / "corpus" / "codebook.toml").read_text(encoding="utf-8")
SMALL = """\
version = 1 # counted by hand

# About topics.

# About a.
[[topics]]
name = "a" # the first
# Still a.

# About b.
[[topics]]
name = "b"

# About stances.

[[stances]]
name = "pro"

# About con.
[[stances]]
name = "con"
"""


@pytest.fixture
def opened(tmp_path):
    def opened(text):
        (tmp_path / "codebook.toml").write_text(text, encoding="utf-8")
        return open_document(tmp_path)

    return opened


def raised(text):
    return text.replace("version = 1 #", "version = 2 #")


def test_opening_raises_the_version_and_changes_nothing_else(opened):
    assert tomlkit.dumps(opened(SMALL)) == raised(SMALL)
    assert tomlkit.dumps(opened(SHIPPED)) == SHIPPED.replace("version = 2", "version = 3", 1)


def test_a_new_entry_stands_below_the_last_and_above_what_is_about_the_next(opened):
    document = opened(SMALL)
    add_entry(document, Draft(Kind.topic, "c", "all of c"))
    entry = 'name = "c"\nversion = 2\ndefinition = "all of c"\ncovers = "all of c"\n'
    entry = f'[[topics]]\n{entry}excludes = ""\ntarget = "all of c"\n'
    expected = raised(SMALL).replace("# About stances.", f"{entry}\n# About stances.")
    assert tomlkit.dumps(document) == expected


def test_a_new_entry_at_the_end_of_the_file_is_one(opened):
    document = opened(SMALL.rstrip())
    add_entry(document, Draft(Kind.stance, "mixed", "both"))
    entry = '\n[[stances]]\nname = "mixed"\nversion = 2\ndefinition = "both"\n'
    assert tomlkit.dumps(document) == raised(SMALL) + entry


@pytest.mark.parametrize(
    ("kind", "name", "gone"),
    [
        (Kind.topic, "a", '[[topics]]\nname = "a" # the first\n# Still a.\n\n'),
        (Kind.topic, "b", '[[topics]]\nname = "b"\n\n'),
        (Kind.stance, "pro", '[[stances]]\nname = "pro"\n\n'),
    ],
)
def test_a_removed_entry_leaves_every_comment_of_the_others(opened, kind, name, gone):
    document = opened(SMALL)
    remove_entry(document, kind, name)
    left = tomlkit.dumps(document)
    assert all(about in left for about in ("# About topics.", "# About b.", "# About stances."))
    assert "# Still a." not in left if name == "a" else "# Still a." in left
    assert tomllib.loads(left) == tomllib.loads(raised(SMALL).replace(gone, ""))


def test_the_comment_between_two_entries_stays_with_the_lower(opened):
    document = opened(SMALL)
    remove_entry(document, Kind.topic, "a")
    assert "# About a.\n# About b.\n[[topics]]" in tomlkit.dumps(document)


def test_the_last_entry_leaves_no_second_blank_line(opened):
    for text in (SMALL, SMALL.replace("# About b.\n", "")):
        document = opened(text)
        remove_entry(document, Kind.topic, "b")
        entry = '[[topics]]\nname = "b"\n'
        expected = raised(text).replace(entry, "").replace("\n\n\n", "\n\n")
        assert tomlkit.dumps(document) == expected


def test_renaming_changes_the_name_alone(opened):
    document = opened(SMALL)
    rename_entry(document, Kind.topic, "a", new="z")
    assert tomlkit.dumps(document) == raised(SMALL).replace('"a"', '"z"')


EXAMPLES = """
[[examples]]
text = "one"
labels = { a = "pro", b = "con" } # why

# About two.
[[examples]]
text = "two"
labels = {a="con"}
"""


def test_examples_are_relabelled_and_only_they(opened):
    document = opened(SMALL + EXAMPLES)
    relabel_examples(document, lambda labels: {t: s for t, s in labels.items() if t != "b"})
    expected = raised(SMALL + EXAMPLES).replace('{ a = "pro", b = "con" }', '{ a = "pro" }')
    assert tomlkit.dumps(document) == expected


def test_an_example_that_no_labels_are_left_for_goes(opened):
    document = opened(SMALL + EXAMPLES)
    relabel_examples(document, lambda labels: None if len(labels) == 2 else dict(labels))
    left = tomlkit.dumps(document)
    assert "# About two." in left
    assert [e["text"] for e in tomllib.loads(left)["examples"]] == ["two"]


def test_labels_below_a_heading_of_their_own_are_relabelled_too(opened):
    examples = EXAMPLES.replace('labels = { a = "pro", b = "con" }', '[examples.labels]\na = "pro"')
    document = opened(SMALL + examples)
    relabel_examples(document, lambda labels: dict.fromkeys(labels, "new"))
    labels = [e["labels"] for e in tomllib.loads(tomlkit.dumps(document))["examples"]]
    assert labels == [{"a": "new"}, {"a": "new"}]


def test_the_last_example_can_go(opened):
    document = opened(SMALL + EXAMPLES)
    relabel_examples(document, lambda labels: None)
    assert "examples" not in tomllib.loads(tomlkit.dumps(document))


def test_the_kind_of_a_name_is_found(opened, tmp_path):
    document = opened(SMALL)
    assert kind_of(document, "b", path=tmp_path) is Kind.topic
    assert kind_of(document, "con", path=tmp_path) is Kind.stance


def test_an_unknown_name_is_an_error_that_tells_the_known(opened, tmp_path):
    with pytest.raises(
        NewstanceError, match="no topic or stance 'x', but topics a, b; stances pro"
    ):
        kind_of(opened(SMALL), "x", path=tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        SMALL + '\n[[topics]]\nname = "late"\n',
        'version = 1\ntopics = [{ name = "a" }]\nstances = [{ name = "pro" }]\n',
    ],
)
def test_entries_that_cannot_be_edited_where_they_stand_are_an_error(opened, text):
    with pytest.raises(
        NewstanceError, match=r"cannot be edited as it is written; put all \[\[topics"
    ):
        opened(text)

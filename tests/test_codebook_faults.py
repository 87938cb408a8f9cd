import tomllib

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from newstance.codebook import list_faults, parse_codebook
from newstance.codebook_faults import score_columns
from newstance.errors import NewstanceError

SOUND = """
title = "t"
version = 2
unit = "u"
topic_rule = "r"
stance_rule = "r"
topics = [{ name = "a", version = 1, definition = "d", covers = "c", excludes = "", target = "t" }]
stances = [
  { name = "pro", version = 1, definition = "d" },
  { name = "con", version = 2, definition = "d" },
]
examples = [{ text = "x", labels = { a = "pro" } }, { text = "y", labels = {} }]
"""


def faults_of(old, new):
    assert old in SOUND
    return list_faults(tomllib.loads(SOUND.replace(old, new, 1)))


def test_a_sound_codebook_has_no_faults():
    assert list_faults(tomllib.loads(SOUND)) == []
    assert list_faults(tomllib.loads((ROOT / "corpus" / "codebook.toml").read_text())) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('title = "t"\n', "", "'title' is missing; add it"),
        ('title = "t"', 'title = "t"\ntitel = "t"', "'titel' is unknown; remove it"),
        ('title = "t"', 'title = " "', "'title' is empty; write it"),
        ("version = 2\nunit", "version = true\nunit", "'version' is no int; correct it"),
        ("version = 2\nunit", 'version = "2"\nunit', "'version' is no int; correct it"),
        (', covers = "c"', "", "[[topics]] entry 1: 'covers' is missing; add it"),
        ('covers = "c"', 'covers = ""', "[[topics]] entry 1: 'covers' is empty; write it"),
        ('covers = "c"', 'covers = ["c"]', "[[topics]] entry 1: 'covers' is no str; correct it"),
        (
            '"pro", version = 1',
            '"pro", version = 0',
            "[[stances]] entry 1: 'version' is less than 1; count from 1",
        ),
        ('target = "t"', 'target = "t", why = "w"', "[[topics]] entry 1: 'why' is unknown"),
        ("examples = [", "examples = [1, ", "[[examples]] entry 1 is no table"),
        ("{ a = \"pro\" }", '"pro"', "[[examples]] entry 1: 'labels' is no dict; correct it"),
        ('"con"', '"pro"', "stance 'pro' stands there twice; remove one"),
        ('"con"', '"a"', "stance name 'a' has another meaning already; rename it"),
        ('"con"', '"probability"', "stance name 'probability' has another meaning already"),
        ('"con"', '"5 con"', "stance name '5 con' has other signs than letters"),
        ('name = "a"', 'name = "text"', "would have the name 'text', of a topic"),
        ('"con", version = 2', '"con", version = 3', "stance 'con' is of version 3, the codebook"),
        ('{ a = "pro" }', '{ a = "for" }', "example 'x': unknown stance 'for'"),
        ('{ a = "pro" }', '{ b = "pro" }', "example 'x': unknown topic 'b'"),
        ('text = "y"', 'text = "x "', "example 'x ' stands there twice, with other labels"),
        ('"y", labels = {}', '"x", labels = { a = "pro" }', "twice, with the same labels"),
    ],
)  # fmt: skip
def test_a_fault_is_named(old, new, fault):
    assert any(fault in found for found in faults_of(old, new)), faults_of(old, new)


@pytest.mark.parametrize("key", ["topics", "stances"])
def test_a_codebook_without_entries_is_a_fault(key):
    table = tomllib.loads(SOUND)
    del table["examples"]
    for rows in ([], None, "x"):
        assert f"no [[{key}]] entry; add at least one" in list_faults(table | {key: rows})


def test_one_stance_is_too_few():
    table = tomllib.loads(SOUND)
    assert "fewer than two stances; add one" in list_faults(
        table | {"stances": table["stances"][:1]}
    )


def test_a_topic_that_is_named_like_anothers_score_is_a_fault():
    table = tomllib.loads(SOUND)
    topics = [table["topics"][0], table["topics"][0] | {"name": "a_pro"}]
    found = list_faults(table | {"topics": topics})
    assert len(found) == 1
    assert "would have the name 'a_pro'" in found[0]


def test_every_fault_is_told_at_once_and_reading_raises_the_first():
    text = SOUND.replace('"u"', '""').replace('covers = "c", ', "").replace('"con"', '"a"')
    assert len(list_faults(tomllib.loads(text))) == 3
    with pytest.raises(NewstanceError, match=r"it: 'unit' is empty; write it \(2 more faults\)\."):
        parse_codebook(text, name="it")


NAMES = st.lists(st.from_regex(r"[a-c_]{1,3}", fullmatch=True), min_size=1, max_size=4)


@given(NAMES, NAMES)
def test_a_codebook_without_faults_gives_every_column_its_own_name(topics, stances):
    table = tomllib.loads(SOUND) | {"examples": []}
    table["topics"] = [table["topics"][0] | {"name": name} for name in topics]
    table["stances"] = [table["stances"][0] | {"name": name} for name in stances]
    if not list_faults(table):
        columns = score_columns(topics, stances)
        assert len(set(columns)) == len(columns) == len(topics) * (2 + len(stances))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "version", "labels", "text", "covers"]), inner)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(tomllib.loads(SOUND))), JUNK)
def test_no_value_at_all_breaks_the_check(key, value):
    assert isinstance(list_faults(tomllib.loads(SOUND) | {key: value}), list)

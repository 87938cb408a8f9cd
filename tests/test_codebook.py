import pytest
from conftest import ROOT

from newstance.codebook import read_codebook
from newstance.errors import NewstanceError

SHIPPED = (ROOT / "corpus" / "codebook.toml").read_text(encoding="utf-8")


def test_topics_and_stances_keep_their_order(codebook):
    assert codebook.topic_names == ("defence", "energy", "eu_accession", "srebrenica_vote")
    assert codebook.stance_names == ("support", "oppose", "neutral")


def test_every_example_has_labels_of_the_codebook(codebook):
    assert all(codebook.fault(example.labels) is None for example in codebook.examples)
    assert len(codebook.examples) == 11


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"sport": "support"}, "unknown topic 'sport'; the codebook has defence, energy"),
        ({"energy": "pro"}, "unknown stance 'pro'; the codebook has support, oppose, neutral"),
        ({"energy": None}, "unknown stance None"),
        (["energy"], "'labels' is no object"),
        (None, "'labels' is no object"),
    ],
)
def test_labels_outside_the_codebook_are_named(codebook, labels, message):
    assert message in codebook.fault(labels)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 2", "version = ", r"is not valid TOML .*line 4"),
        ('name = "energy"', 'name = "defence"', "topic 'defence' stands there twice"),
        ('name = "energy"', 'name = "oil & gas"', "topic name 'oil & gas' has other signs"),
        (
            'target = "the candidate',
            'aim = "the candidate',
            r"\[\[topics\]\] entry 3: 'aim' is unknown",
        ),
        ('title = "Topic', 'titel = "Topic', "'title' is missing"),
        (
            'energy = "support" }',
            'energy = "pro" }',
            "example 'Budapest asked .*unknown stance 'pro'",
        ),
    ],
)
def test_a_faulty_codebook_is_an_error_that_names_the_entry(tmp_path, old, new, message):
    path = tmp_path / "codebook.toml"
    assert old in SHIPPED
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NewstanceError, match=message):
        read_codebook(path)

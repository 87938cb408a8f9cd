import pytest

from newstance.codebook_draft import Draft, Kind, parse_draft
from newstance.errors import NewstanceError


def test_name_and_definition_are_parted_at_the_first_colon():
    draft = parse_draft(Kind.topic, " rents :  Rents: what  caps them ")
    assert draft == Draft(Kind.topic, "rents", "Rents: what caps them")


def test_a_topic_covers_at_first_its_definition():
    entry = parse_draft(Kind.topic, "rents: Rents").to_entry(3)
    assert entry == {
        "name": "rents",
        "version": 3,
        "definition": "Rents",
        "covers": "Rents",
        "excludes": "",
        "target": "Rents",
    }


def test_a_stance_has_no_target():
    entry = parse_draft(Kind.stance, "pro: wants it").to_entry(1)
    assert entry == {"name": "pro", "version": 1, "definition": "wants it"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "topic '': is no name for a label; write 'name: definition'"),
        ("oil & gas: x", "topic 'oil & gas': is no name for a label"),
        ("5g: x", "topic '5g': is no name .* not beginning with a digit"),
        ("probability: x", "topic 'probability': is no name for a label"),
        ("rents", "topic 'rents': has no definition; write 'rents: what it means"),
        ("rents: ", "has no definition"),
    ],
)
def test_what_makes_no_label_is_an_error(text, message):
    with pytest.raises(NewstanceError, match=message):
        parse_draft(Kind.topic, text)

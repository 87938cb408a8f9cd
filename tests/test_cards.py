import json

from conftest import ROOT

from newstance.cards import table
from newstance.codebook import read_codebook
from newstance.corpus_card import corpus_card
from newstance.model import shipped_model
from newstance.model_card import model_card


def test_a_table_is_markdown():
    assert table(("a", "b"), [(1, "x")]) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_the_dataset_card_is_what_its_data_render_to():
    card = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    assert card == corpus_card(ROOT / "corpus"), "render it with 'newstance corpus card'"


def test_the_model_card_is_what_its_files_render_to():
    directory = shipped_model()
    manifest, metrics = (
        json.loads((directory / name).read_text(encoding="utf-8"))
        for name in ("manifest.json", "metrics.json")
    )
    codebook = read_codebook(directory / "codebook.toml")
    card = (directory / "README.md").read_text(encoding="utf-8")
    assert card == model_card(codebook, manifest, metrics)


def test_a_cell_stays_one_cell_whatever_it_holds():
    assert table(("a",), [("x | y\nz",)]).splitlines()[-1] == "| x \\| y z |"

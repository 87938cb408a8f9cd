import re
import sys
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from conftest import ROOT

from newstance.errors import NewstanceError
from newstance.evaluate import examine
from newstance.records import Sentence, parse_jsonl
from newstance.report import Subject, render, write_report

HOSTILE = "<script>alert(1)</script> & \x07 </p> {{ 7 * 7 }} of NATO."
VOID = {"meta", "br"}


class Page(HTMLParser):
    """What is in a page: its elements, checked to be closed in order, its names and its text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements, self.names, self.text = [], [], [], ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.names += [value for key, value in attributes if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def report(shipped, sentences, gold="gold.jsonl", **subject):
    examination = examine(sentences, shipped.predict, shipped.codebook)
    fields = {"data": b"", "model": None, "is_pipeline": False} | subject
    return render(examination, model=shipped, subject=Subject(ROOT / gold, **fields))


@pytest.fixture(scope="module")
def contrast(shipped):
    data = (ROOT / "corpus" / "contrast.jsonl").read_bytes()
    return list(parse_jsonl(data, name="contrast", codebook=shipped.codebook))[:80]


@pytest.fixture(scope="module")
def page(shipped, contrast):
    return report(shipped, contrast)


@pytest.fixture
def examination(shipped, contrast):
    return examine(contrast, shipped.predict, shipped.codebook)


def hostile(**fields):
    other = dict.fromkeys(("id", "source", "register", "group", "family"), HOSTILE)
    fields = {"context": HOSTILE, "labels": {"energy": "support"}, "other": other} | fields
    return [Sentence(HOSTILE, **fields), Sentence("It rained.", labels={})]


def test_the_page_is_whole_and_its_names_are_its_own(page):
    names = Page(page).names
    assert len(names) == len(set(names)) > 8


def test_the_page_needs_nothing_from_elsewhere(page):
    for tag, attributes in Page(page).elements:
        assert tag not in {"script", "link", "img", "iframe", "object", "base"}
        assert not attributes.get("href", "#").removeprefix("#").count(":")
        assert "src" not in attributes
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "default-src 'none'" in page


def test_text_in_the_page_is_escaped(shipped):
    html = report(shipped, hostile(), gold="<b>.jsonl")
    page = Page(html)
    assert not {"script", "b>"} & {tag for tag, _ in page.elements}
    assert "<b>.jsonl" in page.text
    assert HOSTILE.replace("\x07", "\N{REPLACEMENT CHARACTER}") in page.text


def test_the_words_behind_a_mistake_are_shaded(shipped):
    wrong = [Sentence("Hungary backs Serbia on its way into the EU.", labels={})]
    told = Page(report(shipped, wrong))
    marks = [attributes["title"] for tag, attributes in told.elements if tag == "mark"]
    assert len(marks) == len(wrong[0].text.split())
    assert "Why eu_accession" in told.text


def test_the_same_examination_gives_the_same_bytes(shipped, contrast, page):
    assert report(shipped, contrast) == page


def test_the_page_tells_scores_agreement_probes_and_families(shipped, contrast, page):
    text = " ".join(Page(page).text.split())
    told = examine(contrast, shipped.predict, shipped.codebook)
    for key in ("topic_micro_f1", "stance_macro_f1", "pair_f1"):
        assert f"{told.evaluation.measures[key]:.3f}" in text
    for words in (
        "Cohen's kappa",
        "without the topic’s words",
        "families of sentences",
        "P(topic)",
    ):
        assert words in text


def test_the_page_tells_what_was_measured(shipped, tmp_path):
    text = Page(report(shipped, hostile(), data=b"gold", model=tmp_path / "mine")).text
    digest = sha256(b"gold").hexdigest()
    for words in (
        digest,
        shipped.manifest.corpus,
        shipped.manifest.files["flat.npz"],
        "gold.jsonl",
        "mine",
    ):
        assert words in text
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    "sentences",
    [
        [Sentence("NATO met.", labels={"defence": "support"})],
        [Sentence("It rained.", labels={})],
        [Sentence("", labels={})] * 6,
        [Sentence(f"NATO met {n} times.", labels={"defence": "oppose"}) for n in range(9)],
        [
            Sentence(f"Gas {n}.", labels={"energy": "neutral" if n % 2 else "support"})
            for n in range(9)
        ],
        hostile(other={"group": ["a"], "family": {"b": 1}, "source": 3, "votes": []}),
    ],
    ids=["one row", "one row of none", "none", "one class", "two stances", "odd fields"],
)
def test_poor_gold_gives_a_page_without_garbage(shipped, sentences):
    text = Page(report(shipped, sentences)).text
    assert not re.search(r"\b(?:nan|inf|None|True|False)\b|−?0\.00–-|[-−]0\.00\b", text)
    assert "Left out, as" in text


def test_what_gold_cannot_tell_is_not_introduced(shipped):
    text = Page(report(shipped, [Sentence("It rained.", labels={})])).text
    for words in ("shares to keep", "What the score rests on", "What stance was taken", "coders"):
        assert words not in text


def test_the_report_replaces_the_file_at_once(shipped, examination, tmp_path):
    path = tmp_path / "new" / "report.html"
    write_report(
        path, examination, model=shipped, subject=Subject(ROOT / "README.md", b"", None, False)
    )
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_a_path_that_cannot_be_written_is_told(shipped, examination, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("gold")
    subject = Subject(gold, b"", None, False)
    for path, message in (
        (tmp_path, "is a folder; give a file"),
        (gold, "is the gold file, which would be lost"),
        (gold / "report.html", "cannot be written"),
    ):
        with pytest.raises(NewstanceError, match=message):
            write_report(path, examination, model=shipped, subject=subject)
    assert gold.read_text() == "gold"


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_a_missing_library_is_told(shipped, examination, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NewstanceError, match=r"install newstance\[report\]"):
        render(examination, model=shipped, subject=Subject(ROOT, b"", None, False))

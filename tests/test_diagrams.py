import re
from xml.etree import ElementTree

import numpy as np
import pytest

from newstance.curves import Answers, reliability, risk_coverage
from newstance.diagrams import reliability_diagram, risk_coverage_diagram


def answers(n=60):
    rng = np.random.default_rng(0)
    confidence = rng.random(n)
    return Answers(confidence, rng.random(n) < confidence, np.arange(n).astype(str))


def drawn(name="one", title="Topics & <stances>"):
    return [
        reliability_diagram(reliability(answers()), name=f"{name}-r", title=title),
        risk_coverage_diagram(risk_coverage(answers()), name=f"{name}-c", title=title),
    ]


@pytest.mark.parametrize("svg", drawn(), ids=["reliability", "risk"])
def test_a_diagram_says_in_words_what_it_shows(svg):
    root = ElementTree.fromstring(svg)
    title, described, *_ = root
    assert (root.get("role"), title.text) == ("img", "Topics & <stances>")
    assert root.get("aria-labelledby").split() == [title.get("id"), described.get("id")]
    assert re.search(r"accuracy 0\.\d\d|keep \d+%", described.text)


@pytest.mark.parametrize("svg", drawn(), ids=["reliability", "risk"])
def test_a_diagram_takes_colours_and_letters_from_the_page(svg):
    assert "var(--accent)" in svg
    assert not re.search(r"#[0-9a-f]{6}\b(?!\")|font-family|DejaVu|<style|http", svg)


def test_diagrams_of_one_page_share_no_names():
    names = [re.findall(r' id="([^"]*)"', svg) for svg in (*drawn("one"), *drawn("two"))]
    every = [name for own in names for name in own]
    assert len(every) == len(set(every)) > 8


def test_every_reference_leads_somewhere():
    for svg in drawn():
        referred = set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg))
        assert referred
        assert referred <= set(re.findall(r' id="([^"]*)"', svg))


def test_the_same_data_give_the_same_bytes():
    assert drawn() == drawn()


@pytest.mark.parametrize("is_right", [[True], [False]])
def test_a_single_answer_is_drawn(is_right):
    one = Answers(np.array([0.7]), np.array(is_right), np.array(["a"]))
    assert "<path" in reliability_diagram(reliability(one), name="r", title="t")
    assert "<path" in risk_coverage_diagram(risk_coverage(one), name="c", title="t")

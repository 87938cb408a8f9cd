from conftest import ROOT

from newstance.corpus import read_corpus
from newstance.evaluate import evaluate, examine
from newstance.records import Sentence


def test_the_evaluation_has_the_keys_that_programs_read(shipped):
    rows = read_corpus(ROOT / "corpus").splits["train"][:60]
    told = evaluate(rows, shipped.predict(rows), shipped.codebook).to_json()
    assert {
        "topic_micro_f1",
        "topic_macro_f1",
        "stance_macro_f1",
        "pair_f1",
        "none_recall",
        "none_precision",
        "n",
        "baseline",
        "intervals",
        "topics",
        "stances",
    } <= told.keys()
    assert told["intervals"].keys() == told["baseline"].keys()
    assert told["n"] == 60
    assert told["groups"] == len({row.other["group"] for row in rows})


def test_stance_is_measured_given_the_gold_topic(shipped):
    text = "It signed, praised, welcomed and backed that."
    rows = [Sentence(text, labels={"defence": stance}) for stance in ("support", "oppose")]
    told = evaluate(rows, shipped.predict(rows), shipped.codebook).to_json()
    assert told["stance_accuracy"] == 0.5


def test_an_examination_tells_probes_and_what_is_left_out_beside_the_evaluation(shipped):
    rows = [Sentence("NATO met.", labels={"defence": "support"}, other={"family": "a"})] * 2
    told = examine(rows, shipped.predict, shipped.codebook).to_json()
    assert evaluate(rows, shipped.predict(rows), shipped.codebook).to_json().items() <= told.items()
    assert told["left_out"]["stance_macro_f1"] == "no gold label is oppose or neutral"
    assert told["probes"]["target_masked"]["stance_macro_f1"] is None
    assert told["probes"]["target_masked"]["topic_micro_f1"]["interval"] is None
    assert told["probes"]["families"]["n"] == 1

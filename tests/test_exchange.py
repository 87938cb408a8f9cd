import contextlib
import json
import re
import shutil

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from newstance.errors import NewstanceError
from newstance.exchange.formats import Format
from newstance.exchange.items import Fields, Origin
from newstance.exchange.reading import read_labelled, tell_format

DATA = ROOT / "tests" / "data" / "exchange"
FORMS = [Format.jsonl, Format.doccano, Format.label_studio, Format.argilla]
TARGETS = Fields(text="Tweet", id="ID", topic="Target", stance="Stance")
NAMES = {
    "Energy": "energy",
    "Defence": "defence",
    "FAVOR": "support",
    "AGAINST": "oppose",
    "NONE": "",
}


@pytest.fixture
def read(codebook):
    """The labelled sentences of a file."""

    def read(path, **options):
        return [found.sentence for found in read_labelled([path], codebook, **options).labelled]

    return read


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def labels(sentences):
    return [sentence.labels for sentence in sentences]


def voted(sentence):
    return {vote["coder"]: vote["labels"] for vote in sentence.other["votes"]}


def test_a_table_has_a_column_for_each_topic(read):
    first, second, third = read(DATA / "news.csv")
    assert first.text == "Skopje signed for eight helicopters, its largest order in years."
    assert second.context == first.text
    assert labels([first, second, third]) == [{"defence": "support"}, {"defence": "oppose"}, {}]
    assert first.other == {"id": "n1", "group": "item 1", "date": "2026-03-02"}


def test_columns_that_a_corpus_does_not_have_are_told(codebook):
    assert read_labelled([DATA / "news.csv"], codebook).not_taken == ("outlet",)


def test_rows_of_one_sentence_and_several_targets_are_joined(codebook):
    found = read_labelled([DATA / "targets.tsv"], codebook, fields=TARGETS, aliases=NAMES)
    assert [row.sentence.labels for row in found.labelled] == [
        {"energy": "support"},
        {"energy": "oppose"},
        {},
    ]
    assert [row.n_rows for row in found.labelled] == [2, 1, 1]
    assert [row.sentence.other["id"] for row in found.labelled] == ["1", "3", "4"]


def test_a_joined_sentence_has_one_vote_of_a_coder(read):
    options = {"fields": TARGETS, "aliases": NAMES | {"NONE": "neutral"}}
    first, *_ = read(DATA / "targets.tsv", origin=Origin(annotator="anna"), **options)
    assert voted(first) == {"anna": {"energy": "support", "defence": "neutral"}}


def test_one_topic_can_be_that_of_all_rows(read, tmp_path):
    path = write(tmp_path / "a.csv", "text,side\nOne.,pro\nTwo.,\n")
    fields = Fields(stance="side", only_topic="energy")
    assert labels(read(path, fields=fields, aliases={"pro": "support"})) == [
        {"energy": "support"},
        {},
    ]


def test_doccano_categories_are_topic_and_stance(read):
    sentences = read(DATA / "doccano.jsonl")
    assert labels(sentences) == [
        {"eu_accession": "support"},
        {"defence": "neutral", "energy": "oppose"},
        {},
    ]
    assert sentences[0].other == {"id": "41"}


def test_doccano_categories_are_stances_towards_a_topic_that_is_given(read, tmp_path):
    path = write(tmp_path / "a.jsonl", '{"id": 1, "text": "One.", "label": ["oppose"]}\n')
    assert labels(read(path, fields=Fields(only_topic="energy"))) == [{"energy": "oppose"}]


@pytest.mark.parametrize("name", ["label-studio.json", "label-studio-min.json"])
def test_label_studios_annotations_are_votes(read, name):
    first = read(DATA / name)[0]
    assert first.labels == {"eu_accession": "oppose"}
    assert first.other["votes"] == [
        {
            "coder": coder,
            "date": day,
            "codebook": 2,
            "labels": {"eu_accession": "oppose"},
        }
        for coder, day in (("anna@desk.example", "2026-02-02"), ("2", "2026-02-03"))
    ]


@pytest.mark.parametrize("name", ["label-studio.json", "label-studio-min.json"])
def test_label_studios_empty_annotation_is_no_topic(read, name):
    sentence = next(s for s in read(DATA / name) if s.text.startswith("The bakery"))
    assert sentence.labels == {}
    assert voted(sentence) == {"anna@desk.example": {}}


def test_label_studios_ground_truth_settles_a_label(codebook):
    row = read_labelled([DATA / "label-studio.json"], codebook).labelled[1]
    assert row.sentence.labels == {"eu_accession": "oppose"}
    assert voted(row.sentence)["anna@desk.example"] == {"eu_accession": "support"}
    assert row.differing == ()


@pytest.mark.parametrize("name", ["label-studio.json", "label-studio-min.json"])
def test_coders_who_differ_are_told(codebook, name):
    row = read_labelled([DATA / name], codebook).labelled[-1]
    assert row.sentence.labels == {"energy": "neutral"}
    assert row.differing == ({"energy": "oppose"},)


def test_label_studios_notes_are_not_labels(read, tmp_path):
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["unsure"]}}
    choice = {"type": "choices", "from_name": "energy", "value": {"choices": ["oppose"]}}
    task = {"data": {"text": "One."}, "annotations": [{"result": [note, choice]}]}
    assert labels(read(write(tmp_path / "a.json", json.dumps([task])))) == [{"energy": "oppose"}]


def test_label_studios_skipped_tasks_and_predictions_are_not_labels(read):
    assert read(DATA / "label-studio.json")[3].labels is None


@pytest.mark.parametrize("path", [DATA / "argilla", DATA / "argilla" / "records.json"])
def test_argillas_responses_are_votes_and_suggestions_are_not(read, path):
    first, second, third = read(path)
    assert first.labels == {"srebrenica_vote": "support"}
    assert len(first.other["votes"]) == 2
    assert first.other["id"] == "a-1"
    assert (second.context, second.labels) == (first.text, {"srebrenica_vote": "oppose"})
    assert third.labels is None


def test_argillas_flat_records_count_when_submitted(read):
    first, second, third = read(DATA / "saved-argilla")
    assert voted(first) == {"u1": {"defence": "support"}, "u2": {"defence": "support"}}
    assert voted(second) == {"u1": {"defence": "neutral"}}
    assert third.labels is None


def test_class_labels_of_a_data_set_are_read_by_name(read):
    fields = Fields(text="sentence", topic="target", stance="label")
    aliases = {"FAVOR": "support", "NONE": "neutral"}
    assert labels(read(DATA / "saved", fields=fields, aliases=aliases)) == [
        {"defence": "support"},
        {"defence": "neutral"},
        {},
    ]


def test_a_split_of_a_data_set_must_be_named_if_there_are_several(read, tmp_path):
    saved = tmp_path / "saved"
    shutil.copytree(DATA / "saved", saved)
    shutil.copytree(saved / "train", saved / "test")
    (saved / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    with pytest.raises(NewstanceError, match="has the splits train, test and none called 'exam'"):
        read(saved, split="exam", fields=Fields(text="sentence"))


def test_parquet_is_read_with_an_object_of_labels(read):
    assert labels(read(DATA / "news.parquet")) == [
        {"defence": "support"},
        {"defence": "neutral"},
        {},
    ]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("news.csv", "csv"),
        ("targets.tsv", "tsv"),
        ("news.parquet", "parquet"),
        ("saved", "datasets"),
        ("saved-argilla", "datasets"),
        ("argilla", "argilla"),
        ("argilla/records.json", "argilla"),
        ("doccano.jsonl", "doccano"),
        ("label-studio.json", "label-studio"),
        ("label-studio-min.json", "label-studio"),
    ],
)
def test_a_format_is_told_by_ending_and_content(name, form):
    assert tell_format(DATA / name) is Format(form)


def test_what_the_models_tables_hold_can_be_read(read, tmp_path):
    header = "text,context,energy,energy_probability,energy_support,remark\n"
    path = write(tmp_path / "a.csv", header + "Gas flows.,,support,0.9,0.8,\n")
    assert labels(read(path)) == [{"energy": "support"}]


def test_origin_is_that_of_rows_that_name_none(read, tmp_path):
    rows = [{"text": "One.", "labels": {}, "source": "desk"}, {"text": "Two.", "labels": {}}]
    path = write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    one, two = read(path, origin=Origin("wire", "CC0-1.0", "ben", "2026-01-31"))
    assert (one.other["source"], two.other["source"]) == ("desk", "wire")
    assert one.other["licence"] == two.other["licence"] == "CC0-1.0"
    assert two.other["votes"] == [
        {"coder": "ben", "date": "2026-01-31", "codebook": 2, "labels": {}}
    ]


def test_a_row_can_name_the_codebooks_version(read, tmp_path):
    path = write(tmp_path / "a.csv", "text,energy,codebook\nOne.,support,1\nTwo.,oppose,\n")
    sentences = read(path, origin=Origin(annotator="ben"))
    assert [sentence.other["votes"][0]["codebook"] for sentence in sentences] == [1, 2]


def test_votes_that_a_row_has_are_kept_as_they_are(read, tmp_path):
    vote = {"coder": "anna", "labels": {"energy": "oppose"}}
    row = {"text": "One.", "labels": {"energy": "support"}, "votes": [vote]}
    path = write(tmp_path / "a.jsonl", json.dumps(row) + "\n")
    (sentence,) = read(path, origin=Origin(annotator="ben", date="2026-01-31"))
    assert sentence.other["votes"] == [vote]


def test_blanks_round_a_label_do_not_matter(read, tmp_path):
    assert labels(read(write(tmp_path / "a.csv", "text,energy\nOne., support \n"))) == [
        {"energy": "support"}
    ]


def test_a_byte_order_mark_does_not_matter(read, tmp_path):
    path = write(tmp_path / "a.csv", b"\xef\xbb\xbftext,energy\r\nOne.,support\r\n")
    assert [sentence.text for sentence in read(path)] == ["One."]


def test_all_unknown_words_are_told_with_counts_and_the_options_that_name_them(codebook):
    with pytest.raises(NewstanceError) as raised:
        read_labelled([DATA / "targets.tsv"], codebook, fields=TARGETS)
    message = str(raised.value)
    assert f"{DATA / 'targets.tsv'} line 2" in message
    assert "topics 'Energy' (2), 'Defence' (2)" in message
    assert "stances 'NONE' (2), 'FAVOR' (1), 'AGAINST' (1)" in message
    for alias in ("Energy=energy", "Defence=defence", "FAVOR=support", "AGAINST=oppose", "NONE="):
        assert f"--alias {alias} " in message


@pytest.mark.parametrize(
    ("word", "option"),
    [
        ("Pro", "--alias Pro=support "),
        ("disagree", "--alias disagree=oppose "),
        ("POSITIVE", "--alias POSITIVE=support "),
        ("no stance", "--alias 'no stance=' "),
        ("1", "--alias '1=…' with a name"),
    ],
)
def test_only_well_known_words_are_proposed(read, tmp_path, word, option):
    path = write(tmp_path / "a.csv", f"text,energy\nOne.,{word}\n")
    with pytest.raises(NewstanceError) as raised:
        read(path)
    assert option in str(raised.value)


def test_no_name_is_proposed_that_the_codebook_does_not_have(codebook, tmp_path):
    from dataclasses import replace

    own = replace(codebook, stances=codebook.stances[1:])
    path = write(tmp_path / "a.csv", "text,energy\nOne.,pro\n")
    with pytest.raises(NewstanceError, match=r"--alias 'pro=…' with a name, or none"):
        read_labelled([path], own)


def test_an_alias_to_an_unknown_name_is_an_error(read):
    with pytest.raises(NewstanceError, match="--alias A=b: the codebook has no 'b' but defence"):
        read(DATA / "news.csv", aliases={"A": "b"})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,text,energy\n1,One.,support\n2,Two.\n", "line 3: has 2 fields, the header 3"),
        ("a.csv", 'text,energy\n"a\nb",support\nTwo.,oppose,x\n', "line 4: has 3 fields"),
        ("a.csv", "text\tenergy\nOne.\tsupport\n", "apart by tabs, not commas; give --format tsv"),
        ("a.csv", "text;energy\nOne.;support\n", "by semicolons, not commas; save it with commas"),
        ("a.tsv", "text,energy\nOne.,support\n", "by commas, not tabs; give --format csv"),
        ("a.csv", b"text,energy\nOne.,support\nVu\xe8i.,support\n", "line 3: byte 0xe8 is not UTF"),
        ("a.csv", "text,energy\nOne.,support\n".encode("utf-16"), "is a binary file"),
        ("a.csv", "text,text\n", r"columns \['text'\] stand there twice"),
        ("a.csv", 'text,energy\n"One.,support\n', "is no row of a table .* mend its quotes"),
        ("a.csv", "body,energy\nOne.,support\n", "no column 'text'; it has body, energy: name"),
        ("a.csv", "text,sentiment\nOne.,good\n", "line 2: no column holds labels among text, sen"),
        ("a.csv", "text,energy\n,support\n", "line 2: has no text in 'text'"),
        ("a.csv", "", "the first line is empty"),
        ("a.csv", "text,energy\n", "holds no rows"),
        ("a.jsonl", "\n", "holds no rows"),
        ("a.json", "", "is not JSON"),
        ("a.json", "[]", "holds no rows"),
        ("a.json", "{}", "is no list of objects"),
        ("a.xlsx", "", "its ending does not tell what it is; give --format csv, tsv"),
        ("a.csv", "text,energy,hard_negative\nOne.,support,maybe\n", "'hard_negative' is 'maybe'"),
        ("a.csv", "text,energy,votes\nOne.,support,[\n", "line 2: 'votes' is not JSON"),
        ("a.jsonl", '{"text": "One."}\n', "line 1: no column holds labels among text, context"),
        ("a.jsonl", '{"text": "One.", "labels": []}\n', "line 1: 'labels' is no object"),
        ("a.jsonl", '{"text": "One.", "labels": {}, "votes": [1]}\n', "a vote is no object with"),
        ("a.jsonl", '{"text": "One.", "label": [[0, 3, "x"]]}\n', "no list of categories in 'la"),
        ("a.jsonl", '{"text": "One.", "annotations": [{"label": 1}]}\n', "has 'annotations', as "),
        ("a.jsonl", '{"text": "One.", "label": ["energy"]}\n', "'energy' is no TOPIC:STANCE"),
        ("a.json", '[{"id": 1, "completions": []}]', "entry 1: is not as Label Studio 1 exports"),
        (
            "a.json",
            '[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "labels"}]}]}]',
            r"is not as Label Studio 1 .*\(it has a result of type 'labels'\)",
        ),
        (
            "a.json",
            '[{"fields": {"text": "a"}, "responses": [], "metadata": {}, "suggestions": {}, '
            '"x": 1}, {"fields": {}}]',
            "entry 2: is not as Argilla 2 exports",
        ),
        (
            "a.json",
            '[{"fields": {"text": "a"}, "metadata": {}, "suggestions": [], '
            '"responses": [{"values": {}, "status": "submitted"}]}]',
            "entry 1: is not as Argilla 2 exports",
        ),
    ],
)
def test_bad_input_is_an_error_that_says_where(read, tmp_path, name, content, message):
    with pytest.raises(NewstanceError, match=message):
        read(write(tmp_path / name, content))


KEYS = {
    key
    for path in (*DATA.glob("*.json*"), DATA / "argilla" / "records.json")
    for key in re.findall(r'"(\w+)":', path.read_text(encoding="utf-8"))
}
WORDS = st.sampled_from(
    sorted({*KEYS, "labels", "votes", "coder", "codebook", "energy", "support"})
)
JSON = st.recursive(
    st.none() | st.integers() | WORDS | st.sampled_from(["choices", "a text", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=12,
)
SHAPES = [
    {},
    {"text": "a", "labels": {}},
    {"data": {"text": "a"}, "annotations": [{"result": []}]},
    {"text": "a", "annotator": 1, "annotation_id": 1, "lead_time": 1},
    {"fields": {"text": "a"}, "metadata": {}, "responses": {}, "suggestions": {}},
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SHAPES), st.dictionaries(WORDS, JSON, max_size=4), st.sampled_from(FORMS))
def test_whatever_json_a_file_holds_is_read_or_refused(
    codebook, tmp_path_factory, shape, rest, form
):
    line = json.dumps(shape | rest)
    path = tmp_path_factory.mktemp("json") / "a.json"
    write(path, line if form in (Format.jsonl, Format.doccano) else f"[{line}]")
    with contextlib.suppress(NewstanceError):
        read_labelled([path], codebook, form=form)


def test_a_missing_file_is_an_error(read, tmp_path):
    for name in ("a.csv", "a.jsonl", "a.json", "a.parquet"):
        with pytest.raises(NewstanceError, match="there is no such file"):
            read(tmp_path / name)


def test_a_folder_of_another_kind_is_an_error(read, tmp_path):
    with pytest.raises(NewstanceError, match="is neither a saved data set nor a folder of Argilla"):
        read(tmp_path)


def test_a_broken_data_set_is_an_error(read, tmp_path):
    saved = tmp_path / "saved"
    shutil.copytree(DATA / "saved-argilla", saved)
    (saved / "data-00000-of-00001.arrow").write_bytes(b"broken")
    with pytest.raises(NewstanceError, match="is no whole data set"):
        read(saved)


def test_a_broken_parquet_file_is_an_error(read, tmp_path):
    with pytest.raises(NewstanceError, match="is no whole Parquet file"):
        read(write(tmp_path / "a.parquet", "x"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (Fields(stance="Stance"), "--stance-column needs --topic-column or --topic"),
        (Fields(topic="Target"), "go with --stance-column"),
        (Fields(stance="Stance", topic="Target", only_topic="energy"), "are one too many"),
        (Fields(text="Tweet", stance="Side", topic="Target"), "no column 'Side' as --stance-col"),
        (Fields(text="Tweet", stance="Stance", topic="About"), "but no topic in 'About'"),
        (Fields(text="Body"), "there is no column 'Body'"),
    ],
)
def test_columns_that_are_named_must_be_there(read, fields, message):
    with pytest.raises(NewstanceError, match=message):
        read(DATA / "targets.tsv", fields=fields, aliases=NAMES)


@pytest.mark.parametrize("origin", [Origin(), Origin(annotator="anna")])
def test_two_labels_of_one_coder_are_an_error_with_both_places(read, tmp_path, origin):
    path = write(tmp_path / "a.csv", "text,energy\nOne.,support\nTwo.,\none. ,oppose\n")
    with pytest.raises(NewstanceError, match=r"line 4: .*energy: oppose.*energy: support at .*e 2"):
        read(path, origin=origin)


def test_two_stances_towards_one_topic_are_an_error_with_both_places(read, tmp_path):
    path = write(tmp_path / "a.csv", "text,topic,stance\nOne.,energy,support\nOne.,energy,oppose\n")
    with pytest.raises(NewstanceError, match=r"line 3: .*energy: oppose.*energy: support at .*e 2"):
        read(path, fields=Fields(topic="topic", stance="stance"))


def test_two_words_for_one_topic_with_two_stances_are_an_error(read, tmp_path):
    path = write(tmp_path / "a.csv", "text,energy,gas\nOne.,support,oppose\n")
    with pytest.raises(NewstanceError, match="line 2: has two stances towards 'energy'"):
        read(path, aliases={"gas": "energy"})

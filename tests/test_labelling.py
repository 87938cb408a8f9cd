"""The commands for labelling, with keys from a pipe and from a pseudo-terminal."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, small_rows
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from newstance.answers import read_answers
from newstance.cli import app
from newstance.codebook import read_codebook
from newstance.corpus import Place
from newstance.doubt import Doubt
from newstance.records import Sentence
from newstance.terminal.corpora import show_doubts
from newstance.terminal.draft import NEXT_STANCE, NEXT_TOPIC, SAVE, Command, Draft, keymap

NEWS = ["Gas flows.", "The army marched.", "Sofia vetoed the talks.", "It rained."]
CODEBOOK = read_codebook(ROOT / "corpus" / "codebook.toml")


@pytest.fixture
def news(tmp_path):
    path = tmp_path / "news.jsonl"
    rows = [{"text": text, "context": "", "picked": "random"} for text in NEWS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def answers(tmp_path):
    return tmp_path / "answers.jsonl"


def invoke(*arguments, keys=""):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=keys)


def label(news, answers, keys, annotator="anna", *options):
    done = invoke(
        "label", news, "--answers", answers, "--annotator", annotator, *options, keys=keys
    )
    assert done.exit_code == 0, done.output
    return done


def labels(answers):
    return [entry.sentence.labels for entry in read_answers(answers)]


class Terminal:
    """A command on a pseudo-terminal of 80 columns: what it shows, and keys for it."""

    def __init__(self, *arguments):
        self._master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newstance", *map(str, arguments)],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=ROOT,
            env=os.environ | {"TERM": "xterm"},
        )
        self.shown = ""

    def expect(self, text):
        """Wait until a text is shown; what is shown from there on is what is looked at next."""
        end = time.monotonic() + 20
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} is not in {self.shown!r}"
            if select.select([self._master], [], [], 0.1)[0]:
                self.shown += os.read(self._master, 4096).decode(errors="replace")
        before, _, self.shown = self.shown.partition(text)
        return before

    def press(self, keys):
        os.write(self._master, keys.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self.slave)


@pytest.fixture
def open_label(news, answers):
    terminals = []

    def start(*options):
        arguments = ["label", news, "--answers", answers, "--annotator", "anna", *options]
        terminals.append(Terminal(*arguments))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def ask(terminal, number):
    terminal.expect(f"{number} of 4")
    terminal.expect("quit")


def test_a_killed_session_loses_nothing_and_goes_on_at_the_next_sentence(open_label, answers):
    first = open_label()
    ask(first, 1)
    first.press("2s")
    first.expect("support")
    first.press("\r")
    ask(first, 2)
    first.press("1o")
    first.expect("oppose")
    first.process.kill()
    first.process.wait()
    assert labels(answers) == [{"energy": "support"}]
    again = open_label()
    again.expect("2 of 4")
    again.expect(NEWS[1])


def test_a_line_cut_short_by_a_crash_is_told_and_all_before_it_kept(news, answers):
    label(news, answers, "\n\n")
    answers.write_bytes(answers.read_bytes()[:-20])
    done = label(news, answers, "2s\n")
    assert "the last line was cut short by a crash" in done.stderr
    assert labels(answers) == [{}, {"energy": "support"}]


def test_keys_typed_before_a_question_was_seen_do_not_answer_it(open_label, answers):
    terminal = open_label()
    ask(terminal, 1)
    terminal.press("\r\r\r")
    ask(terminal, 2)
    terminal.press("q")
    terminal.expect("1 answered")
    assert labels(answers) == [{}]


def test_a_comment_and_a_reason_are_typed_as_a_line(open_label, answers):
    terminal = open_label()
    ask(terminal, 1)
    terminal.press("c")
    terminal.expect("Comment: ")
    terminal.press("hard to say\r")
    terminal.expect("your comment: hard to say")
    terminal.press("\r")
    ask(terminal, 2)
    terminal.press("x")
    terminal.expect("Why skip it? ")
    terminal.press("no news\r")
    ask(terminal, 3)
    one, two = read_answers(answers)
    assert one.vote["note"] == "hard to say"
    assert two.reason == "no news"


def test_the_terminal_is_left_as_it_was(open_label):
    terminal = open_label()
    before = termios.tcgetattr(terminal.slave)
    ask(terminal, 1)
    time.sleep(0.2)
    assert termios.tcgetattr(terminal.slave) != before
    terminal.press("q")
    terminal.expect("4 left")
    assert terminal.process.wait(timeout=20) == 0
    assert termios.tcgetattr(terminal.slave) == before


def test_the_rules_are_shown_a_screen_at_a_time(open_label):
    terminal = open_label()
    ask(terminal, 1)
    terminal.press("2r")
    assert "It covers" in terminal.expect("Any key goes on")
    terminal.press(" ")
    terminal.expect("Any key goes on")
    terminal.press("q")
    ask(terminal, 1)


def test_the_models_answer_is_hidden_until_asked_for_and_that_is_told(news, answers):
    assert "The model proposes" not in label(news, answers, "\n").stdout
    assert "The model proposes" in label(news, answers, "p\n").stdout
    assert "The model proposes" in label(news, answers, "\n", "anna", "--show-proposal").stdout
    seen = [entry.vote.get("saw_proposal", False) for entry in read_answers(answers)]
    assert seen == [False, True, True]


def test_a_line_of_a_pipe_is_the_keys_of_an_answer(news, answers):
    label(news, answers, "2s1n\n\nx no news\n3o0\n")
    assert labels(answers) == [{"defence": "neutral", "energy": "support"}, {}, None, {}]
    assert read_answers(answers)[2].reason == "no news"


def test_undo_asks_again(news, answers):
    label(news, answers, "2s\nu2o\n\n")
    assert labels(answers) == [{"energy": "oppose"}, {}]


def test_news_text_steers_no_terminal(tmp_path, answers):
    path = tmp_path / "evil.jsonl"
    path.write_text(json.dumps({"text": "Gas \x1b[2Jflows.", "context": "\x07Before"}) + "\n")
    shown = label(path, answers, "").stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "flows." in shown


def test_the_end_tells_what_the_answers_cannot(news, answers):
    done = label(news, answers, "\n\n")
    assert "2 answered and 0 skipped by anna; 2 left" in done.stderr
    assert "Do not estimate shares" in done.stderr


def test_a_second_session_on_the_same_answers_is_refused(open_label, news, answers):
    ask(open_label(), 1)
    done = invoke("label", news, "--answers", answers, "--annotator", "ben")
    assert "another session is writing here" in str(done.exception)


def test_two_coders_are_settled_into_a_corpus(news, answers, write_corpus):
    label(news, answers, "2s\n\n\n\n")
    label(news, answers, "2s\n1s\n3o\nx no news\n", "ben")
    rows = write_corpus([]) / "train.jsonl"
    done = invoke("settle", answers, "--annotator", "eva", "--output", rows, keys="\n1o\nx\n")
    assert done.exit_code == 0, done.output
    assert "4 sentences: 1 agreed on, 1 answered by one coder only" in done.stderr
    assert "Still to be decided: defence." in done.stdout
    assert "with each other, before" in done.stdout
    assert "ben with the labels that stand" in done.stdout
    assert "1 are not settled and left out" in done.stderr
    written = [json.loads(line) for line in rows.read_text().splitlines()]
    assert [row["labels"] for row in written] == [{"energy": "support"}, {"defence": "oppose"}, {}]
    assert invoke("corpus", "check", rows.parent).exit_code == 0


def test_settling_needs_answers(tmp_path):
    done = invoke("settle", tmp_path / "no", "--annotator", "eva", "--output", tmp_path / "o.jsonl")
    assert "there is no such file; label first" in str(done.exception)


def test_doubtful_labels_are_listed_and_asked(write_corpus, tmp_path, answers):
    rows = small_rows(12)
    rows[0]["labels"] = {"defence": "support"}
    queue = tmp_path / "queue.jsonl"
    done = invoke("corpus", "doubt", write_corpus(rows), "--output", queue, "--json")
    (found,) = json.loads(done.stdout)
    assert (found["topic"], found["label"], found["likelier"]) == ("defence", "support", None)
    assert found["line"] == 1
    shown = label(queue, answers, "p\n").stdout
    assert "The corpus has" not in shown.partition("q quit")[0]
    assert "The corpus has defence: support." in shown
    assert labels(answers) == [{}]
    (entry,) = read_answers(answers)
    assert entry.sentence.other["group"] == "item 0"


def test_doubtful_labels_are_shown_with_both_labels_and_the_place(capsys):
    place = Place(Path("train.jsonl"), 7)
    sentence = Sentence("Gas flows.", labels={"energy": "support"})
    show_doubts([Doubt(place, sentence, "energy", "support", None, 0.03, 0.97)])
    assert capsys.readouterr().out.splitlines()[:3] == [
        "Gas flows.",
        "  energy: given (support) 0.03, likelier not given 0.97, margin 0.94",
        "  train.jsonl line 7",
    ]


NAMES = st.lists(st.from_regex("[a-zA-Zžж_]{1,3}", fullmatch=True), unique=True, max_size=40)


def renamed(topics, stances):
    """The codebook with other topics and stances."""
    return replace(
        CODEBOOK,
        topics=tuple(replace(CODEBOOK.topics[0], name=name) for name in topics),
        stances=tuple(replace(CODEBOOK.stances[0], name=name) for name in stances),
    )


@given(NAMES.filter(len), NAMES.filter(lambda names: len(names) > 1), st.data())
def test_every_label_of_any_codebook_can_be_chosen_and_no_key_means_two_things(
    topics, stances, data
):
    codebook = renamed([f"t_{name}" for name in topics], stances)
    keys = keymap(codebook)
    every = [*keys.topics, *keys.stances, *keys.commands, NEXT_TOPIC, NEXT_STANCE, SAVE, "0"]
    assert len(set(every)) == len(every)
    assert set(keys.commands.values()) == set(Command)
    topic, stance = (
        data.draw(st.sampled_from(codebook.topic_names)),
        data.draw(st.sampled_from(stances)),
    )
    draft = Draft(dict.fromkeys(codebook.topic_names))
    for _ in range(codebook.topic_names.index(topic) + 1):
        draft.press(NEXT_TOPIC, keys, codebook)
    for _ in range(stances.index(stance) + 1):
        draft.press(NEXT_STANCE, keys, codebook)
    assert draft.chosen == {topic: stance}


def test_stances_have_the_first_letter_that_is_free_and_commands_give_way():
    keys = keymap(renamed(["one"], ["pro", "contra", "unclear", "press", "пауза"]))
    assert keys.stances == {"p": "pro", "c": "contra", "u": "unclear", "r": "press", "п": "пауза"}
    assert {key for key in keys.commands if key.isupper()} == {"P", "C", "U", "R"}


def test_a_stance_without_a_topic_is_refused():
    draft = Draft(dict.fromkeys(CODEBOOK.topic_names))
    draft.press("s", keymap(CODEBOOK), CODEBOOK)
    assert draft.chosen == {}
    assert draft.message == "First choose a topic by its number."


def test_a_label_is_taken_back_with_zero():
    draft = Draft(dict.fromkeys(CODEBOOK.topic_names))
    for key in "2s0":
        draft.press(key, keymap(CODEBOOK), CODEBOOK)
    assert draft.chosen == {}

"""What a coder sees: the sentence in its context, the topics with what is chosen, the keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newstance.cards import labels_in_words
from newstance.codebook import Codebook, Topic
from newstance.doubt import DOUBT
from newstance.records import Sentence
from newstance.terminal.draft import Command, Draft, Keymap
from newstance.terminal.text import ABSENT, STANCE_STYLES, in_words, style_of, visible

UNDECIDED = "?"


def question_view(
    question: Sentence,
    draft: Draft,
    *,
    title: str,
    codebook: Codebook,
    keys: Keymap,
    votes: Sequence[Mapping[str, Any]],
    proposal: RenderableType | None,
) -> RenderableType:
    """A question; ``votes`` are shown where they are to be settled."""
    notes = [f"{vote['coder']}: {vote['note']}" for vote in votes if vote.get("note")]
    if draft.note:
        notes.append(f"your comment: {draft.note}")
    context = visible(question.context)
    context.stylize("dim")
    text = visible(question.text)
    text.stylize("bold")
    parts: list[RenderableType] = [Text(title, style="dim"), Text("")]
    parts += [context, Text("")] if question.context else []
    parts += [text, Text("")]
    parts += [_topics(draft, codebook, keys, votes), Text("")]
    parts += [visible(note) for note in notes]
    parts += [proposal, Text("")] if proposal else []
    parts += [_keys(codebook, keys, is_settling=bool(votes)), Text(draft.message, style="yellow")]
    return Padding(Group(*parts), (0, 1))


def model_view(answer: Sentence) -> RenderableType:
    """What the model says of a sentence: the probability of each topic, and of its stances."""
    if not answer.scores:
        return Text(f"The model: {answer.remark}.")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for topic, score in answer.scores.items():
        stances = "  ".join(f"{name} {p:.2f}" for name, p in score.stances.items())
        table.add_row(topic, f"{score.probability:.2f}", Text(stances, style="dim"))
    labels = labels_in_words(answer.labels or {})
    return Group(Text(f"The model proposes: {labels}"), Padding(table, (0, 0, 0, 2)))


def doubt_view(question: Sentence) -> RenderableType:
    """Why the corpus's label of a sentence is doubted: what stands there and what is likelier."""
    told = question.other[DOUBT]
    lines = [f"The corpus has {labels_in_words(told['labels'])}. To a model that never saw it:"]
    for d in told["found"]:
        there, likelier = in_words(d["label"], d["likelier"]), in_words(d["likelier"], d["label"])
        lines.append(
            f"  {d['topic']}: {there} {d['label_probability']:.2f}, "
            f"likelier {likelier} {d['likelier_probability']:.2f}"
        )
        for reading, words in ((there, d["for_label"]), (likelier, d["for_likelier"])):
            if words:
                lines.append(f"    for {reading}: {', '.join(words)}")
    return visible("\n".join(lines))


def rules_in_words(codebook: Codebook, topic: str | None) -> str:
    """The codebook on one topic, or on all of them, and on close cases, as Markdown."""
    chosen = [t for t in codebook.topics if topic in (None, t.name)]
    parts = [_topic_in_words(t) for t in chosen]
    parts += ["# Topics", codebook.topic_rule, f"**The unit.** {codebook.unit}"]
    parts.append("\n".join(f"- **{rule.case}.** {rule.rule}" for rule in codebook.topic_cases))
    parts += ["# Stances", codebook.stance_rule]
    parts.append(
        "\n".join(f"{n}. **{q.question}** {q.answer}" for n, q in enumerate(codebook.questions, 1))
    )
    parts.append("\n".join(f"- `{s.name}`: {s.definition}." for s in codebook.stances))
    parts.append("\n".join(f"- {rule.case}: {rule.rule}" for rule in codebook.stance_cases))
    return "\n\n".join(part for part in parts if part)


def _topic_in_words(topic: Topic) -> str:
    return (
        f"# {topic.name}\n\n{topic.definition}.\n\n**It covers** {topic.covers}.\n\n"
        f"**It does not cover** {topic.excludes}.\n\n**The target of a stance** is {topic.target}."
    )


def _topics(
    draft: Draft, codebook: Codebook, keys: Keymap, votes: Sequence[Mapping[str, Any]]
) -> Table:
    """A row for each topic: its key, what is chosen, and each coder's vote."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=bool(votes), header_style="dim")
    for name in ("", "", "", "settled", *(str(vote["coder"]) for vote in votes)):
        table.add_column(visible(name))
    key_of = {topic: key for key, topic in keys.topics.items()}
    for topic in codebook.topic_names:
        is_current = topic == draft.topic
        chosen = UNDECIDED if topic in draft.open else draft.labels[topic]
        table.add_row(
            ">" if is_current else " ",
            key_of.get(topic, ""),
            Text(topic, style="reverse" if is_current else ""),
            _stance(chosen, codebook),
            *(_stance(vote["labels"].get(topic), codebook) for vote in votes),
        )
    return table


def _stance(name: str | None, codebook: Codebook) -> Text:
    if name is None:
        return Text(ABSENT, style="dim")
    if name not in codebook.stance_names:
        return Text(name, style="bold yellow")
    return Text(name, style=f"bold {style_of(name, codebook.stance_names, STANCE_STYLES)}")


def _keys(codebook: Codebook, keys: Keymap, *, is_settling: bool) -> Text:
    last = list(keys.topics)[-1]
    labels = [("1" if last == "1" else f"1-{last}", "topic"), *keys.stances.items()]
    labels.append(("0", ABSENT))
    if len(keys.topics) < len(codebook.topics):
        labels.append(("Tab", "next topic"))
    if len(keys.stances) < len(codebook.stances):
        labels.append(("Space", "next stance"))
    commands = [("Enter", "save")]
    for key, command in keys.commands.items():
        is_later = is_settling and command is Command.skip
        commands.append((key, "later" if is_later else command.name))
    lines = (Text("   ").join(_key(*pair) for pair in line) for line in (labels, commands))
    return Text("\n").join(lines)


def _key(key: str, does: str) -> Text:
    return Text.assemble((key.replace(" ", ""), "bold"), " ", (does, "dim"))

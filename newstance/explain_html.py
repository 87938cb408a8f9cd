"""An explanation as a web page that stands alone: the words shaded by what they add."""

from collections.abc import Sequence
from html import escape

from newstance.explain import NO_FLIP, Explanation, Flip, Part

STYLE = """
:root { color-scheme: light dark; --accent: #0072b2; --second: #d55e00; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.2rem; font-weight: 600; } h2 { font-size: 1rem; margin: 2rem 0 .3rem; }
p.text { font-family: Georgia, serif; font-size: 1.15rem; margin: .2rem 0; }
p.context, td.context, .note { opacity: .7; }
mark { color: inherit; border-radius: .2em; padding: .05em .1em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: .8rem 0; }
th, td { text-align: right; padding: .15rem .7rem; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
tr.sum { border-top: 1px solid; font-weight: 600; }
"""


def marked(words: Sequence[Part], shares: Sequence[float], text: str) -> str:
    """The text as HTML, its words shaded: ``--accent`` for the label, ``--second`` against."""
    greatest = max(map(abs, shares), default=0.0) or 1.0
    pieces, end = [], 0
    for word, share in zip(words, shares, strict=True):
        colour = "--accent" if share > 0 else "--second"
        strength = f"{abs(share) / greatest * 50:.0f}%"
        style = f"background: color-mix(in srgb, var({colour}) {strength}, transparent)"
        mark = f'<mark style="{style}" title="{share:+.2f}">{escape(word.text)}</mark>'
        pieces += [escape(text[end : word.start]), mark]
        end = word.end
    return "".join([*pieces, escape(text[end:])])


def page(
    explanations: Sequence[Explanation],
    topics: Sequence[Sequence[str]],
    flips: Sequence[Sequence[Flip | None]],
) -> str:
    """One page for explanations, each with the topics that it is shown for, and their flips."""
    body = "\n".join(map(_section, explanations, topics, flips))
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>newstance explains</title>\n<style>{STYLE}</style>\n{body}\n</html>\n"
    )


def _section(explanation: Explanation, topics: Sequence[str], flips: Sequence[Flip | None]) -> str:
    sentence = explanation.sentence
    context = f'<p class="context">{escape(sentence.context)}</p>' if sentence.context else ""
    lines = [f"<h1>{escape(sentence.text)}</h1>", context]
    if not sentence.scores:
        lines.append(f'<p class="note">{escape(sentence.remark or "")}</p>')
        return "\n".join(lines)
    words = explanation.words()
    for topic in topics:
        k = list(sentence.scores).index(topic)
        score = sentence.scores[topic]
        shown = {topic: (score.probability, [w.share.topics[k] for w in words])}
        for s, (stance, probability) in enumerate(score.stances.items()):
            shown[f"{topic}: {stance}"] = (probability, [w.share.stances[k, s] for w in words])
        for name, (probability, shares) in shown.items():
            text = marked(words, shares, sentence.text)
            lines.append(f'<h2>{escape(name)} {probability:.2f}</h2>\n<p class="text">{text}</p>')
        lines.append(_table(explanation, k, ("topic", *score.stances)))
    for topic, flip in zip(topics, flips, strict=False):
        change = flip.in_words(sentence.text) if flip else NO_FLIP
        lines.append(f"<p><b>{escape(topic)}.</b> {escape(change)}</p>")
    return "\n".join(lines)


def _table(explanation: Explanation, k: int, columns: Sequence[str]) -> str:
    """All shares, greatest first, with the intercept and the log-odds that they sum to."""
    ranked = sorted(
        explanation.parts,
        key=lambda p: -max(abs(p.share.topics[k]), *map(abs, p.share.stances[k])),
    )
    rows = [("", "context" if p.is_context else "", p.text, p.share) for p in ranked]
    rows.append(("", "", "intercept", explanation.intercept))
    rows.append(("sum", "", "log-odds", explanation.total))
    head = "".join(f"<th>{escape(column)}</th>" for column in ("log-odds", *columns))
    lines = [
        f'<tr class="{row_class}"><td class="{where}">{escape(text)}</td>'
        + "".join(f"<td>{value:+.2f}</td>" for value in (share.topics[k], *share.stances[k]))
        + "</tr>"
        for row_class, where, text, share in rows
    ]
    return f'<div class="scroll"><table><tr>{head}</tr>\n' + "\n".join(lines) + "</table></div>"

"""The README's generated parts; run as a program, it renders them anew."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from newstance.cards import scores_table

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
ARTICLE = "seeds/004_7e0a2413cf502e35.txt"
SHOWN = 4


def newstance(*arguments: str) -> str:
    environment = os.environ | {"COLUMNS": "100"}
    command = [sys.executable, "-m", "newstance", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return done.stdout


def run() -> str:
    answer = newstance("classify", "--file", ARTICLE, "--format", "table")
    lines = "\n".join(line.rstrip() for line in answer.splitlines())
    head, *sentences = lines.strip().split("\n\n")
    return "```\n" + "\n\n".join([head, *sentences[-SHOWN:]]) + "\n```\n"


def record() -> str:
    row = json.loads(newstance("classify", "Hungary backs Serbia on its way into the EU."))
    lines = [f'  "{key}": {json.dumps(value)}' for key, value in row.items() if key != "scores"]
    scores = [f'    "{topic}": {json.dumps(score)}' for topic, score in row["scores"].items()]
    lines.append('  "scores": {\n' + ",\n".join(scores) + "}")
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```\n"


def scores() -> str:
    metrics = json.loads((ROOT / "model" / "metrics.json").read_text(encoding="utf-8"))
    return scores_table(metrics["exam"]) + "\n"


def rendered(text: str) -> str:
    parts = {"run": run, "record": record, "scores": scores}
    return PART.sub(lambda match: match[1] + parts[match[2]]() + match[3], text)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(rendered(readme.read_text(encoding="utf-8")), encoding="utf-8")

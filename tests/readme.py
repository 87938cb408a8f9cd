"""The README's generated parts.

    python tests/readme.py          render them anew
    python tests/readme.py GOLD     also measure the model on real news, kept out of this repository

What was measured on real news is kept in ``real_news.json`` with the digest of the pipeline; the
README tells it only while the shipped pipeline is that one.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from newstance.cards import summary_table

ROOT = Path(__file__).parent.parent
REAL_NEWS = Path(__file__).parent / "real_news.json"
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


def read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def digest() -> str:
    return str(read_json(ROOT / "model" / "manifest.json")["files"]["pipeline.joblib"])


def measure_real_news(gold: str) -> None:
    told = {"pipeline": digest(), "real news": json.loads(newstance("evaluate", gold, "--json"))}
    REAL_NEWS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def scores() -> str:
    evaluations = read_json(ROOT / "model" / "metrics.json")
    real_news = read_json(REAL_NEWS)
    if real_news.pop("pipeline") == digest():
        evaluations = real_news | evaluations
    return summary_table(evaluations) + "\n"


def rendered(text: str) -> str:
    parts = {"run": run, "record": record, "scores": scores}
    return PART.sub(lambda match: match[1] + parts[match[2]]() + match[3], text)


if __name__ == "__main__":
    for gold in sys.argv[1:]:
        measure_real_news(str(Path(gold).resolve()))
    readme = ROOT / "README.md"
    readme.write_text(rendered(readme.read_text(encoding="utf-8")), encoding="utf-8")

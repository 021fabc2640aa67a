"""A small table with one column of every kind, and the traps that real data holds.

- `age` whole numbers; `score` numbers, some missing; `member` true/false; `sex` two words
- `zip` codes with leading zeros; `grade` categories of which "1" looks numeric and "NA" missing
- `event_time` large whole numbers with a date's name; `joined` dates; `note` sentences
"""

from __future__ import annotations

import csv
import io
import random
from typing import Any

FEATURES = (
    "age", "score", "member", "sex", "zip", "grade", "event_time", "joined", "note",
)  # fmt: skip
LABEL = "bought"
_WORDS = ("late", "good", "service", "slow", "parcel", "again", "never", "thanks", "fine", "blue")


def rows(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Rows as CSV cells, the label included."""
    dice = random.Random(seed)
    return [_row(dice) for _ in range(count)]


def _row(dice: random.Random) -> dict[str, Any]:
    age = dice.randint(18, 80)
    grade = dice.choice(["A1", "1", "NA", "B2"])
    code = dice.choice(["01001", "1001", "90210", "00501"])
    member = dice.choice(["true", "false"])
    score = round(dice.uniform(-2, 2), 3)
    liked = (
        age / 40 + score + 2 * (grade == "NA") + 2 * (code == "01001") + (member == "true") > 2.8
    )
    return {
        "age": str(age),
        "score": "" if dice.random() < 0.1 else str(score),
        "member": member,
        "sex": dice.choice(["Female", "Male"]),
        "zip": code,
        "grade": grade,
        "event_time": str(1_600_000_000_000 + dice.randint(0, 10**11)),
        "joined": f"20{dice.randint(10, 24)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
        "note": " ".join(dice.sample(_WORDS, 5)),
        LABEL: "yes" if liked else "no",
    }


def csv_of(table: list[dict[str, Any]], columns: tuple[str, ...] | None = None) -> str:
    """The rows as CSV with a header, in the order of `columns`."""
    names = columns or tuple(table[0])
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, names, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(table)
    return buffer.getvalue()


def headerless(table: list[dict[str, Any]], columns: tuple[str, ...] = FEATURES) -> str:
    """The rows as CSV without a header."""
    return csv_of(table, columns).split("\n", 1)[1]


def record(row: dict[str, Any]) -> dict[str, Any]:
    """The row's features as JSON has them."""
    typed = {name: row[name] for name in FEATURES}
    return typed | {
        "age": int(row["age"]),
        "score": float(row["score"]) if row["score"] else None,
        "member": row["member"] == "true",
        "event_time": int(row["event_time"]),
    }

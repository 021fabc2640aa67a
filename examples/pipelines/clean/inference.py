"""Turn an application's rows into the model's: it knows years of birth, the model ages of 1994."""

import csv
import io
import json
import os


def model_fn(model_dir):
    """Return the year of the census, which is packed beside this script."""
    with open(os.path.join(model_dir, "code", "census.json")) as file:
        return json.load(file)["year"]


def input_fn(body, content_type):
    """Return rows of CSV with a header."""
    if content_type != "text/csv":
        raise ValueError(f"got {content_type}; send text/csv")
    text = body if isinstance(body, str) else body.decode()
    return list(csv.DictReader(io.StringIO(text)))


def predict_fn(rows, year):
    """Return the rows with ages."""
    if rows and "birth-year" not in rows[0]:
        raise ValueError("the column birth-year is missing")
    return [{"age": year - int(row.pop("birth-year")), **row} for row in rows]


def output_fn(rows, _accept):
    """Return CSV, which the model takes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue(), "text/csv"

"""Make training and test data of raw CSV files: no repeated rows, and two more columns."""

import argparse
import os
from pathlib import Path

import pandas as pd


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--test-share", type=float, default=0.2)
    arguments = parser.parse_args()

    files = sorted(Path(os.environ["INPUT_RAW"]).rglob("*.csv"))
    rows = pd.concat([pd.read_csv(file, na_values=os.environ["MISSING"]) for file in files])
    print(f"{len(rows):,} rows in {len(files)} files")

    rows = rows.drop_duplicates().reset_index(drop=True)
    rows["has-capital"] = rows["capital-gain"] + rows["capital-loss"] > 0
    rows["hours-per-year-of-education"] = rows["hours-per-week"] / rows["education-num"]

    test = rows.sample(frac=arguments.test_share, random_state=0)  # the same in every run
    for name, part in (("TRAIN", rows.drop(test.index)), ("TEST", test)):
        part.to_csv(Path(os.environ[f"OUTPUT_{name}"]) / "rows.csv", index=False)
        print(f"{len(part):,} rows for {name.lower()}")


if __name__ == "__main__":
    main()

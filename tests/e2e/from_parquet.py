"""Run in the image's environment: a Parquet file as CSV, with all digits."""

import sys

import pyarrow.csv
import pyarrow.parquet

if __name__ == "__main__":
    source, target = sys.argv[1:]
    pyarrow.csv.write_csv(pyarrow.parquet.read_table(source), target)

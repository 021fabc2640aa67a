"""Say from when on a column is said to tell the label by itself, at init and after training."""

FEWEST_ROWS = 20  # fewer prove nothing
ROWS_PER_VALUE = 10  # a value that occurs once determines any label
CORRELATION = 0.9999

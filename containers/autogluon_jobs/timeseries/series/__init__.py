"""Hold many series in one long table: order, steps, and AutoGluon's frame."""

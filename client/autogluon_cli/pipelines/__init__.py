"""The pipelines that `agcdk ci` writes: one module per Git host."""

"""An AWS in one local process: moto keeps the state, this package really runs what users deploy."""

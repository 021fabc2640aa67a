"""Plan a batch: data, layout, engine."""

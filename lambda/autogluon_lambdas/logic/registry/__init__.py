"""Choose, judge and register model versions."""

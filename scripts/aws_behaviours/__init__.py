"""What AWS does that the product obeys: rules, their tests, and relapses that these catch."""

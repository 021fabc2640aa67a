"""Deploy, roll back and delete stacks."""

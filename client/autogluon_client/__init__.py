"""Drive a deployed environment from Python: start executions, wait for them, read what they made."""

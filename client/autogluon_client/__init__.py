"""Drive a deployed environment from Python: start executions, wait, read what they made."""

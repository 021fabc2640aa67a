"""Service integrations: tasks that call other services."""

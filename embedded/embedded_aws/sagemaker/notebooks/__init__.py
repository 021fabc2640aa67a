"""Notebook instances: their state only. No notebook server runs, and no lifecycle script."""

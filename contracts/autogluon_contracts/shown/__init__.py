"""What people are shown of runs and models, on pages and in terminals."""

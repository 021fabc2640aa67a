"""Journeys of new users: commands that really run, and the pages with what they print."""

"""Define parsed events, plans and errors: plain frozen values."""

"""Build what starts runs at given times, and what tells that one could not be started."""

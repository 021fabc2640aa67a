"""Build what starts runs by itself, and what tells that one could not be started."""

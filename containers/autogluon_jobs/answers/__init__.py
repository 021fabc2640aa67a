"""Turn prediction columns into answers on the wire."""

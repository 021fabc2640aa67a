"""Define how files hold data: their formats, compression, encodings and faults."""

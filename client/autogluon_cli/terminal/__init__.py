"""Tables, progress and JSON on the terminal."""

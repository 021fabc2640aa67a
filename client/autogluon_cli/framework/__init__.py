"""The frame of every command: parameters, errors, exit codes."""

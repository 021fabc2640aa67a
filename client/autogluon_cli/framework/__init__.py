"""Provide what every command shares: parameters, the invocation, errors, exit codes."""

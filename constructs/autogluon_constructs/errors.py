"""Define the base of errors about declarations: settings that cannot be built."""

from autogluon_contracts.errors import ExplainedError


class DeclarationError(ExplainedError, ValueError):
    """Report a declaration that cannot be built: where, what was given, what is allowed."""

"""What can be wrong with a declaration, as one family of errors."""


class DeclarationError(ValueError):
    """What the settings declare cannot be built; the message says what, where, and what can."""

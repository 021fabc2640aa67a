"""The one exception whose text is meant for the user, as it stands."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be honoured, said in one clear sentence.

    A `ValueError`, because the serving container answers 400 with the text of a `ValueError`, and
    with 500 and no text to anything else. Training writes the same text to the failure file.
    """

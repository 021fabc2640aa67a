"""Answers of AWS that are errors."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError


def refused(code: str, message: str = "no", operation: str = "Operation") -> ClientError:
    """Return what boto3 raises for an error of AWS."""
    return ClientError(_answer(code, message), operation)


class Exceptions:
    """The exceptions of a client: one class for each of the codes, as boto3 has them."""

    ClientError = ClientError

    def __init__(self, *codes: str) -> None:
        self._classes = {code: type(code, (ClientError,), {}) for code in codes}

    def __getattr__(self, code: str) -> Any:
        try:
            return self.__dict__["_classes"][code]
        except KeyError:
            raise AttributeError(code) from None

    def refused(self, code: str, operation: str) -> ClientError:
        """Return an error of one of the classes."""
        error: ClientError = self._classes[code](_answer(code, "no"), operation)
        return error


def _answer(code: str, message: str) -> Any:
    return {"Error": {"Code": code, "Message": message}}

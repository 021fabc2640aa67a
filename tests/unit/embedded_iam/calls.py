"""What a call needs, and calls that must fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.of_call import requirements_of


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """(error code, message) of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def needed(call: ApiCall) -> list[str]:
    """ "action resource" of everything that a call needs, in order."""
    return [f"{n.action} {n.resource}" for n in requirements_of(call, MotoState(call.account_id))]

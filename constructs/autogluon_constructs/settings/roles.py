"""Define the settings of IAM roles: what an organisation asks of every role in its accounts."""

from typing import Annotated

from pydantic import Field

from autogluon_constructs.settings.fields import POLICY, ROLE_NAME_PREFIX, ROLE_PATH
from autogluon_constructs.settings.section import Section


class Roles(Section):
    """How every IAM role of the environment is made, those of custom resources included.

    A boundary must exist before the deployment and allow what the roles' own policies allow; it can
    be changed at any time. Choose `path` and `name_prefix` before the first deployment:
    CloudFormation does not replace roles that other stacks use.
    """

    permissions_boundary: Annotated[str, Field(pattern=POLICY, max_length=2048)] | None = None
    """ARN, or name in the same account, of the managed policy that bounds every role."""
    path: Annotated[str, Field(pattern=ROLE_PATH, max_length=512)] = "/"
    """IAM path of every role and managed policy."""
    name_prefix: Annotated[str, Field(pattern=ROLE_NAME_PREFIX, max_length=20)] | None = None
    """What every role's name starts with; without it, CloudFormation names roles after stacks."""

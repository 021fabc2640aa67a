"""Define the settings of networks: the VPC in which jobs and models run."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.settings.fields import SECURITY_GROUP, SUBNET, as_tuple, refuse
from autogluon_constructs.settings.section import Section, rule

_LARGEST_PREFIX, _SMALLEST_PREFIX = 16, 24
# SageMaker's limits (botocore, VpcConfig).
_MOST_SUBNETS, _MOST_GROUPS = 16, 5
_OF_A_NETWORK = ("subnets", "security_groups")


def _private_block(cidr: str) -> str:
    try:
        block = IPv4Network(cidr)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise refuse("allowed: a block of private addresses, such as '10.0.0.0/20'") from error
    if not block.is_private or not _LARGEST_PREFIX <= block.prefixlen <= _SMALLEST_PREFIX:
        raise refuse("allowed: private addresses, from a /16 to a /24 block")
    return cidr


Subnets = Annotated[
    tuple[Annotated[str, Field(pattern=SUBNET)], ...],
    Field(max_length=_MOST_SUBNETS),
    BeforeValidator(as_tuple),
]
SecurityGroups = Annotated[
    tuple[Annotated[str, Field(pattern=SECURITY_GROUP)], ...],
    Field(max_length=_MOST_GROUPS),
    BeforeValidator(as_tuple),
]


def _require_both(section: Section) -> None:
    absent = [key for key in _OF_A_NETWORK if not getattr(section, key)]
    if absent:
        raise refuse(f"mode 'existing' needs {' and '.join(absent)} of your VPC")


def _refuse_given(section: Section, keys: tuple[str, ...], mode: str) -> None:
    given = [key for key in keys if key in section.model_fields_set]
    if given:
        raise refuse(f"{given[0]} has no meaning with mode '{mode}'; leave it out")


class Network(Section):
    """The VPC of all jobs and, unless an endpoint says otherwise, of all endpoints.

    `existing`: subnets and security groups of yours, which must lead to the services that jobs and,
    with `lambdas`, Lambda functions use. `created`: the stacks make a VPC without a way to the
    internet, with endpoints of these services.
    """

    mode: Literal["existing", "created"]
    """A VPC of your own, or one that the stacks make."""
    subnets: Subnets = ()
    """Subnets of an existing VPC."""
    security_groups: SecurityGroups = ()
    """Security groups of jobs and models in an existing VPC."""
    cidr: Annotated[str, AfterValidator(_private_block)] = "10.0.0.0/20"
    """Addresses of a created VPC."""
    availability_zones: int = Field(default=2, ge=2, le=4)
    """In how many availability zones a created VPC has a subnet."""
    lambdas: bool = False
    """Whether the Lambda functions of the stacks run in the VPC, too."""

    @rule
    def _has_what_its_mode_needs(self) -> Self:
        if self.mode == "existing":
            _refuse_given(self, ("cidr", "availability_zones"), self.mode)
            _require_both(self)
        else:
            _refuse_given(self, _OF_A_NETWORK, self.mode)
        return self


class EndpointNetwork(Section):
    """Another network for an endpoint than the environment's.

    `none`: SageMaker's own network. `existing`: subnets and security groups of yours.
    """

    mode: Literal["none", "existing"]
    """No VPC, or one of your own."""
    subnets: Subnets = ()
    """Subnets of an existing VPC."""
    security_groups: SecurityGroups = ()
    """Security groups of the model containers in an existing VPC."""

    @rule
    def _has_what_its_mode_needs(self) -> Self:
        if self.mode == "existing":
            _require_both(self)
        else:
            _refuse_given(self, _OF_A_NETWORK, self.mode)
        return self

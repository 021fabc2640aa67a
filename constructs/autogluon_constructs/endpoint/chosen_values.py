"""Let promotions choose a value that the settings otherwise decide."""

from collections.abc import Mapping

from aws_cdk import CfnMapping, CfnParameter, IResolvable
from constructs import Construct

from autogluon_contracts.names import AS_SETTINGS


def chosen_value(
    scope: Construct, name: str, own: str | int, others: Mapping[str, str | int]
) -> IResolvable | str:
    """Return the settings' own value, or another one that a promotion put into a parameter.

    Args:
        scope: where parameter and mapping are created.
        name: the parameter's logical id, by which promotions know it.
        own: the settings' value.
        others: what else a promotion may choose, by what it writes into the parameter.
    """
    parameter = CfnParameter(
        scope,
        name,
        type="String",
        default=AS_SETTINGS,
        # What the settings no longer allow stops the deployment instead of staying.
        allowed_values=[AS_SETTINGS, *others],
        description=f"Written by promotions; '{AS_SETTINGS}' follows the YAML",
    )
    parameter.override_logical_id(name)
    values = {AS_SETTINGS: own, **others}
    mapping = CfnMapping(
        scope, f"{name}Values", mapping={key: {"Value": value} for key, value in values.items()}
    )
    return mapping.find_in_map(parameter.value_as_string, "Value")

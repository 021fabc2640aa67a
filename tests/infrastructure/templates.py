"""Reading templates in tests."""

from collections.abc import Iterator, Mapping
from typing import Any

Resource = dict[str, Any]
_LONGEST = {
    "AWS::Partition": "aws-eusc",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "1" * 12,
}


def of_type(template: Mapping[str, Any], kind: str) -> dict[str, Resource]:
    """Resources of one type by logical id."""
    return {k: r for k, r in template["Resources"].items() if r["Type"] == kind}


def only(template: Mapping[str, Any], kind: str) -> Resource:
    """The one resource of a type."""
    [resource] = of_type(template, kind).values()
    return resource


def flat(value: Any) -> str:
    """A value with its functions printed: `arn:<AWS::Partition>:s3:::<Bucket.Arn>`."""
    if not isinstance(value, dict):
        return str(value)
    [(function, argument)] = value.items()
    match function:
        case "Fn::Join":
            if isinstance(argument[1], dict):  # a list that another function makes
                return flat(argument[1])
            return str(argument[0]).join(flat(part) for part in argument[1])
        case "Fn::GetAtt":
            return f"<{'.'.join(argument)}>"
        case "Ref":
            return f"<{argument}>"
        case "Fn::Sub":
            return flat(argument) if isinstance(argument, dict) else str(argument)
        case "Fn::FindInMap":
            return f"<{argument[0]}>"
        case "Fn::ImportValue":
            return f"<{argument.partition(':ExportsOutput')[2]}>"
        case "Fn::Select":
            return f"<{argument[0]} of {flat(argument[1])}>"
        case "Fn::Split":
            return flat(argument[1])
    raise AssertionError(f"function {function} is not used so far; teach it to `flat`")


def listed(value: Any) -> list[Any]:
    """A value that IAM writes as one or as a list."""
    return value if isinstance(value, list) else [value]


def statements(template: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    """Every statement of every identity policy, with the logical id of the policy."""
    for logical_id, policy in of_type(template, "AWS::IAM::Policy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            yield logical_id, statement
    for logical_id, role in of_type(template, "AWS::IAM::Role").items():
        for policy in role["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield logical_id, statement


def resolved(value: Any) -> Any:
    """The value with functions replaced by the longest text they may become."""
    if isinstance(value, list):
        return [resolved(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if set(value) & {"Ref", "Fn::Join", "Fn::GetAtt", "Fn::ImportValue", "Fn::Sub", "Fn::Select"}:
        if "Fn::Join" in value:
            return "".join(str(resolved(part)) for part in value["Fn::Join"][1])
        return _LONGEST.get(value.get("Ref", ""), "x" * 80)
    return {key: resolved(entry) for key, entry in value.items()}

"""Resolve the functions of templates to the ARNs that deployed resources would have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.environments_apart.environments import ACCOUNT, REGION, Template

_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}
_PLACE = f"{REGION}:{ACCOUNT}"
_ARNS = {
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{_PLACE}:key/{{}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_PLACE}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_PLACE}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SNS::Topic": f"arn:aws:sns:{_PLACE}:{{}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_PLACE}:{{}}",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_PLACE}:stateMachine:{{}}",
}
_NAMES = {
    "AWS::SNS::Topic": "TopicName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::IAM::Role": "RoleName",
}
_REF_IS_ARN = ("AWS::SNS::Topic", "AWS::StepFunctions::StateMachine")


class Resolver:
    """Resolves values of one environment's templates.

    Args:
        templates: by the names of their stacks.
    """

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._templates = templates
        self._exports: dict[str, tuple[str, Any]] = {}
        for stack, template in templates.items():
            for output in template.get("Outputs", {}).values():
                if "Export" in output:
                    self._exports[str(output["Export"]["Name"])] = (stack, output["Value"])

    def resolve(self, stack: str, value: Any) -> Any:
        """Return the value with its functions resolved.

        Raises:
            ValueError: the function or the resource's ARN is not known here.
        """
        if isinstance(value, list):
            return [self.resolve(stack, entry) for entry in value]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._call(stack, function, argument)
        return {key: self.resolve(stack, entry) for key, entry in value.items()}

    def _call(self, stack: str, function: str, argument: Any) -> Any:
        match function:
            case "Ref" if argument in _PSEUDO:
                return _PSEUDO[argument]
            case "Ref":
                return self._reference(stack, argument)
            case "Fn::GetAtt":
                return self._attribute(stack, *argument)
            case "Fn::Join":
                return str(argument[0]).join(map(str, self.resolve(stack, argument[1])))
            case "Fn::ImportValue":
                return self.resolve(*self._exports[str(argument)])
            case "Fn::FindInMap":  # the account of AWS's own images
                return "763104351884"
            case "Fn::Sub":
                text = str(argument)
                for name, found in _PSEUDO.items():
                    text = text.replace(f"${{{name}}}", found)
                return text
        raise ValueError(f"{function}: unknown here; add how it is resolved")

    def _reference(self, stack: str, logical_id: str) -> str:
        kind = self._templates[stack]["Resources"][logical_id]["Type"]
        if kind in _REF_IS_ARN:
            return self._attribute(stack, logical_id, "Arn")
        return self._name(stack, logical_id)

    def _attribute(self, stack: str, logical_id: str, attribute: str) -> str:
        kind = self._templates[stack]["Resources"][logical_id]["Type"]
        name = self._name(stack, logical_id)
        if attribute != "Arn":  # an id, such as a security group's
            return f"{name}-{attribute}"
        if kind not in _ARNS:
            raise ValueError(f"{kind}.Arn: unknown here; add how it is resolved")
        return _ARNS[kind].format(name)

    def _name(self, stack: str, logical_id: str) -> str:
        resource = self._templates[stack]["Resources"][logical_id]
        given = resource.get("Properties", {}).get(_NAMES.get(resource["Type"], ""))
        # As CloudFormation generates them, without the random part.
        return str(self.resolve(stack, given)) if given else f"{stack}-{logical_id}"

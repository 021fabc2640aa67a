"""Build a variant beside the main one, which exists while it has a live model of its own."""

from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Aws, CfnCondition, Fn, ICfnConditionExpression, IResolvable
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.variants.variant_weights import chosen_weight
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_contracts.documents.predictor_spec import HostImages
from autogluon_contracts.names import production_variant


@dataclass(frozen=True, kw_only=True)
class VariantBeside:
    """A variant, its model, and the condition under which both exist."""

    variant: InstanceVariant
    model: sagemaker.CfnModel
    exists: CfnCondition

    def in_configuration(self, scope: Construct, ami: HostImages | None) -> IResolvable:
        """Return the ProductionVariant while the variant exists, else nothing.

        Only the properties of a template can depend on a condition, so that the CDK's classes for
        them are of no use here.
        """
        # A shadow has the weight of the variant that it copies, which no promotion changes.
        is_shadow = self.variant.is_shadow
        weight = self.variant.weight if is_shadow else chosen_weight(scope, self.variant)
        ami_version = None if ami is None else ami.inference_ami_version
        properties = {
            "VariantName": production_variant(self.variant.name),
            "ModelName": self.model.attr_model_name,
            "InstanceType": self.variant.instance_type,
            "InitialInstanceCount": self.variant.initial_instance_count,
            "InitialVariantWeight": weight,
            **({} if ami_version is None else {"InferenceAmiVersion": ami_version}),
        }
        return self.while_it_exists([properties] if is_shadow else properties)

    def while_it_exists(self, value: Any) -> IResolvable:
        """Return a property that a template has while the variant exists."""
        found = Fn.condition_if(self.exists.logical_id, value, Aws.NO_VALUE)
        return cast("IResolvable", found)


def all_hold(*conditions: CfnCondition | ICfnConditionExpression) -> ICfnConditionExpression:
    """Return a condition that holds while all others do."""
    # They are expressions; the CDK's Python types do not say so.
    return Fn.condition_and(*(cast("ICfnConditionExpression", each) for each in conditions))

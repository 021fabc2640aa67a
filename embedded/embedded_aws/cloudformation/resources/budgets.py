"""AWS::Budgets::Budget."""

from __future__ import annotations

from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)


class Budget(ResourceHandler):
    """A cost budget with its notifications."""

    type_name = "AWS::Budgets::Budget"
    required = frozenset({"Budget"})
    supported = frozenset({"Budget", "NotificationsWithSubscribers"})
    replaced_by = frozenset({"NotificationsWithSubscribers"})

    def needs_replacement(self, old: Properties, new: Properties) -> list[str]:
        names = super().needs_replacement(old, new)
        old_name, new_name = (item["Budget"].get("BudgetName") for item in (old, new))
        return names if old_name == new_name else [*names, "Budget"]

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        budget = {"BudgetName": context.name(max_length=100), **properties["Budget"]}
        call_api(
            context.client("budgets"),
            "CreateBudget",
            {
                "AccountId": context.account_id,
                "Budget": budget,
                "NotificationsWithSubscribers": properties.get("NotificationsWithSubscribers"),
            },
        )
        return Provisioned(context.register(budget["BudgetName"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        budget = {**new["Budget"], "BudgetName": physical_id}
        request = {"AccountId": context.account_id, "NewBudget": budget}
        call_api(context.client("budgets"), "UpdateBudget", request)
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("budgets").delete_budget(
            AccountId=context.account_id, BudgetName=physical_id
        )


HANDLERS = (Budget,)

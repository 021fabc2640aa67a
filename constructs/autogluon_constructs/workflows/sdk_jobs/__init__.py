"""Jobs that need fields which the optimised integrations of Step Functions do not know."""

"""API call -> the (action, resource) pairs it needs, and the condition keys it carries."""

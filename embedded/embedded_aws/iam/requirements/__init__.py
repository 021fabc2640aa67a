"""The actions, resources and condition keys that an API call needs."""

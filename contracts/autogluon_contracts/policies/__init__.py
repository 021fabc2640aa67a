"""IAM policies of people, and of what acts for one: named after what is deployed."""

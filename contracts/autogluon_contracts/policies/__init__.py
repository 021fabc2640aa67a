"""IAM policies for people, and for what acts for a person, that name what is deployed."""

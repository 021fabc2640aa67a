"""IAM's policy language: documents, conditions, principals, the decision. Knows no AWS state."""

"""IAM's policy language: documents, conditions, principals, the decision. Reads no AWS state."""

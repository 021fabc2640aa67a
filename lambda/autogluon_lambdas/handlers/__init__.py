"""Define the Lambda entry points, one module per function: `<module>.handler(event, context)`."""

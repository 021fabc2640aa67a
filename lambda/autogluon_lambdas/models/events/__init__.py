"""Define inputs and outputs of states and executions."""

"""Inputs and outputs of states and executions."""

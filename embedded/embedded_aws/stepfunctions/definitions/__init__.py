"""State machine definitions: reading them, and the checks that Step Functions makes.

Codes and messages are AWS's where someone measured them: the list of codes in the API reference
(ValidateStateMachineDefinitionDiagnostic), floci-io/floci issues 2735, 2670, 2968 and 3733, and the
rules of badmintoncryer/cdk-preflight, measured with ValidateStateMachineDefinition in September
2026. Others say the same in this project's words.
"""

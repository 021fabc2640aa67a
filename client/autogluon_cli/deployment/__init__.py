"""Deploy an environment: the CDK's command line, the account and the settings file."""

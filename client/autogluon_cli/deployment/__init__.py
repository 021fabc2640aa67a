"""Deploy an environment: settings file, account, the CDK's command line."""

"""Parameters of an endpoint's stack that say what it runs on."""

INSTANCE_TYPE = "InstanceType"
INITIAL_INSTANCE_COUNT = "InitialInstanceCount"

# The value that follows the settings, from deployment to deployment.
AS_SETTINGS = "settings"

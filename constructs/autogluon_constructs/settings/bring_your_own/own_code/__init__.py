"""Judge the folder of a person's own code, which `training.code` names, without importing it."""

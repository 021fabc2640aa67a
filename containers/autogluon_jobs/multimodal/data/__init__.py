"""Turn the channels of a job into the columns that the models take."""

"""Documents that the Lambdas read and write."""

"""What runs in the containers of predictors: their programs, and what these leave behind."""

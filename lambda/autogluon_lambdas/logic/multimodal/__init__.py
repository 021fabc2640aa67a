"""Check and describe multimodal predictors."""

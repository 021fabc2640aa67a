"""Check data files and upload them."""

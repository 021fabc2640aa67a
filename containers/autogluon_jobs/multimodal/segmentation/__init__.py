"""Train on masks, judge masks and answer images with them."""

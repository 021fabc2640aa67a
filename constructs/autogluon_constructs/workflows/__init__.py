"""The state machines: their definitions (plain data) and the constructs around them."""

"""Model versions and endpoints: their states, and decisions about them."""

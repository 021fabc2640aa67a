"""Call real-time endpoints: requests cut to their limits, answers joined in order."""

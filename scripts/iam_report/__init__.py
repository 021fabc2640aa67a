"""Compare what each deployed role is granted with what the end-to-end tests used of it."""

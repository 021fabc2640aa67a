"""Two environments in one account: what each role of one may do to the other."""

"""The rim: every call to AWS is made here."""

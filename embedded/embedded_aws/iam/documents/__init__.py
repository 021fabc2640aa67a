"""Policy documents checked when they are stored, in the words of the service that stores them."""

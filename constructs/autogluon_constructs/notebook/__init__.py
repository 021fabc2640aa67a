"""A notebook instance with the client, for people."""

"""Define the documents that packages exchange, one file each."""

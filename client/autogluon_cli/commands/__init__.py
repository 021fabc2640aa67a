"""Define the commands, one per file; `main` imports a file when its command is used."""

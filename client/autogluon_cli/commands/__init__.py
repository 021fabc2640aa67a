"""One file per command; `main` imports a file only when its command is used."""

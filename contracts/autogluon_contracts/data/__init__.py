"""How cells and files of data are read: one meaning on every side."""

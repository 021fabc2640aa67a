"""What the functions decide; everything outside is handed in."""

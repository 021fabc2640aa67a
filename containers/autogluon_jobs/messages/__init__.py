"""Write the text that users read: errors, row names and wording."""

"""Draw a report page that needs no other file: template, style, parts and charts."""

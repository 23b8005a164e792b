"""What all screens draw with: the page, tables, actions and charts."""

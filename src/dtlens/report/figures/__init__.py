"""One figure a module: tables to a page."""

"""The report of what lies beyond the study: a chapter for each table."""

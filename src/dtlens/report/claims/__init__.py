"""The study's claims, the rules to judge them by, and the report."""

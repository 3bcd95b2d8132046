"""What models become that learn from rooms that differ more: a dose-response."""

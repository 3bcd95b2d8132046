"""What models and agents do in rooms that they have not learned from."""

"""Calibration straightened by one rank-1 edit: to wait in front of the goal until it is time."""

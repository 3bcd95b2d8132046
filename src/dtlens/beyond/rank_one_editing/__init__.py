"""Weights edited: rank-1 edits, judged in scenes and in play.

Among them is one to wait for the target (`calibration_edit`). Of rank 2 is the edit that sends a
model to a chosen cell (`goal_retargeting`).
"""

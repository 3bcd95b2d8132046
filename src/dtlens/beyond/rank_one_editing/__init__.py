"""Weights edited: rank-1 edits judged in scenes and in play, among them one to wait for the target
(`calibration_edit`); and an edit that sends a model to a chosen cell (`goal_retargeting`)."""

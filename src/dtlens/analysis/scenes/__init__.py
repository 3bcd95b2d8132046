"""Placed scenes: a bank that is balanced over what is in front of the agent, and pairs."""

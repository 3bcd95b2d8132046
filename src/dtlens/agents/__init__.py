"""The PPO agent, its snapshots, and the episodes that Decision Transformers learn from."""

"""The agents from whose episodes Decision Transformers learn.

Begin with `ppo`: how an agent is trained. `snapshots` keeps it as it was on the way; `train` and
`trajectories` are the stages that train one, and choose the episodes to learn from.
`mixture` has snapshots of different skill play, for data of the study's kind.
`settings` has a recipe's parts: of the agent, and of the data that it leaves.
"""

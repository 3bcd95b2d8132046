"""How models and agents play, and whether a model returns what its target says.

Begin with `rollouts`: batched play of a Decision Transformer at target returns. `players` has an
agent, or chance, play as a model does.
`outcomes` says how episodes end, `calibration` how returns follow targets, and `calibrate` is
the stage that plays a model at all of them.
"""

"""The games that are played, and recorded episodes of them.

Begin with `minigrid`: what an agent sees and can do. `dynamic_obstacles` is the study's game, the
only module that knows its rules; another game is a module beside it. `episodes` plays many
environments at once, `world` places the game's things as one likes, `trajectories` says what
recorded episodes hold, and `parquet` keeps them.
"""

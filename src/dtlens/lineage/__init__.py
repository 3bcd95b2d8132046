"""From a file back to the commit, stages and parameters that made it; what changed; is it so?"""

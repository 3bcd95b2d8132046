"""Does a model copy its agent's mechanism, or what the agent does?"""

"""Does a model, the student, copy the mechanism of the agent it learned from, its teacher?"""

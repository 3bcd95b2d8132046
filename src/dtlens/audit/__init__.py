"""An auditing game: which flaw was planted in a model?"""

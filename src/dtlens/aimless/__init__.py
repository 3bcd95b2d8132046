"""Late episodes in which nobody waits: is it the waiting that calibrates, or that data is late?"""

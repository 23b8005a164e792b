"""One case: all that is known of a limitation, on one line of time, and the sentence that an advisor can say.

``ops case`` prints it, and the screen "Dossier" draws it.
"""

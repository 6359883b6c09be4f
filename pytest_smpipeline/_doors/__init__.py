"""Where calls come in: every patch of somebody else's code lives in this folder."""

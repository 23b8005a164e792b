WORD = "companion"

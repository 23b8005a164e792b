WORD = "core"

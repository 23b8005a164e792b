"""From a file to a graph of decisions.

`reader` makes elements of XML, `resolve` nodes of elements, `bind` and `compile` closures of their texts (with
`builder`, `items`, `tables` and `boxed`); `requirements` evaluates the graph. `loading` and `loaded` are what a caller
meets.
"""

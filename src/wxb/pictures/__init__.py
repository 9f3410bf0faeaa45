"""Pictures of a fitted line: what is known of it and of its rows → a scene of marks (`wxb.marks`), which painters draw.

A kind is a module with `scene(model, shown, options)`, and `wants(model, options)` where it shows rows; `kinds` lists them,
`draw` reads the rows once for all kinds that are asked for, `picture` is what a user holds.
"""

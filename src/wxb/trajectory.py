"""The path of a descent: where (W, b) was after every epoch, what it cost, and how it ended.

Epochs count from 0 as in the notebook: at epoch e the gradient is taken at the current (W, b), the step is made, and the
entry shows W and b *after* the step and the cost *before* it.
"""

"""Of the scenes ① to ⑤: data, hypothesis, cost, its curve, one step."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "data.title": N_("Data and tensors"),
    "data.sentence": N_("1 hour scored 2, 2 hours 4, 3 hours 6. What will 4 hours score?"),
    "data.sentence_shape": N_("Shape (3, 1): 3 rows, 1 column. Written (3,), there are 9 errors instead of 3."),
    "data.task": N_("First put your own guess on the ?"),
    "data.hint": N_("Each hour more brought 2 points."),
    "data.answer": N_("4 hours score 8, if it goes on like that. Your guess stays until scene 8."),
    "hypothesis.title": N_("Hypothesis"),
    "hypothesis.sentence": N_("The weight W is the slope, the bias b the height at x = 0. Turn the line, slide it."),
    "hypothesis.task": N_("Pass through all the points, or as near as a line can"),
    "hypothesis.hint": N_("Set b first, so that the line meets the height at x = 0; then turn it."),
    "hypothesis.answer": N_("W = {W} and b = {b} have the least cost."),
    "cost.title": N_("Cost"),
    "cost.sentence": N_("Error = actual − predicted. Summed as they are, + and − cancel; so we square."),
    "cost.sentence_squares": N_("Each error is the side of a square; the mean of their areas is the cost, {cost}."),
    "cost.sentence_sheet": N_("y = 13x + 1 costs (4 + 100 + 121 + 25) / 4 = 62.5."),
    "cost.task": N_("Make the mean area smaller than {goal} (the least is {least})"),
    "cost.hint": N_("The largest square matters most: bring the line nearer to its point."),
    "cost.answer": N_("W = {W}, b = {b} cost {least}, and no line costs less."),
    "curve.title": N_("The cost curve"),
    "curve.sentence": N_("One line is one point of this curve. Where the tangent is level, it is lowest."),
    "curve.task": N_("Make the slope 0"),
    "curve.hint": N_("Drag the dot downhill; where the slope is negative, W is too small."),
    "curve.answer": N_("At W = {W} the tangent is level."),
    "step.title": N_("One step"),
    "step.sentence": N_("Negative slope: W grows. Positive: W shrinks. Either way it goes down."),
    "step.task": N_("Guess W after five steps"),
    "step.hint": N_("Each step goes a little less far than the one before."),
    "step.answer": N_("After five steps W is {W}."),
}

"""Of the scenes ① to ⑤: data, hypothesis, cost, its curve, one step."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "data.title": N_("Data and tensors"),
    "data.sentence": N_("1 hour scored 2, 2 hours 4, 3 hours 6. What will 4 hours score?"),
    "data.sentence_own": N_("{n} rows of {x} and {y}. What goes with {x} = {at}?"),
    "data.say_shape": N_(
        "Shape ({n}, 1): {n} rows, 1 column. Written ({n},), there are {square} errors instead of {n}."
    ),
    "data.say_flat": N_(
        "y_train is ({n},), H(x) is ({n}, 1): each row is subtracted from each, {square} errors. No fault is told."
    ),
    "data.description": N_("{n} rows as points, {x} across and {y} up, and as two tensors of {n} rows."),
    "data.guess": N_("your guess at {at}"),
    "data.guessed": N_("your guess: {value}"),
    "data.stage": N_("Rows as points"),
    "data.task": N_("First put your own guess on the ?"),
    "data.hint": N_("Look how much higher each point is than the one before it."),
    "data.answer": N_("On the best line {x} = {at} goes with {answer}. Your guess stays until scene 8."),
    "hypothesis.title": N_("Hypothesis"),
    "hypothesis.sentence": N_("The weight W is the slope, the bias b the height at x = 0. Turn the line, slide it."),
    "hypothesis.task": N_("Pass through all the points, or as near as a line can"),
    "hypothesis.hint": N_("Set b first, so that the line meets the height at x = 0; then turn it."),
    "hypothesis.answer": N_("W = {W} and b = {b} have the least cost."),
    "hypothesis.description": N_("{n} rows and the line {equation}; its cost is {cost}."),
    "cost.title": N_("Cost"),
    "cost.sentence": N_("Error = actual − predicted. Summed as they are, + and − cancel; so we square."),
    "cost.sentence_squares": N_("Each error is the side of a square; the mean of their areas is the cost, {cost}."),
    "cost.sentence_sheet": N_("y = 13x + 1 costs (4 + 100 + 121 + 25) / 4 = 62.5."),
    "cost.task": N_("Make the mean area smaller than {goal} (the least is {least})"),
    "cost.hint": N_("The largest square matters most: bring the line nearer to its point."),
    "cost.answer": N_("W = {W}, b = {b} cost {least}, and no line costs less."),
    "cost.description": N_(
        "The line {equation} and a square on each of {n} errors; the mean of their areas is the cost, {cost}."
    ),
    "cost.error_as": N_("an error counts as"),
    "cost.squares": N_("error²"),
    "cost.absolute": N_("|error|"),
    "curve.title": N_("The cost curve"),
    "curve.sentence": N_("One line is one point of this curve. Where the tangent is level, it is lowest."),
    "curve.task": N_("Make the slope 0"),
    "curve.hint": N_("Drag the dot downhill; where the slope is negative, W is too small."),
    "curve.answer": N_("At W = {W} the tangent is level."),
    "curve.say_negative": N_("The slope here is {slope}: if W grows, the cost falls."),
    "curve.say_positive": N_("The slope here is {slope}: if W shrinks, the cost falls."),
    "curve.say_level": N_("The slope here is 0: with this b no other W costs less."),
    "curve.description": N_(
        "The line {equation} is the dot at W = {weight} on the curve of its cost, {cost}; the slope there is {slope}."
    ),
    "curve.view": N_("cost along"),
    "curve.view_curve": N_("W alone"),
    "curve.view_contours": N_("W and b"),
    "curve.trace": N_("leave a trace"),
    "curve.dot": N_("the line as a dot"),
    "curve.dot_value": N_("W {weight}, slope {slope}, cost {cost}"),
    "step.title": N_("One step"),
    "step.sentence": N_("Negative slope: W grows. Positive: W shrinks. Either way it goes down."),
    "step.task": N_("Guess W after five steps"),
    "step.hint": N_("Each step goes a little less far than the one before."),
    "step.answer": N_("After five steps W is {W}."),
    "step.description": N_("At W = {weight} the slope is {slope}; a step of rate {lr} leads to W = {next}."),
    "step.guess": N_("W after five steps"),
    "step.start": N_("the start"),
    "step.arrow": N_("−α × slope = {step}"),
    "step.grow": N_("The slope is negative: W grows"),
    "step.shrink": N_("The slope is positive: W shrinks"),
    "step.level": N_("The slope is 0: W stays"),
}

"""Of the scenes ⑥ to ⑩: learning rate, log, prediction, zero_grad, autograd."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "rate.title": N_("Learning rate"),
    "rate.sentence": N_("Too small crawls; too large jumps across the valley and climbs. The border is {limit}."),
    "rate.task": N_("Bring the cost below {goal} within {n} steps"),
    "rate.task_diverge": N_("Make it diverge on purpose"),
    "rate.hint": N_("The quickest constant rate is near {best}."),
    "rate.answer": N_("α = {best} is the quickest constant rate here."),
    "log.title": N_("The training log"),
    "log.sentence": N_("At epoch {epoch}, W = {W}. Cost falls fast, the last little bit takes long."),
    "log.task": N_("At which epoch is the cost 1/1000 of the first?"),
    "log.hint": N_("Drag along the log until the cost has three digits less."),
    "log.answer": N_("At epoch {epoch}."),
    "prediction.title": N_("Prediction"),
    "prediction.sentence": N_(
        "{epochs} epochs say {reached}, the exact minimum says {exact}. Beyond {last} there are no data."
    ),
    "prediction.task": N_("Compare your own guess with the line's answer"),
    "prediction.hint": N_("Drag the ? along the x axis; the line answers with its height there."),
    "prediction.answer": N_("At {x} the exact minimum says {exact}."),
    "zero.title": N_("zero_grad"),
    "zero.sentence": N_("backward() only adds. zero_grad() empties. After 21 calls: 42.0."),
    "zero.task": N_("Without it, at which step does the cost begin to rise?"),
    "zero.hint": N_("Turn zero_grad() off and make one step after the other."),
    "zero.answer": N_("At step {step}."),
    "autograd.title": N_("Autograd"),
    "autograd.sentence": N_("Multiply from the back: {chain}."),
    "autograd.sentence_none": N_("Type a computation, and its graph is drawn."),
    "autograd.task": N_("Nudge {leaf} by {push} and see by how much {of} moves"),
    "autograd.hint": N_("The ratio of the two is near the gradient; the smaller the nudge, the nearer."),
    "autograd.answer": N_("{of} goes from {before} to {after}: the ratio is {ratio}, and the gradient is {slope}."),
    "autograd.say_nudge": N_(
        "{leaf} grows by {push}, {of} goes from {before} to {after}: the ratio is {ratio}, the gradient is {slope}."
    ),
    "autograd.say_edge": N_("Here alone: if {source} grows a little, {target} grows {times} times as much."),
    "autograd.description": N_("{of} at {leaf} = {value} is {before}. From the back: {chain}."),
    "autograd.expression": N_("computation"),
    "autograd.no_graph": N_("No graph yet"),
    "autograd.along": N_("{of} along {leaf}, with its tangent"),
    "autograd.step": N_("One step alone: {derivative}"),
    "autograd.leaf_value": N_("{leaf} {value}, {of} {before}, slope {slope}"),
    "autograd.by": N_("by"),
    "autograd.local": N_("local derivative"),
    "autograd.written": N_("written out"),
    "autograd.value": N_("value"),
    "autograd.back": N_("into {of}"),
    "autograd.push": N_("nudge: Δ{leaf} = {push}"),
}

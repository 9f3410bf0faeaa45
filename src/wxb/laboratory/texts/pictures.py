"""Of pictures: axes, labels, what marks are called; the same words as in the pictures of Python (`wxb.pictures`, `wxb.marks`)."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "axis.log": N_("{name}, log scale"),
    # rows, line, errors
    "picture.line_title": N_("Data and line"),
    "picture.line": N_("the line"),
    "picture.outside": N_("outside the data"),
    "picture.spread": N_("about here are the rows"),
    "picture.signs": N_("hatched: the row is above the line; dotted: below it"),
    "picture.above": N_("above the line"),
    "picture.below": N_("below the line"),
    "picture.mean_square": N_("a square of the mean area"),
    "picture.row": N_("row"),
    # the meter
    "picture.no_errors": N_("every error is 0"),
    "picture.no_cost": N_("The cost is 0: every row is on the line"),
    "picture.mean": N_("mean {area}"),
    "picture.square_of_row": N_("squared error of a row"),
    "picture.mean_of_squares": N_("their mean: the cost"),
    "picture.mean_of_these": N_("The cost is the mean of these squares"),
    "picture.half_of_one": N_("{n} row alone makes half of the cost"),
    "picture.half_of_many": N_("{n} rows together make half of the cost"),
    "picture.where_from": N_("Where the cost comes from"),
    "picture.share": N_("share of the cost, the largest errors first"),
    "picture.mean_closing": N_("mean of the squared errors: {cost}"),
    "picture.absolute": N_("|error|"),
    "picture.absolute_title": N_("Errors without their signs"),
    # the parabola
    "picture.cost": N_("cost"),
    "picture.cost_title": N_("Cost by W, with b held"),
    "picture.triangle": N_("slope × a step"),
    "picture.tangent": N_("tangent"),
    "picture.slope": N_("slope {slope}"),
    "picture.level": N_("slope 0"),
    "picture.lowest": N_("lowest: {weight}"),
    "picture.now": N_("now: {weight}"),
    # contours, paths
    "picture.contours_title": N_("Cost by W and b, from above"),
    "picture.minimum": N_("minimum"),
    "picture.start": N_("start"),
    "picture.end": N_("where it ends"),
    "picture.after_each": N_("after each epoch"),
    "picture.cut": N_("b = {b}: the curve"),
    "picture.now_here": N_("now"),
    # the cost by epoch
    "picture.epoch": N_("epoch"),
    "picture.epochs_title": N_("Cost by epoch"),
    "picture.the_minimum": N_("the minimum: {cost}"),
    "picture.at_epoch": N_("epoch {epoch}: {cost}"),
    # tensors
    "picture.tensors_title": N_("The same rows as tensors"),
    "picture.broadcast_title": N_("{n} − {n} rows became {square} errors"),
    "picture.broadcast_part": N_("the first {n} rows of it"),
    "picture.cards_title": N_("Each row is a card: {x} → {y}"),
    "picture.cards_left_one": N_("and {n} row more"),
    "picture.cards_left_many": N_("and {n} rows more"),
    # graphs
    "picture.graph_heading": N_("Values go forward, gradients come back"),
    "picture.cost_graph": N_("The cost of scene 3 is such a graph too: W and b get their gradients from the back"),
    "picture.mean_value": N_("mean {value}"),
    "picture.grad": N_("grad {value}"),
    "picture.numbers": N_("{n} numbers"),
    "picture.push": N_("{by} across, {up} up"),
}

"""The Python calls, with their options spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack, overload

from wxb.arguments import instance
from wxb.data.given import column_name, given, is_together, label_names
from wxb.data.layout import LayoutOptions, laid_out
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.methods.options import asked
from wxb.model.fit import fit as _fit
from wxb.model.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from wxb.learning_rates import Rates
    from wxb.methods.fit_options import FitOptions
    from wxb.model.groups import Groups
    from wxb.model.line import LineCost
    from wxb.report.side_by_side import ModelTable
    from wxb.trajectory import Stop


@overload
def fit(data: Any, target: str | None = None, *, by: None = None, **options: Unpack[FitOptions]) -> Model: ...
@overload
def fit(data: Any, target: str | None = None, *, by: str | Iterable[str], **options: Unpack[FitOptions]) -> Groups: ...


def fit(
    data: Any,
    target: str | None = None,
    *,
    formula: str | None = None,
    features: Iterable[str] | None = None,
    weights: Any = None,
    frequency: str | None = None,
    lr: float | str | None = None,
    epochs: int | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    schedule: str | None = None,
    scale: str | None = None,
    line_search: bool = False,
    stop: Stop | None = None,
    start: Any = None,
    endogenous: str | Sequence[str] | None = None,
    instruments: str | Sequence[str] | None = None,
    l2: float | str | None = None,
    l1: float | str | None = None,
    positive: bool = False,
    standardise: bool = True,
    choose: str = "minimum",
    among: Iterable[float] | None = None,
    penalise: Mapping[str, float] | None = None,
    select: str | None = None,
    direction: str = "both",
    always: str | None = None,
    optimizer: str | None = None,
    batch_size: int | None = None,
    engine: str = "auto",
    dtype: str = "float64",
    device: str = "cpu",
    precision: str = "exact",
    rank: str = "drop",
    intercept: bool = True,
    absorb: str | Iterable[str] | None = None,
    se: str | None = None,
    test: float = 0.0,
    folds: int | str = 0,
    by: str | Iterable[str] | None = None,
    seed: int = 0,
    missing: str = "error",
    threads: int | None = None,
    log_every: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    on_epoch: Callable[[Any], None] | None = None,
    checkpoint: str | Path | None = None,
    **layout: Unpack[LayoutOptions],
) -> Model | Groups:
    """Fit H(x) = W·x + b to n rows of p terms by squared error, cost(W, b) = 1/n Σ (W·xᵢ + b − yᵢ)².

    Without `lr`, `epochs`, `optimizer` or `line_search` the answer is the exact minimum, each coefficient rounded once; with
    them it is what that descent reached, and `model.trajectory` is its path. Gives a `Model`; with `by` the `Groups`.

    *What is read*

    data : a path or glob (CSV, TSV, gzip, JSON, Parquet, Excel) or a list of them, "-" for stdin, an open file, a query of a
        database (`wxb.query`), a frame of Dask or Spark, a pandas, polars or pyarrow table, any Arrow stream,
        a dict of columns, a list of dicts, an array of records, `(X, y)` or `(X, y, weights)` with X (n, p) or (n,), y and
        weights (n,), of arrays, tensors, lists or frames, or `Moments`;
        series and frames of pandas are put together by their index labels
    formula : "log(y) ~ x*z + C(school)" says target and features in their stead, and with 0 that there is no b. Terms are joined by
        + - * : / ^ %in% as in R; `.` is all other columns; I(x^2) computes, I(school == "north") is 1 or 0; there are log, log2,
        log10, log1p, exp, sqrt, abs, poly(x, 2), scale, center, bs(x, df=5), ns, offset, and C(school, base="north", coding=sum)
        for categories; lag(x, 2) is the x of two rows before: rows that have none are left out, and counted. It is never run
    target : the column y by name; where `data` brings it, as `(X, y)` does, it may be left out
    features : the columns X by name, in the order of W; all others when left out
    weights : a column by name, or for tables in memory n numbers ≥ 0: a row's variance is s²/w (analytic weights)
    frequency : a column by name, whole numbers ≥ 0: a row stands for so many equal rows, all counted, each of its weight; the
        answer is that of the rows repeated, to the bit (with "fast" within its digits). A row and its repetitions are in one
        share; not for training by PyTorch
    by : a column by name, or several in a list; one model for each of its values (tuples of several), exact minima only
    intercept : whether b is fitted; False holds it at 0
    absorb : a column by name, or several in a list: each of its levels has an effect of its own (fixed effects), which is fitted
        and counted and not listed; `model.effects("firm")` has them. There is no b then, R² is beside the mean of all rows
    missing : "error" names the first missing cells, "drop" leaves incomplete rows out and says how many
    skip : lines above the header        comment : what comment lines begin with        na : texts that mean missing, besides
        empty cells, NA, NaN, null …        encoding : the codec        sep : what is between cells (" ": spaces)
    date : the form of dates, "%d/%m/%Y"; ISO 8601 needs none        sheet : of an Excel file, by name
    where : only rows of which this holds, "age >= 18 and status == 'ok'"

    Instants and dates are days since 1970-01-01 (UTC where they have a zone), durations days: slopes are per day.

    *Which answer*

    precision : "exact", or "fast": rounded float64 sums, and `model.digits` says how many digits they prove
    rank : "drop" lets later ones of collinear terms give way, by name; "error" refuses them
    se : which standard errors; the coefficients stay what they are. "HC0", "HC1", "HC2", "HC3" let every row have a variance of
        its own, "HAC:4" lets it go together with 4 rows before and after; these need the rows once more, so a source that can
        be read again. "cluster:school" (CR1) lets rows of one school go together in any way, "CR2:school", "CR3:school" are
        better with few of them, "cluster:school+year" goes by both, "DK:year", "DK:year:2" lets all rows of a year, and of
        those near it, go together (Driscoll–Kraay). "bootstrap:999" draws rows by the seed, "bootstrap:999:school"
        schools. With `by` they are those of each group's rows. A column named here is no feature unless `features` has it too
    test : share of the rows held out, 0 ≤ test < 1, each with this probability
    folds : number of folds to cross-validate in; they differ by at most one row before test rows and incomplete rows are taken
        out; as many folds as rows (up to 10 000) leave one out at a time; 0 for none. "school" makes a fold of each school,
        "5:school" 5 of whole schools, so that no school is on both sides. "time:5:day" goes along the days, "time:5" along the
        rows: of 6 stretches each but the first is judged by the line of those before it, as scikit-learn's TimeSeriesSplit has
        them. These take a pass of their own, and a column named here is no feature unless `features` has it too
    seed : of shares, folds and batches; a row's share depends on its number and the seed only

    *Two stages*

    endogenous, instruments : names of columns: terms that are entangled with the errors, and those that tell them and nothing
        else of the target; then the answer is two-stage least squares, `model.stages` its first stages and tests

    *Penalties*

    l2, l1 : λ ≥ 0: the minimum of mean square + l2 ‖W‖² + l1 ‖W‖₁ (ridge, lasso, elastic net); b is not penalised. "auto" takes
        the λ that predicts best: by `folds`, else (l2 alone) by leaving each row out in one more pass, or of a lasso, of `positive`
        and of rows that can be read only once by generalised cross-validation. `model.path` keeps all that were tried,
        `model.penalised` the λ and its certificate
    positive : no coefficient below 0        standardise : a W is measured in standard deviations of its column; False takes W as
        it stands, as scikit-learn does (its Ridge alpha is n·l2, its Lasso alpha l1/2). W comes back in the data's units
    choose : "minimum", "one-se": the largest λ within one standard error of it, "gcv": by the sums alone
    among : λ to try; 50 of l2, 100 of l1 when left out        penalise : factors of a term's penalties, {"age": 0} for none

    *Selection of terms*

    select : "aic", "bic" or "adjusted-r2": terms go in or out one at a time, whichever betters it most, until none does; what is
        left is a line like any other, and `model.steps` how it came about. Its p and intervals take no account of that
    direction : "both" and "backward" begin with all terms, "forward" with b alone; a category is one term, all of its levels
    always : terms that are in every line, "age + C(school)"

    *Descent*

    lr : the learning rate α > 0, in units of 1/λ (`wxb.rates` shows which converge); "auto" takes the best constant one
    epochs : epochs to make, counted from 0; without them a descent on moments goes on until it has converged, or `stop` holds
    momentum, nesterov : β from 0 to less than 1, and whether the step looks ahead, both as torch.optim.SGD has them
    schedule : how the rate falls: "step:SIZE[:GAMMA]", "exponential:GAMMA", "cosine[:EPOCHS]", "inverse:DECAY"
    scale : "standard" descends on standardised columns; W and b come back in the data's units
    line_search : take the exact best rate in every epoch
    start : where to begin, k = p + 1 finite numbers, b first, then W in the order of the terms (p without intercept); zeros
    stop : a `wxb.Stop`, the rules that end a run before its epochs are used up
    log_every : epochs from one kept line of the log to the next; 100, or what gives about 20 lines
    optimizer : "gd", or any of torch.optim by name: "adam", "lbfgs" …
    batch_size : rows in a step, 1 … n; all when left out
    engine : "moments" or "torch" for the same descent from the moments or by PyTorch's autograd on the rows; "auto" takes
        PyTorch only for what moments cannot do (optimizers, batches, float32, devices)
    dtype, device : the numbers PyTorch computes with, "float64" or "float32", and where: "cpu", "cuda"

    *How it runs; none of these changes the answer*

    threads : how many read and add; as many as there are cores when left out
    progress : called now and then with (rows read, rows of the source or None)
    on_epoch : called with each kept `Entry` of the trajectory; a KeyboardInterrupt in it ends the run with what was reached
    checkpoint : a file in which the state of a long scan is put aside; a killed run goes on from it

    Raises DataError for a table that cannot be read as asked, NumericalError where the numbers determine no answer, UsageError
    for options that do not go together, MissingExtra without PyTorch or a reader (all WxbError). Warns with WxbWarning, in the
    line of the call, of what should be known of the answer.
    """
    options = dict(locals())  # an option of the fit is named once, in the signature
    del options["data"], options["layout"]
    named = given(data, target, features, weights)
    names = named.names | ({} if formula is None or target is not None else {"target": None})  # (X, y) brings one
    by_name = {"by": label_names(by), "absorb": label_names(absorb, "absorb")}
    by_name |= {"frequency": column_name(frequency, "frequency")}
    question, running = asked(**options | names | by_name)
    return _fit(laid_out(named.data, layout), question, running)


def rates(
    data: Any,
    target: str | None = None,
    *,
    features: Iterable[str] | None = None,
    weights: Any = None,
    frequency: str | None = None,
    intercept: bool = True,
    missing: str = "error",
    threads: int | None = None,
    **layout: Unpack[LayoutOptions],
) -> Rates:
    """Which learning rates converge on these data, which is best, and what a given one will do.

    data : anything `fit` takes, or a fitted `Model`, which leaves no options to choose
    target, features, weights, frequency, intercept, missing, threads, and skip … where : as in `fit`

    Gives the `Rates`: `max`, `best`, `condition`, a `table()`, and of one rate `verdict(0.2, momentum=0.9)`. Raises what `fit`
    does, NumericalError too where every column is zero.
    """
    from wxb.learning_rates import rates_of

    if isinstance(data, Model):
        chosen = {"target": target, "features": features, "weights": weights, "frequency": frequency}
        chosen |= {"threads": threads}
        plain = isinstance(missing, str) and missing == "error"
        chosen |= {"intercept": None if intercept is True else intercept, "missing": None if plain else missing}
        chosen |= layout
        for name, value in chosen.items():
            if value is not None:
                what = _("{name} is a choice of the fit, and this model is fitted", name=name)
                raise UsageError(what, _("give the data themselves"))
        data.estimate.refuse_unless_least_squares(_("a learning rate"))
        return rates_of(data.bowl)
    options = {"features": features, "weights": weights, "frequency": frequency, "threads": threads}
    options |= {"intercept": intercept, "missing": missing}
    return rates_of(fit(laid_out(data, layout), target, **options).bowl)


def cost_of(
    data: Any, target: str | None, line: str, *, missing: str = "error", **layout: Unpack[LayoutOptions]
) -> LineCost:
    """What a given line such as "13*hours + 1" costs on all rows: predictions, errors, mean squared error.

    data, target, missing, and skip … where : as in `fit`, without weights
    line : arithmetic on columns by name, + − * / ** and parentheses; a name with a space stands in backquotes

    Gives a `LineCost`. Raises ExpressionError for a line that is none, naming the column of the text, and what `fit` does.
    """
    from wxb.model.line import cost_of as cost

    if is_together(data) and len(data) == 3:
        raise UsageError(_("the cost of a line takes no weights: every row counts the same"), _("give (X, y)"))
    asked = given(data, target)
    return cost(laid_out(asked.data, layout), asked.target, line, missing=missing)


def update(
    model: Model, data: Any, *, weights: Any = None, frequency: str | None = None, **layout: Unpack[LayoutOptions]
) -> Model:
    """The model of the rows it has seen and those of `data`, as if these followed in the same table.

    model : as `fit` or `load` gave it; it stays what it is        data, and skip … where : as in `fit`, with the model's columns
    weights, frequency : as in `fit`

    Test rows and folds go on being dealt by the rows' numbers, bounds widen, dropped rows and notes are kept. `weights` must be
    given when the model's rows had weights, and only then; `frequency` wherever rows stand for many. Mean absolute errors are not
    known afterwards: they need all rows.
    The answer is the exact minimum. Raises what `fit` does, DataError for columns that mean something else than the model's.
    """
    from wxb.model.combine import update as combine

    asked, often = given(data, weights=weights), column_name(frequency, "frequency")
    return combine(_model("model", model), laid_out(asked.data, layout), weights=asked.weights, frequency=often)


def forget(
    model: Model, data: Any, *, weights: Any = None, frequency: str | None = None, **layout: Unpack[LayoutOptions]
) -> Model:
    """The model without the rows of `data`, to the bit as if it had never seen them.

    model, data, weights, frequency, and skip … where : as in `update`

    Raises DataError for rows that were never all in the model, where sums can show it: more rows than there are, values outside the
    model's bounds, or a remainder that is the moments of no rows at all (not positive semidefinite, of too high a rank, broken
    whole numbers). A row that was never there but leaves possible sums is taken away without a sign: a model holds no rows. The
    bounds for "outside the data" stay those of all rows (`outer_ranges`). A model with test rows or folds refuses: which share a
    row is in follows from its number.
    """
    from wxb.model.combine import forget as combine

    asked, often = given(data, weights=weights), column_name(frequency, "frequency")
    return combine(_model("model", model), laid_out(asked.data, layout), weights=asked.weights, frequency=often)


def merge(first: Model, *others: Model) -> Model:
    """The model of the rows of all: test rows to test rows, fold k to fold k (each site dealt its rows by its own numbers).

    first, others : models as `fit` or `load` gave them

    UsageError names the first thing in which a model differs from the first: target, terms, their order, intercept, precision,
    weights, rank, test, folds.
    """
    from wxb.model.combine import merge as combine

    models = [_model(f"argument {i}", model) for i, model in enumerate((first, *others), 1)]
    return combine(*models)


def table(
    *models: Model,
    names: Sequence[str] | None = None,
    format: str = "text",
    errors: str = "se",
    stars: bool = False,
    level: float = 0.95,
    caption: str | None = None,
) -> ModelTable:
    """Models side by side, as papers have them: terms down, models across, the errors beneath.

    models : as `fit` or `load` gave them; of different targets and terms as well
    names : one for each; "(1)", "(2)" … when left out
    format : what `str` and `print` give: "text", "markdown", "latex" (with booktabs) or "html"; a notebook shows it as HTML
    errors : what stands beneath a coefficient: "se", "t" or "interval"
    stars : whether p below 0.05, 0.01 and 0.001 have one, two and three stars
    level : of the intervals
    caption : over the table; the target when left out

    Gives a `ModelTable`, whose `text()`, `markdown()`, `latex()` and `html()` are the same table. Raises UsageError for what is no
    model, and for other numbers of names than of models.
    """
    from wxb.report.side_by_side import Look, side_by_side

    if not models:
        raise UsageError(_("a table needs a model, and none is given"), _("give one or more: wxb.table(m1, m2)"))
    given = [_model(f"argument {i}", model) for i, model in enumerate(models, 1)]
    chosen: dict[str, Any] = {"format": format, "errors": errors, "stars": stars, "level": level, "caption": caption}
    return side_by_side(given, Look(**chosen, names=names))


def _model(name: str, value: Any) -> Model:
    how = _('wxb.load("m.json") reads a saved one') if isinstance(value, str | PathLike) else _("wxb.fit(…) gives one")
    return instance(name, value, Model, _("a fitted Model"), how)

"""`wxb.LinearRegression`: `fit` for pipelines, searches and inspections of scikit-learn. Needs the extra `sklearn`.

Its parameters are options of `fit`, its answer the bits of `fit`; what is different is said in its docstring. A fit keeps the exact
sums of its rows, so `partial_fit` adds to it whatever comes, in any order, and the line is found when it is asked for.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from inspect import signature
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from wxb.advice import Advice
from wxb.data.plain_arrays import refuse_elsewhere
from wxb.errors import DataError, MissingExtra, UsageError
from wxb.estimator.lines import Lines
from wxb.estimator.rows import dense, refuse_large
from wxb.estimator.turn import Turn
from wxb.i18n import N_, _
from wxb.keywords import OF_FIT, keywords_in_words
from wxb.methods.options import asked, refuse
from wxb.question import Question, Running

try:
    from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] != "sklearn":
        raise
    raise MissingExtra("scikit-learn", "sklearn", "`wxb.LinearRegression`") from None

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wxb.model.model import Model
    from wxb.trajectory import Stop

OPTIONS = (
    "lr", "epochs", "momentum", "nesterov", "schedule", "scale", "line_search", "stop", "l2", "l1", "positive", "standardise",
    "choose", "folds", "se", "rank", "precision", "threads",
)  # fmt: skip
_values = attrgetter("fit_intercept", *OPTIONS)


class LinearRegression(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Linear regression by exact sums, as an estimator of scikit-learn.

    >>> from wxb import LinearRegression
    >>> found = LinearRegression().fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    >>> found.coef_, found.intercept_
    (array([2.]), 0.0)

    fit_intercept : whether b is fitted; False holds it at 0
    lr, epochs, momentum, nesterov, schedule, scale, line_search, stop : of a descent, as for `wxb.fit`; without `lr`, `epochs` and
        `line_search` the answer is the exact minimum
    l2, l1, positive, standardise : a penalty, as for `wxb.fit`: the minimum of mean square + l2 ‖W‖² + l1 ‖W‖₁, W in standard
        deviations of the columns unless `standardise=False` (then Ridge's alpha is n·l2 and Lasso's l1/2)
    choose, folds : how "auto" chooses `l2` or `l1`: by folds, else (l2) by leaving each row out, with "gcv" from the sums alone
    se : which standard errors `model_` has, "HC3", "HAC:4" …; the coefficients stay what they are
    rank : "drop" lets later ones of collinear columns give way, with a warning; "error" refuses them
    precision : "exact", or "fast": rounded float64 sums, and `model_.digits` says how many digits they prove
    threads : how many read and add; as many as there are cores when left out

    Attributes
    ----------
    coef_ : (p,) W, of several targets (t, p); 0 for columns that gave way        intercept_ : b, of several targets (t,)
    rank_ : columns that did not give way        n_features_in_, feature_names_in_ : as everywhere in scikit-learn
    model_ : the `wxb.Model`: its `summary()`, `predict(rows, interval=0.95)`, `save`; of several targets `models_`, one for each

    The bits are those of `wxb.fit` to the same arrays. Where there are fewer rows than coefficients `wxb.fit` refuses; here later
    columns give way, with a warning, and `model_` is of those that are left. Sparse matrices are summed as they are, up to 2^27
    numbers with the zeros. `se`, `folds`, "auto" but for `choose="gcv"`, and `precision="fast"` go through the rows: for them there
    is no `partial_fit`.
    """

    @keywords_in_words(*OF_FIT)
    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        lr: float | str | None = None,
        epochs: int | None = None,
        momentum: float = 0.0,
        nesterov: bool = False,
        schedule: str | None = None,
        scale: str | None = None,
        line_search: bool = False,
        stop: Stop | None = None,
        l2: float | str | None = None,
        l1: float | str | None = None,
        positive: bool = False,
        standardise: bool = True,
        choose: str = "minimum",
        folds: int | str = 0,
        se: str | None = None,
        rank: str = "drop",
        precision: str = "exact",
        threads: int | None = None,
    ) -> None:
        self.fit_intercept = fit_intercept
        self.lr = lr
        self.epochs = epochs
        self.momentum = momentum
        self.nesterov = nesterov
        self.schedule = schedule
        self.scale = scale
        self.line_search = line_search
        self.stop = stop
        self.l2 = l2
        self.l1 = l1
        self.positive = positive
        self.standardise = standardise
        self.choose = choose
        self.folds = folds
        self.se = se
        self.rank = rank
        self.precision = precision
        self.threads = threads

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit to n rows of p columns: X (n, p), y (n,) or (n, t), sample_weight (n,) ≥ 0: a row's variance is s²/w.

        Raises a ValueError (DataError, UsageError or scikit-learn's own) for what are no such rows, wxb.NumericalError where they
        determine no answer.
        """
        question, running, option = self._asked()
        X, y, weights, lines = self._checked(X, y, sample_weight, None, least=2)
        if option is not None:
            lines.solve_rows(dense(X), y, weights, question, running)
        else:
            lines.add(X, y, weights, running.threads)
            lines.solve(question, running)
        self._lines = lines
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Add rows to those of `fit` and of earlier calls, in any order: the bits are those of one `fit` to all of them.

        The line is found when it is next asked for, with the parameters of the last call. Several threads may call it. UsageError
        with what goes through all rows at once: `se`, `folds`, a λ that is chosen otherwise than by `choose="gcv"`,
        `precision="fast"`; and after a call that was interrupted amid its rows.
        """
        question, running, option = self._asked()
        if option is not None:
            do = _("leave it out, or give all rows to `fit`")
            if option.value == "auto":
                do = _('give `choose="gcv"`, which chooses by the sums, or all rows to `fit`')
            raise UsageError(_("{option} goes through all rows at once, and they come in pieces", option=option), do)
        with self._turn.lock:
            before: Lines | None = getattr(self, "_lines", None)
            if before is not None and sample_weight is None and self._takes(X, y, before, running.threads):
                lines = before
            else:
                X, y, weights, lines = self._checked(X, y, sample_weight, before, least=1)
                lines.add(X, y, weights, running.threads)
            lines.asked = question, running
            self._lines = lines
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """H(x) of the rows of X (m, p): (m,), of several targets (m, t)."""
        check_is_fitted(self)
        if hasattr(self, "feature_names_in_") or not (_is_plain(X, self.n_features_in_) and _are_finite(X)):
            _refuse_elsewhere(_SOME_HERE, X=X)
            X = validate_data(self, X, reset=False, accept_sparse="csr")
        return self._solved().predict(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² of the predictions of X, as everywhere in scikit-learn."""
        _refuse_elsewhere(_SOME_HERE, X=X, y=y, sample_weight=sample_weight)
        return super().score(X, y, sample_weight)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_lines")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    @property
    def models_(self) -> tuple[Model, ...]:
        """The fitted line of each target."""
        return self._solved().models

    @property
    def model_(self) -> Model:
        """The fitted line, where there is one target."""
        model, *others = self.models_
        if others:
            count = 1 + len(others)
            raise AttributeError(_("there are {count} targets: `models_` has a line for each", count=count))
        return model

    @property
    def coef_(self) -> NDArray[np.float64]:
        return self._solved().coef

    @property
    def intercept_(self) -> float | NDArray[np.float64]:
        return self._solved().intercept

    @property
    def rank_(self) -> int:
        return self._solved().rank

    def _solved(self) -> Lines:
        """The lines, found by now; AttributeError before anything was fitted, as of attributes that are not there."""
        if not hasattr(self, "_lines"):
            raise AttributeError(_("this `{kind}` is not fitted yet: call `fit` first", kind=type(self).__name__))
        if not self._lines.solved:
            with self._turn.lock:
                if not self._lines.solved:  # by another thread, meanwhile
                    self._lines.solve(*self._lines.asked)
        return self._lines

    @property
    def _turn(self) -> Turn:
        """Of the threads that add rows or find the line."""
        return self.__dict__.setdefault("_own_turn", Turn())

    def __copy__(self) -> Self:
        """The fit with it, to which rows may be added apart."""
        other = type(self).__new__(type(self))
        with self._turn.lock:
            other.__dict__ |= self.__dict__ | {"_own_turn": Turn()}
            if hasattr(self, "_lines"):
                other._lines = copy(self._lines)
        return other

    def _takes(self, X: Any, y: Any, lines: Lines, threads: int | None) -> bool:
        """Whether the rows need no closer look, as most pieces do not, and have been added."""
        if hasattr(self, "feature_names_in_") or not _are_plain(X, y, 1, self.n_features_in_):
            return False
        return lines.take(X, y, threads)

    def _asked(self) -> tuple[Question, Running, Advice | None]:
        """What the parameters ask for, and which option goes through the rows; UsageError where they do not go together."""
        try:
            return _read(*_values(self))
        except TypeError:  # of what has no hash
            return _read.__wrapped__(*_values(self))

    def _checked(
        self, X: Any, y: Any, weights: Any, before: Lines | None, *, least: int
    ) -> tuple[Any, NDArray[Any], Any, Lines]:
        """The rows as arrays, y as (n, t), and the lines that they are for, new ones without any before.  least : rows needed"""
        given = y
        _refuse_elsewhere(_WHERE_IT_LIES, X=X, y=y, sample_weight=weights)
        X, y = self._arrays(X, y, first=before is None, least=least)
        if weights is not None:
            weights = _weights(weights, X, some=least > 1)
        if before is None:
            names = getattr(self, "feature_names_in_", None)
            before = Lines.of(X, y, given, None if names is None else tuple(map(str, names)))
        else:
            before.meet(X, y)
        return X, y.reshape(len(y), -1), weights, before

    def _arrays(self, X: Any, y: Any, *, first: bool, least: int) -> tuple[Any, NDArray[Any]]:
        """X (n, p), perhaps sparse, and y (n,) or (n, t), finite numbers, by scikit-learn's own checks."""
        named = not first and hasattr(self, "feature_names_in_")
        columns = None if first else self.n_features_in_
        if not named and _are_plain(X, y, least, columns) and _are_finite(y) and _are_finite(X):
            self.n_features_in_ = X.shape[1]
            if first:
                self.__dict__.pop("feature_names_in_", None)
            return X, y
        checks: dict[str, Any] = {"accept_sparse": "csr", "y_numeric": True, "multi_output": True}
        X, y = validate_data(self, X, y, reset=first, ensure_min_samples=least, **checks)
        y = dense(y)
        if y.dtype.kind not in "fiub":
            raise DataError(
                _("y is an array of {type}: numbers expected", type=y.dtype), _("give the target as numbers")
            )
        if hasattr(X, "toarray"):
            refuse_large(X)
        return X, y


_WHERE_IT_LIES = N_(
    "`wxb.fit(frame, target)` sums the rows of one frame where they lie; `partial_fit` takes partitions that were computed, one by "
    "one"
)
_SOME_HERE = N_("bring some of them here, as a table in memory, and give these")


def _refuse_elsewhere(do: str, **given: Any) -> None:
    """DataError for what lies on Dask or Spark, which scikit-learn's checks would bring here whole."""
    for name, thing in given.items():
        if type(thing) is not np.ndarray:
            refuse_elsewhere(thing, name, _(do))


def _weights(given: Any, X: Any, *, some: bool) -> NDArray[np.float64]:
    """(n,) finite numbers ≥ 0, by scikit-learn's own checks.  some : whether one must be positive, as not in every piece"""
    known = (
        "allow_all_zero_weights" in signature(_check_sample_weight).parameters
    )  # scikit-learn before 1.9 lets them through
    zeros = {"allow_all_zero_weights": True} if known and not some else {}
    return _check_sample_weight(given, X, dtype=np.float64, ensure_non_negative=True, **zeros)


@lru_cache(typed=True)
def _read(intercept: Any, *values: Any) -> tuple[Question, Running, Advice | None]:
    """The same of parameters in order: once for all pieces of rows, and for all estimators with these parameters."""
    question, running = asked(intercept=intercept, **dict(zip(OPTIONS, values)))
    refuse(question, running)
    return question, running, _of_rows(question)


def _are_plain(X: Any, y: Any, least: int, columns: int | None) -> bool:
    """Whether these are arrays of doubles, of shapes (n, p) and (n,).  columns : p, None for any

    Then, all finite, `validate_data` would leave them as they are, and that takes a fifth of a small fit.
    """
    if type(y) is not np.ndarray or y.dtype != np.float64 or y.ndim != 1 or not y.flags.aligned:
        return False
    return _is_plain(X, columns) and len(X) == len(y) >= least


def _is_plain(X: Any, columns: int | None) -> bool:
    """Whether it is an array (n, p) of doubles, n ≥ 1."""
    if type(X) is not np.ndarray or X.dtype != np.float64 or X.ndim != 2 or not X.size or not X.flags.aligned:
        return False
    return columns is None or columns == X.shape[1]


def _are_finite(numbers: NDArray[np.float64]) -> bool:
    """Whether their sum is finite, and so all of them; where it is not they are looked at closely elsewhere."""
    with np.errstate(all="ignore"):
        return isfinite(np.add.reduce(numbers, axis=None))


def _of_rows(question: Question) -> Advice | None:
    """The first option whose answer does not follow from exact sums alone."""
    if question.se is not None:
        return Advice("se", question.se)
    if question.shares.folds:
        return Advice("folds", question.shares.folds)
    varied, choose = (getattr(question.method, name, None) for name in ("varied", "choose"))
    if varied is not None and choose != "gcv":
        return Advice(varied, "auto")
    return Advice("precision", "fast") if question.precision == "fast" else None

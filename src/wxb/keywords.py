"""Keywords that a call does not take: what other libraries call them, and what wxb does; else the names that are near.

    wxb.fit(table, "y", alpha=0.1)      `wxb.fit` has no option `alpha`; did you mean `l2=λ`?

What the call takes is read off its code, so a call says nothing of it: the outermost function of wxb on the way here is the one
that the user called. The command line asks the same table for its flags.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from types import CodeType, FunctionType
from typing import NamedTuple, ParamSpec, TypeVar, cast

from wxb.errors import KeywordError
from wxb.i18n import N_, _
from wxb.near import near_names
from wxb.printable import show

P = ParamSpec("P")
T = TypeVar("T")


class Other(NamedTuple):
    """option : of wxb, "" where it has none for that        meant : how it is written        why : what is to be known of it"""

    option: str
    names: str
    meant: str = ""
    why: str = ""

    @property
    def written(self) -> str:
        return f"`{self.meant or self.option + '='}`"


_AS_RIDGE = N_(
    "`l2=λ` (ridge) and `l1=λ` (lasso) are added to the mean square; with `standardise=False` scikit-learn's Ridge has "
    "alpha = n·λ, its Lasso alpha = λ/2"
)
_AS_NET = N_(
    "with `standardise=False` the elastic net of scikit-learn has l1 = 2·alpha·l1_ratio and l2 = alpha·(1 − l1_ratio)"
)
_SOLVED = N_("leave it out: the minimum is solved for exactly, and there is nothing to choose or to wait for")
_SQUARES = N_("leave it out: every line is of squared error, a Gaussian family with the identity link")
_B_IS_THERE = N_("b is fitted unless `intercept=False` holds it at 0")
_MEASURED = N_("under a penalty a W is measured in standard deviations of its column unless `standardise=False`")
_RUNS = N_("leave it out for the exact minimum, which takes no epochs")
OTHERS = (
    Other(
        "l2", "alpha lambda lambda_ lam lambd reg reg_lambda regularization ridge penalty C weight_decay", "l2=λ", _AS_RIDGE
    ),
    Other("interval", "alpha conf_level confidence confidence_level level prob", "interval=0.95"),
    Other("l1", "lasso reg_alpha", "l1=λ", _AS_RIDGE),
    Other("l1", "l1_ratio mixture", "l1=λ", _AS_NET),
    Other("among", "alphas lambdas lambda_grid Cs param_grid", "among=[0.01, 0.1, 1]", N_('with `l2="auto"` or `l1="auto"`')),
    Other("positive", "non_negative nonnegative nonneg lower_limits", "positive=True"),
    Other("penalise", "penalty_factor penalize", 'penalise={"X": 0}'),
    Other("standardise", "standardize normalize normalise standardization", why=_MEASURED),
    Other("folds", "cv nfolds n_folds n_splits kfold k_folds", "folds=K"),
    Other("folds", "groups foldid", 'folds="COLUMN"'),
    Other("choose", "rule one_se lambda_min lambda_1se selection_rule", 'choose="one-se"'),
    Other("select", "step stepwise selection criterion_of_terms", 'select="aic"'),
    Other("intercept", "fit_intercept add_intercept add_constant const constant hasconst bias", why=_B_IS_THERE),
    Other("intercept", "no_intercept noconstant nocons", "intercept=False"),
    Other("weights", "sample_weight sample_weights weight w wt aweights"),
    Other("frequency", "freq_weights fweights freq counts", "frequency="),
    Other("se", "robust cov_type vce vcov cov hc hc1 covariance_type", 'se="HC1"'),
    Other("se", "cluster clusters cov_kwds", 'se="cluster:COLUMN"'),
    Other("se", "hac newey_west maxlags", 'se="HAC:LAGS"'),
    Other("absorb", "fe fixed_effects entity_effects time_effects"),
    Other("instruments", "iv instrument"),
    Other("by", "group_by groupby"),
    Other("lr", "learning_rate eta eta0 step_size learning_rate_init"),
    Other("epochs", "max_iter maxiter n_iter num_epochs n_epochs max_epochs iterations nepochs steps", why=_RUNS),
    Other("", "tol tolerance solver algorithm copy_X warm_start precompute thresh method", why=_SOLVED),
    Other("", "family link loss objective criterion distribution", why=_SQUARES),
    Other("seed", "random_state random_seed rng"),
    Other("threads", "n_jobs njobs num_workers workers n_threads"),
    Other("test", "test_size validation_split holdout validation_fraction", "test=0.2"),
    Other("log_every", "verbose verbosity"),
    Other("missing", "dropna na_action na_rm drop_missing", 'missing="drop"'),
    Other("sql", "query sql_query statement", 'sql="select …"'),
    Other("uri", "db database url dsn con conn connection", "uri=ADDRESS"),
    Other("where", "subset filter query"),
    Other("stop", "early_stopping patience n_iter_no_change", "stop=wxb.Stop(…)"),
    Other("on_epoch", "callback callbacks"),
    Other("features", "x X columns predictors exog feature_names usecols"),
    Other("target", "y endog label response dependent outcome"),
    Other("sep", "delimiter delim separator delim_whitespace"),
    Other("skip", "skiprows skip_rows", "skip=K"),
    Other("na", "na_values null_values", 'na=["-"]'),
    Other("sheet", "sheet_name"),
    Other("date", "date_format parse_dates dayfirst", 'date="%d/%m/%Y"'),
    Other("precision", "fast", 'precision="fast"'),
)  # fmt: skip
OF_FIT = (  # and not of an estimator
    Other("", "weights weight sample_weight", why=N_("weights go to `fit(X, y, sample_weight=…)`, as in scikit-learn")),
    Other(
        "",
        "select always direction formula target features by absorb endogenous instruments missing where among penalise test "
        "seed frequency",
        why=N_(
            "`wxb.fit` has it; an estimator is given X and y, and searched over by scikit-learn's `GridSearchCV` and `RFE`"
        ),
    ),
)


def other(name: str, takes: Sequence[str]) -> Other | None:
    """What is called so elsewhere, where the call takes what wxb has for it, or is a fit."""
    found = [one for one in OTHERS if name in one.names.split() and (one.option or "l2") in takes]
    return found[0] if found else None


def unknown(name: str, call: str, takes: Sequence[str], beside: Sequence[Other] = ()) -> KeywordError:
    """That a call takes no such keyword, and what is meant by it.  beside : what is to be said of some of this call's own"""
    shown, given = f"`{call}`", show(name)
    see = _("`help({call})` shows what it takes", call=call)
    meant = next((one for one in beside if name in one.names.split()), None) or other(name, takes)
    if meant is not None and not meant.option:
        return KeywordError(_("{call} has no option {name}", call=shown, name=given), _(meant.why))
    near = [f"`{one}=`" for one in near_names(name, takes)[:1]] if meant is None else [meant.written]
    if not near:
        return KeywordError(_("{call} has no option {name}", call=shown, name=given), see)
    what = _("{call} has no option {name}; did you mean {meant}?", call=shown, name=given, meant=near[0])
    return KeywordError(what, _(meant.why) if meant is not None and meant.why else see)


def unknown_here(name: str, more: Sequence[str]) -> KeywordError:
    """The same of the call that the user made.  more : names it takes besides those of its own"""
    code = sys._getframe().f_code
    frame = sys._getframe()
    while frame is not None and f"{frame.f_globals.get('__name__', '')}.".startswith("wxb."):
        code, frame = frame.f_code, frame.f_back
    return unknown(name, f"wxb.{code.co_qualname}", (*_own(code), *more))


def keywords_in_words(*beside: Other) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """For a method that begins an object: what it does not take is told in these words; `inspect.signature` stays what it is."""

    def wrapped(call: Callable[P, T]) -> Callable[P, T]:
        takes = _own(cast(FunctionType, call).__code__)

        @wraps(call)
        def checked(*args: P.args, **options: P.kwargs) -> T:
            for name in options:
                if name not in takes:
                    raise unknown(name, f"wxb.{type(args[0]).__name__}", takes, beside)
            return call(*args, **options)

        return checked

    return wrapped


def _own(code: CodeType) -> tuple[str, ...]:
    """The names of a function's parameters, without that of the object it is of."""
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return names[names[:1] == ("self",) :]

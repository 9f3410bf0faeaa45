"""A model: a fitted line (`wxb.fitted`), and what one does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from wxb.errors import NumericalError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.model.reported import Taught

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow

    from wxb._typing import Vector
    from wxb.covariance.wild import WildTest
    from wxb.data.layout import LayoutOptions
    from wxb.diagnostics import Diagnostics
    from wxb.hypotheses.anova import Anova
    from wxb.hypotheses.collinearity import Vif
    from wxb.hypotheses.margins import Margins
    from wxb.hypotheses.wald import WaldTest
    from wxb.pictures.picture import Picture
    from wxb.predict.evaluate import Prediction


class Model(Fitted, Taught):
    """H(x) = W·x + b, fitted. What it knows is described at `Fitted`."""

    @overload
    def predict(
        self,
        data: Any,
        interval: None = None,
        *,
        unseen: str = "error",
        even_if_diverged: bool = False,
        **layout: Unpack[LayoutOptions],
    ) -> Vector: ...
    @overload
    def predict(
        self,
        data: Any,
        interval: float,
        *,
        of: str = "row",
        unseen: str = "error",
        even_if_diverged: bool = False,
        **layout: Unpack[LayoutOptions],
    ) -> Prediction: ...

    def predict(
        self,
        data: Any,
        interval: float | None = None,
        *,
        of: str = "row",
        unseen: str = "error",
        even_if_diverged: bool = False,
        **layout: Unpack[LayoutOptions],
    ) -> Vector | Prediction:
        """Predictions (m,) for new rows, or with `interval` (a level such as 0.95) their intervals as well.

        data : a path, a table, a dict of columns, or an array (m, p) in the order of `terms`; of categories or a formula in that of
            the columns they are made of, `design.shown_names`
        of : what the intervals are of: "row", into which a new row falls (its spread is that of the residuals), or "mean",
            where the mean of the target at such rows lies; both by the errors of the model
        unseen : of a level that the model was not fitted to: "error" names its first row, "drop" predicts NaN, "reference" counts
            it as the base level; the last two warn of how many
        even_if_diverged : a run that diverged has no answer, and is asked for predictions only so
        layout : how a text is read, and which rows, as for `wxb.fit`
        """
        from wxb.arguments import level
        from wxb.data.layout import laid_out
        from wxb.predict.evaluate import interval_of, levels_of, predict

        self.refuse_no_answer(even_if_diverged)
        wanted = None if interval is None else level(interval, "interval")
        return predict(self, laid_out(data, layout), wanted, interval_of(of, wanted), levels_of(unseen))

    def refuse_no_answer(self, even_if_diverged: bool) -> None:
        """Raise NumericalError for a run without an answer, unless it is wanted all the same."""
        if self.diverged and not even_if_diverged:
            raise NumericalError(
                _(
                    "this model is of a run that ended {outcome}: its coefficients are no answer to predict with",
                    outcome=_(self.outcome),
                ),
                _(
                    "fit it again with a rate that converges (`wxb.rates` says which), or insist: "
                    "`even_if_diverged=True`"
                ),
            )

    def test(self, hypotheses: str | Sequence[str]) -> WaldTest:
        """Wald tests of linear hypotheses about the coefficients, each alone and all together, by the errors of the model.

        hypotheses : equations such as "hours = 2, a = b", "2*a - b/3 = 1", "a = b = 0"; without "=" the value is 0. Names
            stand as they do in the summary, `(b)` is the intercept, and a name with a space stands in backquotes. That of a
            whole term, "school" or "poly(x, 2)", is for all of its coefficients. Numbers are exact: 0.1 is a tenth

        Of a descent it is the exact minimum that is tested. UsageError: hypotheses that contradict each other, coefficients that
        were not estimated, a line under a penalty, which has no errors; ExpressionError: what cannot be read or is not linear.
        """
        from wxb.hypotheses.wald import wald_test

        return wald_test(self, hypotheses)

    def anova(self) -> Anova:
        """Analysis of variance by piece (type II): what each adds to all others that do not contain it, as `car::Anova`.

        A category counts as one piece with all its levels. From the sums of the model, whatever its errors are.
        """
        from wxb.hypotheses.anova import anova

        return anova(self)

    def margins(self, of: str, at: Mapping[str, Any] | None = None) -> Margins:
        """Adjusted means of each level of a category with their differences, or the slope by a column of numbers.

        of : a column of the line        at : columns set to a value, or to one after the other of a list: {"x": [0, 10]}

        A mean is that of H over all rows of the fit with the level put in; a slope that of H, other numbers at their means where
        they matter. All else is as the rows have it. Of a line under a penalty they have no errors: se, t, p and intervals are NaN.
        UsageError: columns that are not there, levels that were never seen.
        """
        from wxb.hypotheses.margins import margins

        return margins(self, of, at)

    def vif(self) -> Vif:
        """Variance inflation of each piece (generalised where it has several terms), and the condition of all coefficients."""
        from wxb.hypotheses.collinearity import vif

        return vif(self)

    def with_se(
        self,
        se: str,
        data: Any = None,
        *,
        weights: Any = None,
        frequency: str | None = None,
        **layout: Unpack[LayoutOptions],
    ) -> Model:
        """The same line with other standard errors: "HC3", "cluster:school", "HAC:4", "classical".

        se : as for `wxb.fit`        data : the rows of the fit. A model with clustered errors holds the moments of its clusters
            until it is saved, and needs none for other errors by the same columns
        weights, frequency, layout : how they are read, as for `wxb.fit`

        UsageError for rows that are not those of the fit: their sums must be the same, to the bit.
        """
        from wxb.data.given import column_name, given
        from wxb.data.layout import laid_out
        from wxb.model.other_errors import with_errors

        if data is None:
            return with_errors(self, se)
        asked, often = given(data, weights=weights), column_name(frequency, "frequency")
        return with_errors(self, se, laid_out(asked.data, layout), weights=asked.weights, frequency=often)

    def diagnose(
        self,
        data: Any,
        *,
        largest: int = 5,
        white: bool = False,
        qq: int = 0,
        label: str | None = None,
        weights: Any = None,
        frequency: str | None = None,
        threads: int | None = None,
        **layout: Unpack[LayoutOptions],
    ) -> Diagnostics:
        """What the rows of the fit, read once more, say about it; `print` shows it as a text.

        data : the data of the fit: a model holds no rows; rows that are others are refused where their sums show it
        largest : how many rows with the largest leverage, Cook's distance, studentised error are named
        white : whether White's test is made, with squares and products of all terms, beside that of Breusch and Pagan
        qq : how many quantiles of the studentised residuals are put beside those of the normal distribution
        label : the column whose cells name the rows
        weights, frequency : the columns, where they have not the names that they had in the fit; weights also n numbers
        threads : how many read and add, as for `wxb.fit`        layout : how a text is read, and which rows

        Rows held out to test on have no part in it. UsageError for a line that a descent reached.
        """
        from wxb.diagnostics.diagnose import diagnose
        from wxb.model.rows import scan_again

        scan = scan_again(self, data, layout, weights=weights, frequency=frequency, label=label)
        return diagnose(self, scan, largest=largest, white=white, quantiles=qq, threads=threads)

    def residuals(self, data: Any, *, missing: str = "error", **layout: Unpack[LayoutOptions]) -> Vector:
        """(m,) y − H(x) of the rows of `data`, which may be any that have the model's columns; each one sum, rounded once.

        missing : "error" names missing cells, "drop" leaves such rows out, "nan" gives them NaN
        """
        from wxb.diagnostics.rows import residuals
        from wxb.model.rows import scan_again

        spread = missing == "nan"
        scan = scan_again(self, data, layout, weighted=False, missing="drop" if spread else missing)
        return residuals(self, scan, spread=spread)

    def augment(
        self, data: Any, *, weights: Any = None, frequency: str | None = None, **layout: Unpack[LayoutOptions]
    ) -> pyarrow.Table:
        """The columns that the model reads of the data of its fit as an Arrow table, and what it made of each row.

        row : its number in the source, counted from 0        fitted : H(x)        residual : y − H(x)        leverage : h
        studentised : by the s of all other rows        cook : Cook's distance; these three NaN for rows that were held out, and
            all of them, which is warned of, of a line under a penalty

        data, weights, frequency : as in `diagnose`. Incomplete rows are left out where the fit did so. DataError where the rows
        are not those of the fit.
        """
        from wxb.diagnostics.rows import augment
        from wxb.model.rows import scan_again

        return augment(self, scan_again(self, data, layout, weights=weights, frequency=frequency))

    def plot(
        self,
        kind: str | None = None,
        data: Any = None,
        *,
        weights: Any = None,
        frequency: str | None = None,
        layout: Mapping[str, Any] | None = None,
        threads: int | None = None,
        **options: Any,
    ) -> Picture:
        """A picture of the line: shown in a notebook, printed in a terminal, saved as SVG, PNG, PDF, HTML or text.

        kind : "line", "residuals", "squares", "fitted", "qq", "scale", "leverage" show rows; "coefficients" needs none. Where it is
            left out it is the line through the rows, or without rows the coefficients
        data : the rows to show: a model holds none        weights, frequency : how they are read, as for `wxb.fit`
        layout : how a text is read, and which rows, as a dict of options of `wxb.fit`
        options : `term=` the column to go along, `at={"hours": 4}` where to predict, `interval=0.95` the level of intervals

        More rows than 2000 are counted in cells while they are read, so a picture of millions is small. UsageError: a kind that
        there is not, or one that needs what is not there.
        """
        from wxb.model.plot import plot

        return plot(self, kind, data, options, layout or {}, weights=weights, frequency=frequency, threads=threads)

    def wild(self, name: str, *, null: float = 0.0, draws: int = 9999, seed: int = 0) -> WildTest:
        """The wild cluster bootstrap of one coefficient, for few clusters: its p, with the hypothesis imposed.

        name : of the coefficient        null : what it is if the hypothesis holds        draws, seed : of the clusters' signs

        By the column that the model's errors are clustered by, whose moments it holds while it is in memory.
        """
        from wxb.model.other_errors import wild

        return wild(self, name, null, draws, seed)

    def summary(self, diagnostics: Diagnostics | None = None) -> str:
        """The fit as a readable text of at most 80 columns: every coefficient, which errors these are, what it means in words.

        diagnostics : what `diagnose` found in the rows; then the text says what in them speaks against the errors
        """
        from wxb.report.summary import summary

        return summary(self, diagnostics=diagnostics)

    def coefficients(self, level: float = 0.95) -> pyarrow.Table:
        """An Arrow table with a row for each coefficient: term, coef, se, t, p, low, high (the interval at `level`).

        Where the line has categories, `category` and `level` say of each coefficient which one it is of (null elsewhere; of an
        interaction joined by a colon). Errors and intervals are those of the exact minimum, also where a descent reached other
        coefficients; NaN of terms that gave way.
        """
        from wxb.report.as_arrow import coefficients

        return coefficients(self, level)

    def effects(self, column: str, *, errors: bool = False) -> pyarrow.Table:
        """The effects of an absorbed category: a row for each level, as text or number, with its rows n and its effect.

        errors : also the standard error of each. An effect is what H(x) is where all terms are 0, in the rows of that level.
        """
        from wxb.report.as_arrow import effects

        return effects(self, column, errors)

    def glance(self) -> pyarrow.Table:
        """An Arrow table of one row, what is known of the whole line: tables of several models can be put under each other.

        target, n, k (coefficients that did not give way), cost, r2, adjusted_r2, residual_sd, df, f, f_df1, f_df2, f_p, loglik,
        aic, bic (of the exact minimum), errors (which ones), outcome.
        """
        from wxb.report.as_arrow import glance

        return glance(self)

    def equation(self, format: str = "text") -> str:
        """The line as an equation, all of its terms: with the digits its cost needs, or `≈` where these would not be read.

        format : "text", which `wxb.cost_of` takes back where the terms are columns, or "latex"
        """
        from wxb.report.transcripts.formats import equation

        return equation(self, format)

    def to_sql(self, dialect: str = "duckdb") -> str:
        """H(x) as one expression of SQL over the columns of the source: `SELECT *, {expression} AS predicted FROM rows`.

        dialect : "duckdb", "sqlite" or "postgresql"

        Coefficients have all their digits, and what would cancel is taken around a number within the data, so that the database's
        float64 gives what `predict` gives, to its last digits. Where a value is missing (NULL) the result is NULL, and so it is
        where a level is none that the fit saw; names and levels are quoted, so nothing in them is ever code.
        """
        self.estimate.refuse_absorbed(_("an expression"))
        from wxb.report.transcripts.formats import sql

        return sql(self, dialect)

    def to_python(self) -> str:
        """H(x) as the text of a function `predict(row)` of Python, which needs only `math`; row : a mapping from columns to values.

        A missing value (None, NaN, an empty text) gives NaN; a level that the fit did not see is a ValueError that names it.
        """
        self.estimate.refuse_absorbed(_("a function"))
        from wxb.report.transcripts.python import python

        return python(self)

    def save(self, path: str | Path, *, keep: Literal["labels"] | None = None) -> None:
        """Write the model as JSON, atomically. The file holds sums, never rows.

        keep : sums under the label of one row are that row, so where a level has so few rows that its sums tell them, the file
            holds coefficients and standard errors alone, which is said as a warning; "labels" keeps the sums all the same, and
            those by cluster, which no file holds otherwise
        """
        from wxb.arguments import warn
        from wxb.model.file import save

        said = save(self, path, keep)
        if said and keep is None:
            warn(said)

    def __str__(self) -> str:
        return self.summary()

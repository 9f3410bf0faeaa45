"""What statsmodels and scikit-learn call what a model knows: an attribute of such a name says how it is asked for here.

    model.rsquared      'Model' object has no attribute 'rsquared'; here it is `model.r2`

Rejected: the names themselves as other names of the same. A number would then have three, and W and b of statsmodels are one array.
"""

from __future__ import annotations

from wxb.i18n import _

CALLED = {
    "model.coef` and `model.intercept": "params coef_ intercept_",
    "model.inference.se": "bse HC0_se HC1_se HC2_se HC3_se",
    "model.inference.t": "tvalues",
    "model.inference.p": "pvalues",
    "model.inference.interval(0.95)": "conf_int",
    "model.inference.covariance": "cov_params normalized_cov_params",
    "model.inference.aic": "aic",
    "model.inference.bic": "bic",
    "model.inference.loglik": "llf",
    "model.inference.f": "fvalue",
    "model.inference.f_p": "f_pvalue",
    "model.inference.freedom": "df_resid",
    "model.inference.rss": "ssr",
    "model.inference.residual_sd ** 2": "mse_resid scale",
    "model.inference.adjusted_r2": "rsquared_adj",
    "model.r2": "rsquared score",
    "model.residuals(data)": "resid",
    "model.predict(data)": "fittedvalues",
    "model.predict(data, interval=0.95)": "get_prediction",
    "model.augment(data)": "get_influence outlier_test",
    "model.test('a = b')": "t_test f_test wald_test",
    "model.with_se('HC3', data)": "get_robustcov_results",
    "model.penalised.l2` and `model.penalised.l1": "alpha_ l1_ratio_",
    "model.path": "alphas_ mse_path_ cv_results_",
    "model.cross_validation": "folds cv",
    "model.n": "nobs",
    "model.terms": "feature_names_in_ exog_names",
    "model.glance()": "summary2 info_criteria",
}  # fmt: skip


def missing(owner: object, name: str) -> AttributeError:
    """What is raised of a name that a model has not: where it is known from elsewhere, with the one that stands here."""
    found = next((here for here, names in CALLED.items() if name in names.split()), None)
    said = _("'{kind}' object has no attribute '{name}'", kind=type(owner).__name__, name=name)
    if found is None:
        return AttributeError(said, name=name, obj=owner)
    return AttributeError(_("{missing}; here it is `{found}`", missing=said, found=found))

"""`wxb.LinearRegression`: the face that `fit` shows to scikit-learn.

No mathematics: rows become exact sums (`rows`), these the line of each target by `wxb.model.fit` (`lines`).
"""

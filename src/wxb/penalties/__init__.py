"""The minimum of mean square + l2 ‖W‖² + l1 ‖W‖₁, from moments: ridge, lasso, elastic net, and which λ to take.

sums, centred (seen) ── all λ from one eigendecomposition (ridge), coordinate descent with active sets (lasso) ── path
each λ judged by folds, by leaving one row out, by generalised cross-validation (choose) ── the answer, exactly (answer)
"""

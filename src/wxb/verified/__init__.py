"""A positive definite matrix of integers, and what float64 can prove of its inverse.

    A = Σ_m a_m 2^(2 − βm)         sliced : whole numbers so small that BLAS multiplies them without error
    R ≈ A⁻¹,  ‖I − A R‖ < 1/16     inverse : LAPACK's, and the bound that makes a proof of every residual
    A u = c,  (A⁻¹)_jj              system : solved to as many bits as are asked for; the diagonal in pairs of doubles

A product of (k, k) matrices of long integers takes as long as forty of doubles. Here the integers are cut once, and all that is of
the order k³ is BLAS. Whatever LAPACK and BLAS found, the bounds are those of exact residuals: where float64 cannot prove a
number, nothing is said of it.
"""

from wxb.verified.diagonal import Diagonal
from wxb.verified.system import ANSWER_BITS, Answer, Ball, System

__all__ = ["ANSWER_BITS", "Answer", "Ball", "Diagonal", "System"]

"""The array types that the simulator's modules hand to each other."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def draw_index(cumulative: Floats, uniform: Floats) -> Ints:
    """Draw one index per row from rows of cumulative weights.

    Parameters
    ----------
    cumulative : array of shape (n, k), or (k,) for the same weights in every row
        Running sums of weights, not necessarily normalised; the last is the total.
    uniform : array of shape (n,)
        Uniform numbers in [0, 1).

    Returns
    -------
    array of shape (n,), each in 0..k-1
        Index i is drawn with probability weight i / total; a weight of zero is never drawn.
    """
    target = uniform * cumulative[..., -1]
    drawn = (target[:, None] >= cumulative).sum(axis=1)
    # Rounding may lift the target onto the total itself; stay on the last weight above zero.
    last = (cumulative < cumulative[..., -1:]).sum(axis=-1)
    return np.asarray(np.minimum(drawn, last), dtype=np.int64)


def logsumexp(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Take log(sum(exp(values))) along axes, safe against overflow and underflow."""
    top = values.max(axis=axis, keepdims=True)
    total = np.exp(values - top).sum(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top + np.log(total), axis=axis), dtype=np.float64)

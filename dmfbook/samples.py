"""Real data without a download: matrices that ship with matplotlib, and two regressions.

The matrices serve the chapter on filling in a matrix. A picture is a matrix of grey values, or of
heights; small ones are means over square blocks. All are shifted and scaled to the mean 0 and the
standard deviation 1, so that an error of 1 is that of a guess of the mean everywhere. The
regressions serve the chapter on linear networks; the digits come with this package.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

from dmfbook.numerics._checks import Array, check_count, shown

__all__ = ["REGRESSIONS", "SAMPLES", "sample_matrix", "sample_regression"]

#: The names that `sample_matrix` knows.
SAMPLES = ("terrain", "sea floor", "scan", "portrait", "package", "gravel")

#: The names that `sample_regression` knows.
REGRESSIONS = ("digits", "halves", "stocks")

_DIGITS = Path(__file__).parent / "digits.npz"
# The series of Stocks.csv that are there for the whole time from 1997 on.
_SERIES = ("IBM", "AAPL", "MSFT", "XRX", "AMZN", "ADBE", "^GSPC", "^IXIC")


def sample_matrix(name: str, size: int = 32) -> Array:
    """Return a square matrix of real data that matplotlib brings along.

    Parameters
    ----------
    name : str
        ``"terrain"``: heights about the Jacksboro fault in Tennessee. ``"sea floor"``: heights and
        depths of a part of the earth. ``"scan"``: a slice of a head, by magnetic resonance.
        ``"portrait"``: Grace Hopper. ``"package"``: a drawing in colors, as grey values.
        ``"gravel"``: what is left of the terrain, at full resolution, when the mean over five by
        five neighbors is taken away: rough everywhere, alike everywhere, a texture.
    size : int, optional
        The number of rows and columns, from 1 to 128.

    Returns
    -------
    ndarray of shape (size, size)
        With mean 0 and standard deviation 1 (all zero for size 1).

    Raises
    ------
    TypeError, ValueError
        If there is no sample of the name, or ``size`` is not an integer from 1 to 128.

    Examples
    --------
    >>> from dmfbook.samples import sample_matrix
    >>> terrain = sample_matrix("terrain", size=24)
    >>> terrain.shape, bool(abs(terrain.std() - 1) < 1e-12)
    ((24, 24), True)
    """
    count = check_count(size, "size")
    if count > 128:
        raise ValueError(f"size must be at most 128, but it is {count}")
    if name not in SAMPLES:
        raise ValueError(f"name must be one of {', '.join(SAMPLES)}, but it is {shown(name)}")
    picture = _rough(_read("terrain"))[:count, :count] if name == "gravel" else _read(name)
    small = _block_means(picture, count)
    spread = float(small.std())
    return np.asarray((small - small.mean()) / (spread or 1.0))


def sample_regression(name: str) -> tuple[Array, Array]:
    """Return inputs and outputs of a regression on real data, one column for each sample.

    Parameters
    ----------
    name : str
        ``"digits"``: from 8 x 8 grey values of a handwritten digit to ten outputs, of which that of
        its class is 1 and the others are 0. ``"halves"``: from the left half of the same pictures
        to the right half. ``"stocks"``: from the growth of four stocks and indices in a month to
        that of four others in the same month; which are which is for the caller to permute.

    Returns
    -------
    inputs : ndarray of shape (64, 1000), (32, 1000) or (4, 300)
        Grey values between 0 and 1; differences of logarithms for the stocks, each series with mean
        0 and standard deviation 1.
    outputs : ndarray of shape (10, 1000), (32, 1000) or (4, 300)
        The same for the outputs.

    Raises
    ------
    TypeError, ValueError
        If there is no sample of the name.

    Notes
    -----
    The digits are the first 1000 of the test set of "Optical Recognition of Handwritten Digits" by
    E. Alpaydin and C. Kaynak, UCI Machine Learning Repository (1998), https://doi.org/10.24432/C50P49,
    licence CC BY 4.0, in the order of that set, stored as whole numbers from 0 to 16. The stocks
    are the monthly closes that ship with matplotlib as a sample.

    Examples
    --------
    >>> from dmfbook.samples import sample_regression
    >>> inputs, outputs = sample_regression("digits")
    >>> inputs.shape, outputs.shape, bool((outputs.sum(0) == 1).all())
    ((64, 1000), (10, 1000), True)
    """
    if name not in REGRESSIONS:
        raise ValueError(f"name must be one of {', '.join(REGRESSIONS)}, but it is {shown(name)}")
    if name == "stocks":
        growth = _stocks()
        return growth[:4], growth[4:]
    with np.load(_DIGITS) as stored:
        pictures, classes = stored["pictures"] / 16.0, stored["classes"]
    if name == "digits":
        return pictures.reshape(-1, 64).T, np.eye(10)[classes].T
    left, right = pictures[:, :, :4], pictures[:, :, 4:]
    return left.reshape(-1, 32).T, right.reshape(-1, 32).T


def _stocks() -> Array:
    from matplotlib import cbook

    path = Path(str(cbook.get_sample_data("Stocks.csv", asfileobj=False)))
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    months = [row for row in rows if row["Date"].endswith("-01") and all(row[s] for s in _SERIES)]
    closes = np.array([[float(row[series]) for row in months] for series in _SERIES])
    growth = np.diff(np.log(closes))
    growth = growth - growth.mean(1, keepdims=True)
    return np.asarray(growth / growth.std(1, keepdims=True))


def _read(name: str) -> Array:
    from matplotlib import cbook, image

    def path(file: str) -> Path:
        return Path(str(cbook.get_sample_data(file, asfileobj=False)))

    if name == "scan":
        with gzip.open(path("s1045.ima.gz"), "rb") as stream:
            raw = np.frombuffer(stream.read(), np.uint16).reshape(256, 256)
    elif name == "terrain":
        raw = np.load(path("jacksboro_fault_dem.npz"))["elevation"]
    elif name == "sea floor":
        raw = np.load(path("topobathy.npz"))["topo"]
    else:
        file = "grace_hopper.jpg" if name == "portrait" else "Minduka_Present_Blue_Pack.png"
        raw = image.imread(path(file))[..., :3].mean(2)
    return np.asarray(raw, dtype=np.float64)


def _block_means(picture: Array, size: int) -> Array:
    block = min(picture.shape) // size
    kept = picture[: block * size, : block * size]
    return np.asarray(kept.reshape(size, block, size, block).mean((1, 3)))


def _rough(heights: Array) -> Array:
    """Take from each entry the mean of the five by five entries about it."""
    windows = np.lib.stride_tricks.sliding_window_view(heights, (5, 5))
    return np.asarray(heights[2:-2, 2:-2] - windows.mean((2, 3)))

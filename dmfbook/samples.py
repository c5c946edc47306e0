"""Real matrices without a download: pictures that ship with matplotlib, made small.

They serve the chapter on filling in a matrix. A picture is a matrix of grey values, or of heights;
small ones are means over square blocks. All are shifted and scaled to the mean 0 and the standard
deviation 1, so that an error of 1 is that of a guess of the mean everywhere.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from dmfbook.numerics._checks import Array, check_count, shown

__all__ = ["SAMPLES", "sample_matrix"]

#: The names that `sample_matrix` knows.
SAMPLES = ("terrain", "sea floor", "scan", "portrait", "package", "gravel")


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

"""The library behind the interactive textbook on the geometry of deep matrix factorization.

What a module of numerics lists in its ``__all__`` is public here, under the same flat name.
"""

from __future__ import annotations

from types import ModuleType as _ModuleType

from dmfbook._version import __version__ as __version__
from dmfbook.diagnostics import *
from dmfbook.numerics.collapse import *
from dmfbook.numerics.conditioning import *
from dmfbook.numerics.escape import *
from dmfbook.numerics.evidence import *
from dmfbook.numerics.factorization import *
from dmfbook.numerics.flat_minima import *
from dmfbook.numerics.hessian_spectrum import *
from dmfbook.numerics.hessian_trace import *
from dmfbook.numerics.linear_networks import *
from dmfbook.numerics.matrix_recovery import *
from dmfbook.numerics.matrix_uniqueness import *
from dmfbook.numerics.noisy_descent import *
from dmfbook.numerics.relu_networks import *
from dmfbook.numerics.scalar_uniqueness import *
from dmfbook.numerics.schatten_norms import *
from dmfbook.numerics.sharpness import *
from dmfbook.numerics.trace_inequality import *
from dmfbook.numerics.vanishing_decay import *

__all__ = sorted(
    name
    for name, found in globals().items()
    if name[0] != "_" and name != "annotations" and not isinstance(found, _ModuleType)
)

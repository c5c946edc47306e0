"""The explorables of the chapter on the problem, its symmetries and balance."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.factorization.basis import basis
    from dmfbook.demos.factorization.cross import cross
    from dmfbook.demos.factorization.decay import decay
    from dmfbook.demos.factorization.layers_agree import layers_agree
    from dmfbook.demos.factorization.valley import valley

__all__ = ["basis", "cross", "decay", "layers_agree", "valley"]

build_when_asked(__name__)

"""The explorables of the chapter on the Schatten penalty hidden in weight decay."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.schatten_norms.ball import ball
    from dmfbook.demos.schatten_norms.cloud import cloud
    from dmfbook.demos.schatten_norms.journey import journey
    from dmfbook.demos.schatten_norms.many_factors import many_factors
    from dmfbook.demos.schatten_norms.partial_products import partial_products
    from dmfbook.demos.schatten_norms.two_kinds import two_kinds
    from dmfbook.demos.schatten_norms.two_losses import two_losses
    from dmfbook.demos.schatten_norms.young import young

__all__ = [
    "ball",
    "cloud",
    "journey",
    "many_factors",
    "partial_products",
    "two_kinds",
    "two_losses",
    "young",
]

build_when_asked(__name__)

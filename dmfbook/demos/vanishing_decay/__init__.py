"""The explorables of the chapter on vanishing decay."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.vanishing_decay.choice import choice
    from dmfbook.demos.vanishing_decay.slow_run import slow_run
    from dmfbook.demos.vanishing_decay.splitting import splitting
    from dmfbook.demos.vanishing_decay.two_clocks import two_clocks

__all__ = ["choice", "slow_run", "splitting", "two_clocks"]

build_when_asked(__name__)

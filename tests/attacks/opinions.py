"""How often each answer is given where the attacks are tried: what any attacker may know."""

from typing import Final

import numpy as np

from tests.attacks.attacked_company import WEIGHTS

USUAL: Final = np.array(WEIGHTS[1:]) / sum(WEIGHTS[1:])
"""As in the companies of the stage."""
DEMO: Final = np.array([0.008, 0.082, 0.304, 0.395, 0.211])
"""As in the company that `flask demo` invents: bell-shaped and narrower."""
FLAT: Final = np.full(5, 0.2)
POLARISED: Final = np.array([0.30, 0.15, 0.10, 0.15, 0.30])
"""Two camps: the worst of these, since answers lie far apart."""
TWO_ENDS: Final = np.array([0.5, 0.0, 0.0, 0.0, 0.5])
"""Nobody in between: worse than anything that was ever seen, to know where it ends."""
ADORED: Final = np.array([0.01, 0.02, 0.05, 0.17, 0.75])
OPINIONS: Final = {"usual": USUAL, "flat": FLAT, "polarised": POLARISED, "adored": ADORED}

"""The guest in the sandbox: takes the host's calls.

Executed once when the interpreter is made; what it leaves in memory is what every run starts from. A program shares
this interpreter, so nothing here is looked up by a name that a program can rebind: modules hold private builtins, and
what is needed after a program has run was imported before.
"""

import sys

import library

library.import_everything()

import event_loop
import threads

threads.run_inline()
event_loop.install()

import leaving
import wit_world
from steps import answer

leaving.with_any_status()

__builtins__ = dict(__builtins__)

_self = sys.modules[__name__]
_OWN = """
    library threads event_loop leaving steps program harness values judge tracing lines shown heap metrics warm
""".split()


class WitWorld(wit_world.WitWorld):
    """What the host calls."""

    def run(self, frame: bytes) -> bytes:
        return answer(frame)


import warm

warm.up(answer)

# A program sees none of these, and may have modules of the same names. The builder of the component looks two up once
# more; they go when a program begins.
for _name in [*_OWN, *(name for name in sys.modules if name.startswith("wit_world."))]:
    sys.modules.pop(_name, None)
sys.path[:] = ["/"]
sys.modules.update(guest=_self, wit_world=wit_world)
warm.settle()

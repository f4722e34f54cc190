"""Quality gates as tests.

`gate`, `mandatory` and `advisory` mark a test as a gate test; the fixtures `framework` and `findings`
give it the framework under test and the place for what it finds.
"""

from pytest_fwgates.marks import advisory, gate, mandatory

__all__ = ["advisory", "gate", "mandatory"]

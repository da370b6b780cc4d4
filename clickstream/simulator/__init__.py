"""A model of a web shop that writes click logs, with the exact chance of a purchase at every cut.

Customers of a hidden type and price sensitivity come on some days with a hidden intent; a session
is a Markov chain whose states the log shows. Hence the chance of a purchase, given all that the
log shows up to a cut, is computed exactly (``truth``), and no model can do better.
"""

from clickstream.simulator.simulation import Simulation, simulate

__all__ = ["Simulation", "simulate"]

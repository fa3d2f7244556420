"""How fast, how light: measured as ratios on the machine at hand, ``python -m benchmarks``.

Seconds tell one machine from another; a ratio of two things that ran turn by turn in one process
tells one program from another. Goals are printed beside what was measured and never asserted: a
busy machine is not a bug.
"""

"""What every test of this suite may use."""

from hypothesis import settings

pytest_plugins = ["pytester"]

# A shared machine is no stopwatch: an example that is slow once is no failure. Where it matters, a test measures work, not seconds.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

"""Settings every test shares: hypothesis draws the same examples in every run, on any machine, at any speed."""

from hypothesis import HealthCheck, settings

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

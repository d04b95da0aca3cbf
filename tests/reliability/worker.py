"""A worker in a hurry, as a process of its own."""

import django

django.setup()

from essaim.foundation.jobs import Pace, work  # noqa: E402  after the registry is ready

if __name__ == "__main__":
    work(pace=Pace(heartbeat=0.5, silence=6, polling=0.5, stalled=1.0))

"""The Perspective API: sites that call it change the host, and nothing else."""

from service.doors.perspective.routes import bp

__all__ = ["bp"]

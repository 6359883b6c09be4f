"""``python -m pytest_smpipeline``: its commands."""

from pytest_smpipeline.serve_command import main

raise SystemExit(main())

"""What the emulated service remembers: pipelines, versions, executions and steps."""

"""The engine that runs executions on a virtual clock."""

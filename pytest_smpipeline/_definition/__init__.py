"""Pipeline definitions: from their JSON text to frozen nodes that the engine can run."""

"""EventBridge's own arithmetic, pure: what an event looks like, what a pattern matches, when a schedule is due."""

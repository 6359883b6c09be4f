"""From bytes to an operation and back: protocol, validation and the recorder of calls."""

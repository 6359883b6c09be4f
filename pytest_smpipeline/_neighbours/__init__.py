"""The rest of AWS that pipelines touch: reached in moto, and only when something needs it."""

"""Reasons: why moto did not do what it was asked for, in its own words."""


def reason_of(error: Exception) -> str:
    """Return what an error of moto's, or of a client that moto answers, says; its type too where nobody wrote a message.

    moto's errors have no class in common, over its versions.
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict):  # a refusal that reached a client of botocore's
        return str(response.get("Error", {}).get("Message", ""))
    if type(error).__module__.startswith("botocore."):  # a request that can't be sent
        return str(error)
    return str(getattr(error, "message", None) or f"{type(error).__name__} {error}")

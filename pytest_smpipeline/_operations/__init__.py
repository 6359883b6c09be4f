"""The operations of the SageMaker Pipelines API, one function each."""

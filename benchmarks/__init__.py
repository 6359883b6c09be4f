"""What a call, an activation and a test cost, measured against botocore's Stubber, moto and a call that answers nothing."""

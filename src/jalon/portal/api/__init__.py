"""The public web API, `/api/v1/`: French paths and keys, one file per thing."""

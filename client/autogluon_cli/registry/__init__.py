"""List model versions and endpoints, approve versions, and switch the live one."""

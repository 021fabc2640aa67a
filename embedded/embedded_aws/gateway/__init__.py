"""The front door: recognises every AWS API call, checks it, and has it answered.

Each call arrives as a WSGI request. It is identified with botocore's own service models (through
moto's routers and parsers), authorised for the principal that signed it, and then answered by one
of this package's operations or by moto.
"""

from embedded_aws.gateway.api_call import ApiCall, Operation, StartResponse, WsgiApp
from embedded_aws.gateway.api_error import ApiError
from embedded_aws.gateway.gateway import Gateway

__all__ = ["ApiCall", "ApiError", "Gateway", "Operation", "StartResponse", "WsgiApp"]

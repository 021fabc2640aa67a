"""Hold the list price of serverless inference.

In us-east-1 a second of 3 GB costs 0.00006 USD (AWS's price list, usage type
`USE1-ServerlessInf:Mem-3GB`, as quoted in September 2026), and the other sizes cost in proportion,
from memory of SageMaker's pricing page: an estimate. The price of provisioned concurrency is not
known here.
"""

USD_PER_GB_SECOND = 0.00002

"""A remote signing service to test against: a process of its own, in the manner of the Cloud Signature
Consortium's API v2 with explicit, asynchronous authorisation, and a page that stands for the phone."""

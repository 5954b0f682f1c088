"""An independent EWS client, exchangelib, in a session with the stand-in for Exchange.

Prints one JSON object with what it was told. With --schemas DIR every message is checked
against the EWS schema in DIR/envelope.xsd.
"""
import argparse
import json

from exchangelib import (
    BASIC, DELEGATE, IMPERSONATION, NTLM, Account, Build, Configuration, Credentials, EWSTimeZone, FailFast, Version,
)
from exchangelib.errors import EWSError
from exchangelib.protocol import BaseProtocol
from lxml import etree
from requests.adapters import HTTPAdapter

options = argparse.ArgumentParser()
options.add_argument("--url", required=True)
options.add_argument("--auth", choices=["basic", "ntlm"], required=True)
options.add_argument("--user", required=True)
options.add_argument("--password", required=True)
options.add_argument("--mailbox", required=True)
options.add_argument("--impersonate", action="store_true")
options.add_argument("--schemas")
given = options.parse_args()

schema = etree.XMLSchema(etree.parse(given.schemas + "/envelope.xsd")) if given.schemas else None
told = {"checked": 0, "invalid": []}


def check(what, body):
    if schema is None or not body or b"Envelope" not in body:
        return
    told["checked"] += 1
    if not schema.validate(etree.fromstring(body)):
        told["invalid"].append(f"{what}: {schema.error_log[0].message}")


class Watching(HTTPAdapter):
    def send(self, request, **more):
        body = request.body.encode() if isinstance(request.body, str) else request.body
        check("request", body)
        response = super().send(request, **more)
        # requests_ntlm looks at the socket of an unread 401.
        if response.status_code != 401:
            check("response", response.content)
        return response


BaseProtocol.HTTP_ADAPTER_CLS = Watching

try:
    configuration = Configuration(
        service_endpoint=given.url,
        credentials=Credentials(given.user, given.password),
        auth_type=BASIC if given.auth == "basic" else NTLM,
        version=Version(Build(15, 2, 1544, 4)),
        retry_policy=FailFast(),
    )
    account = Account(
        given.mailbox,
        config=configuration,
        autodiscover=False,
        access_type=IMPERSONATION if given.impersonate else DELEGATE,
        default_timezone=EWSTimeZone("Europe/Oslo"),
    )
    told["calendar"] = account.calendar.name
    told["id"] = account.calendar.id
    told["people"] = [mailbox.email_address for mailbox in account.protocol.resolve_names(["m"])]
    told["full"] = [
        [mailbox.email_address, sorted(entry.email for entry in contact.email_addresses or [])]
        for mailbox, contact in account.protocol.resolve_names(["smtp:g.oeztuerk@nordlicht.example"], return_full_contact_data=True)
    ]
    told["nobody"] = [type(found).__name__ for found in account.protocol.resolve_names(["nobody of this name"])]
except EWSError as error:
    told["error"] = type(error).__name__
    told["text"] = str(error)
print(json.dumps(told))

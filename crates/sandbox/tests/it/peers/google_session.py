"""An independent Google client, Google's own library, in a session with the stand-in.

Reads one JSON object that says where and as whom; prints one with what it was told.
"""
import json
import pathlib
import sys

import google_auth_httplib2
import httplib2
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2 import id_token, service_account
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

given = json.load(sys.stdin)
base = given["base"]
told = {}


def person(which):
    return Credentials(
        token=None,
        refresh_token=given[which],
        token_uri=base + "/token",
        client_id=given["client_id"],
        client_secret=given["client_secret"],
    )


def service(document, credentials):
    """The interface that a document describes, at the stand-in."""
    described = json.loads((pathlib.Path(given["documents"]) / document).read_text())
    described["rootUrl"] = base + "/"
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(proxy_info=None))
    return build_from_document(described, http=http)


def directory(which):
    return service("admin.directory_v1.json", person(which)).users()


def calendar(credentials):
    return service("calendar.v3.json", credentials)


def pages(collection, request, member):
    """All rows of a list, and on how many pages they came."""
    rows, count = [], 0
    while request is not None:
        answer = request.execute()
        rows += answer.get(member, [])
        count += 1
        request = collection.list_next(request, answer)
    return rows, count


def refused(request):
    try:
        request.execute()
    except HttpError as error:
        return {
            "status": error.status_code,
            "message": error.reason,
            "reason": error.error_details[0]["reason"],
        }


users = directory("admin")
people, told["people_pages"] = pages(
    users,
    users.list(customer="my_customer", maxResults=500, orderBy="email", projection="basic"),
    "users",
)
told["people"] = [one["primaryEmail"] for one in people]
told["aliases"] = [alias for one in people for alias in one.get("aliases", [])]
told["suspended"] = sum(one["suspended"] for one in people)
told["selected"] = users.list(customer="my_customer", maxResults=1, fields="users/primaryEmail").execute()
told["wrong_page"] = refused(users.list(customer="my_customer", pageToken="nonsense"))
told["not_administrator"] = refused(directory("stranger").list(customer="my_customer"))

mine = calendar(person("person"))
made = mine.calendars().insert(body={"summary": "Work", "timeZone": "Europe/Oslo"}).execute()
told["made"], told["made_zone"] = made["id"], made["timeZone"]
listed, _ = pages(mine.calendarList(), mine.calendarList().list(), "items")
told["calendars"] = [one["id"] for one in listed]
listed, _ = pages(mine.calendarList(), mine.calendarList().list(minAccessRole="owner"), "items")
told["writable"] = [one["id"] for one in listed]
told["no_calendars"] = refused(calendar(person("nobody")).calendarList().list())
told["scope_missing"] = refused(calendar(person("nobody")).calendars().insert(body={"summary": "Work"}))

delegated = calendar(
    service_account.Credentials.from_service_account_info(
        given["service_account"], scopes=given["delegated_scopes"], subject=given["subject"]
    )
)
listed, told["delegated_pages"] = pages(delegated.calendarList(), delegated.calendarList().list(), "items")
told["delegated"] = len(listed)

told["claims"] = id_token.verify_token(
    given["id_token"], Request(), audience=given["client_id"], certs_url=base + "/oauth2/v3/certs"
)
try:
    person("dead").refresh(Request())
except RefreshError as error:
    told["dead"] = {"error": error.args[1]["error"], "retryable": error.retryable}
print(json.dumps(told))

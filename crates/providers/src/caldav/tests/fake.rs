//! A DAV server that answers by table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::caldav::Caldav;
use crate::guard::{GuardedClient, OutboundPolicy};
use crate::test_support::Server;

/// `zoe` and `pw`.
const ZOE: &str = "Basic em9lOnB3";

#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

#[derive(Default)]
pub(super) struct Table {
    /// By `METHOD path depth`.
    replies: HashMap<String, Reply>,
    pub(super) asked: Vec<String>,
    /// Answers 401 to everybody who is not zoe.
    pub(super) closed: bool,
    pub(super) offer: String,
}

pub(super) struct Fake {
    pub(super) server: Server,
    pub(super) table: Arc<Mutex<Table>>,
}

async fn answer(
    State(table): State<Arc<Mutex<Table>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut table = table.lock().unwrap();
    let depth = headers
        .get("depth")
        .map_or("-", |depth| depth.to_str().unwrap());
    let key = format!("{method} {} {depth}", uri.path());
    table.asked.push(key.clone());
    if table.closed
        && headers
            .get("authorization")
            .is_none_or(|value| value != ZOE)
    {
        return (
            StatusCode::UNAUTHORIZED,
            [("www-authenticate", table.offer.clone())],
        )
            .into_response();
    }
    let Some(reply) = table.replies.get(&key) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = reply.body.clone().into_response();
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap();
    for (name, value) in &reply.headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}

impl Fake {
    pub(super) async fn start() -> Self {
        let table = Arc::new(Mutex::new(Table {
            offer: "Basic realm=\"Test calendars\"".to_owned(),
            ..Table::default()
        }));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&table));
        Self {
            server: Server::start(router).await,
            table,
        }
    }

    pub(super) fn on(&self, key: &str, status: u16, body: &str) {
        self.on_with(key, status, &[], body);
    }

    pub(super) fn on_with(
        &self,
        key: &str,
        status: u16,
        headers: &[(&'static str, &str)],
        body: &str,
    ) {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        let reply = Reply {
            status,
            headers,
            body: body.to_owned(),
        };
        self.table
            .lock()
            .unwrap()
            .replies
            .insert(key.to_owned(), reply);
    }

    pub(super) fn close(&self) {
        self.table.lock().unwrap().closed = true;
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.table.lock().unwrap().asked.clone()
    }
}

/// A client that may connect to this machine.
pub(super) fn client() -> Caldav {
    let policy = OutboundPolicy {
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        extra_ca: None,
        dns_server: None,
    };
    Caldav::new(GuardedClient::new(policy).unwrap())
}

/// The shape of Radicale's answers: `DAV:` as the default namespace, paths as hrefs,
/// missing properties in a propstat of their own.
pub(super) fn radicale(fake: &Fake) {
    fake.on_with(
        "PROPFIND /.well-known/caldav 0",
        301,
        &[("location", "/")],
        "",
    );
    fake.on(
        "PROPFIND / 0",
        207,
        "<?xml version='1.0' encoding='utf-8'?>\n<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/</href>\
         <propstat><prop><current-user-principal><href>/zoe/</href></current-user-principal><resourcetype><collection /></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat>\
         <propstat><prop><C:calendar-home-set /><C:calendar-user-address-set /></prop><status>HTTP/1.1 404 Not Found</status></propstat></response></multistatus>",
    );
    fake.on(
        "PROPFIND /zoe/ 0",
        207,
        "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><response><href>/zoe/</href><propstat><prop>\
         <current-user-principal><href>/zoe/</href></current-user-principal><C:calendar-home-set><href>/zoe/</href></C:calendar-home-set>\
         <C:calendar-user-address-set><href>/zoe/</href><href>mailto:zoe%2Bcal@nordlicht.example</href><href>MAILTO:zoe@nordlicht.example</href></C:calendar-user-address-set>\
         <resourcetype><principal /><collection /></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
    fake.on(
        "PROPFIND /zoe/ 1",
        207,
        "<multistatus xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CR=\"urn:ietf:params:xml:ns:carddav\">\
         <response><href>/zoe/</href><propstat><prop><resourcetype><principal /><collection /></resourcetype><current-user-privilege-set><privilege><read /></privilege></current-user-privilege-set></prop><status>HTTP/1.1 200 OK</status></propstat></response>\
         <response><href>/zoe/main/</href><propstat><prop><resourcetype><C:calendar /><collection /></resourcetype><displayname>Work &amp; travel</displayname>\
         <current-user-privilege-set><privilege><read /></privilege><privilege><all /></privilege><privilege><write /></privilege></current-user-privilege-set>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\" /><C:comp name=\"VTODO\" /></C:supported-calendar-component-set></prop><status>HTTP/1.1 200 OK</status></propstat></response>\
         <response><href>/zoe/tasks%20only/</href><propstat><prop><resourcetype><C:calendar /><collection /></resourcetype>\
         <C:supported-calendar-component-set><C:comp name=\"VTODO\" /></C:supported-calendar-component-set></prop><status>HTTP/1.1 200 OK</status></propstat>\
         <propstat><prop><displayname /></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>\
         <response><href>/zoe/holidays/</href><propstat><prop><resourcetype><C:calendar /><collection /></resourcetype><displayname>Holidays</displayname>\
         <current-user-privilege-set><privilege><read /></privilege></current-user-privilege-set></prop><status>HTTP/1.1 200 OK</status></propstat></response>\
         <response><href>/zoe/people/</href><propstat><prop><resourcetype><CR:addressbook /><collection /></resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>",
    );
}

/// The shape of Xandikos' answers: generated prefixes, status before the properties.
pub(super) fn xandikos(fake: &Fake) {
    fake.on_with(
        "PROPFIND /.well-known/caldav 0",
        302,
        &[("location", "/dav")],
        "",
    );
    let principal = "<ns0:multistatus xmlns:ns0=\"DAV:\" xmlns:ns1=\"urn:ietf:params:xml:ns:caldav\"><ns0:response><ns0:href>HREF</ns0:href>\
         <ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns0:current-user-principal><ns0:href>/dav/zoe/</ns0:href></ns0:current-user-principal>HOME</ns0:prop></ns0:propstat></ns0:response></ns0:multistatus>";
    fake.on(
        "PROPFIND /dav 0",
        207,
        &principal.replace("HREF", "/dav").replace("HOME", ""),
    );
    let home = format!(
        "<ns1:calendar-home-set><ns0:href>{}/dav/zoe/calendars/</ns0:href></ns1:calendar-home-set>",
        fake.server.origin()
    );
    fake.on(
        "PROPFIND /dav/zoe/ 0",
        207,
        &principal
            .replace("HREF", "/dav/zoe/")
            .replace("HOME", &home),
    );
    fake.on(
        "PROPFIND /dav/zoe/calendars/ 1",
        207,
        "<ns0:multistatus xmlns:ns0=\"DAV:\" xmlns:ns1=\"urn:ietf:params:xml:ns:caldav\">\
         <ns0:response><ns0:href>calendar/</ns0:href><ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns0:resourcetype><ns0:collection /><ns1:calendar /></ns0:resourcetype>\
         <ns0:displayname>calendar</ns0:displayname><ns0:current-user-privilege-set><ns0:privilege><ns0:write-content /></ns0:privilege><ns0:privilege><ns0:bind /></ns0:privilege></ns0:current-user-privilege-set></ns0:prop></ns0:propstat></ns0:response>\
         <ns0:response><ns0:href>https://elsewhere.example/shared/</ns0:href><ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns0:resourcetype><ns1:calendar /></ns0:resourcetype></ns0:prop></ns0:propstat></ns0:response>\
         </ns0:multistatus>",
    );
}

//! Calendar collections: list, describe, create (RFC 4791 §4.2, §5.2, §5.3.1).

use synchronizer_domain::ids::CalendarId;
use synchronizer_domain::text::{MAX_NAME, clean};
use url::Url;

use super::dav::{Depth, propfind, responses, send};
use super::multistatus::{Response, last_segment, resolve};
use super::{CALDAV, CaldavCalendar, DAV, error_of, status_error};
use crate::error::{ErrorKind, ProviderError};
use crate::guard::{Credentials, GuardedClient};
use crate::xml::{Element, escape};

const CALENDAR: &str = "<D:resourcetype/><D:displayname/><D:current-user-privilege-set/>\
     <C:supported-calendar-component-set/>";
/// Names that are tried for a new collection when the first is taken.
const MAX_NAMES: u32 = 9;

/// The calendars of a home.
pub(super) async fn list(
    guard: &GuardedClient,
    home: Url,
    credentials: &Credentials<'_>,
) -> Result<Vec<CaldavCalendar>, ProviderError> {
    let reply = propfind(guard, home, Depth::Members, CALENDAR, Some(credentials)).await?;
    Ok(responses(&reply)?
        .iter()
        .filter(|response| is_calendar(response))
        .filter_map(|response| {
            let url = resolve(&reply.url, &response.href)?;
            // Credentials do not go to other hosts, so such a calendar is of no use.
            (url.origin() == credentials.origin).then(|| calendar(url, response))
        })
        .collect())
}

/// One calendar, by its address.
pub(super) async fn describe(
    guard: &GuardedClient,
    url: Url,
    credentials: &Credentials<'_>,
) -> Result<CaldavCalendar, ProviderError> {
    let reply = propfind(
        guard,
        url.clone(),
        Depth::Itself,
        CALENDAR,
        Some(credentials),
    )
    .await?;
    responses(&reply)?
        .iter()
        .find(|response| is_calendar(response))
        .map(|response| calendar(url, response))
        .ok_or_else(|| error_of(ErrorKind::NotFound, "there is no calendar at the address"))
}

/// Creates a calendar below the home, under a path made of its name.
pub(super) async fn create(
    guard: &GuardedClient,
    home: &Url,
    credentials: &Credentials<'_>,
    name: &str,
) -> Result<CaldavCalendar, ProviderError> {
    let name = clean(name, MAX_NAME);
    let slug = slug(&name);
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <C:mkcalendar xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
         <D:set><D:prop><D:displayname>{}</D:displayname>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\"/>\
         </C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>",
        escape(&name)
    );
    for number in 1..=MAX_NAMES {
        let segment = if number == 1 {
            format!("{slug}/")
        } else {
            format!("{slug}-{number}/")
        };
        let mut url = home.clone();
        url.set_path(&format!("{}/{segment}", home.path().trim_end_matches('/')));
        let sent = send(
            guard,
            b"MKCALENDAR",
            url.clone(),
            None,
            body.clone(),
            Some(credentials),
        );
        let reply = sent.await?;
        match reply.status.as_u16() {
            200..=299 => return describe(guard, url, credentials).await,
            // Taken already (405 by RFC 4791 §5.3.1.1, 409 on some servers).
            405 | 409 => {}
            401 => return Err(status_error(&reply)),
            status @ (403 | 404 | 501 | 507) => {
                return Err(error_of(
                    ErrorKind::ReadOnly,
                    format!("the server creates no calendar: HTTP {status}"),
                ));
            }
            _ => return Err(status_error(&reply)),
        }
    }
    Err(error_of(
        ErrorKind::ReadOnly,
        "the server has no free name for a calendar",
    ))
}

/// Lower-case letters and digits, so that no server spells the path another way.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.chars().take(40).collect::<String>();
    match slug.trim_end_matches('-') {
        "" => "calendar".to_owned(),
        slug => slug.to_owned(),
    }
}

fn is_calendar(response: &Response) -> bool {
    response
        .property(DAV, "resourcetype")
        .is_some_and(|kind| kind.first(CALDAV, "calendar").is_some())
}

fn calendar(url: Url, response: &Response) -> CaldavCalendar {
    let named = response
        .property(DAV, "displayname")
        .map(|name| clean(name.text(), MAX_NAME))
        .filter(|name| !name.is_empty());
    let name = named.unwrap_or_else(|| match clean(&last_segment(&url), MAX_NAME) {
        name if name.is_empty() => "Calendar".to_owned(),
        name => name,
    });
    CaldavCalendar {
        name,
        writable: is_writable(response),
        events: takes_events(response),
        id: CalendarId::new(url),
    }
}

/// `write`, `all`, or `write-content` with `bind` (RFC 3744 §3). A server that does not
/// tell is believed when it refuses.
fn is_writable(response: &Response) -> bool {
    let Some(set) = response.property(DAV, "current-user-privilege-set") else {
        return true;
    };
    let has = |name: &str| {
        set.all(DAV, "privilege")
            .flat_map(Element::children)
            .any(|privilege| privilege.is(DAV, name))
    };
    has("write") || has("all") || (has("write-content") && has("bind"))
}

/// A missing set means all components (RFC 4791 §5.2.3).
fn takes_events(response: &Response) -> bool {
    let Some(set) = response.property(CALDAV, "supported-calendar-component-set") else {
        return true;
    };
    let mut components = set.all(CALDAV, "comp").peekable();
    components.peek().is_none()
        || components.any(|component| {
            component
                .attribute("name")
                .is_some_and(|name| name.eq_ignore_ascii_case("VEVENT"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_calendar_has_a_plain_path() {
        for (name, path) in [
            ("CRM", "crm"),
            ("  My CRM / Kalender!  ", "my-crm-kalender"),
            ("Størst & best", "st-rst-best"),
            ("日本", "calendar"),
            ("", "calendar"),
            ("../..", "calendar"),
        ] {
            assert_eq!(slug(name), path, "{name}");
        }
    }
}

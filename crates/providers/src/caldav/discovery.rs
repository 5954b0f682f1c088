//! From a typed server to an account: principal, homes, calendars (caldav.md §1).

use percent_encoding::percent_decode_str;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, SERVER, WWW_AUTHENTICATE};
use synchronizer_domain::text::is_email;
use url::Url;

use super::dav::{Depth, moved, propfind, responses};
use super::multistatus::{Response, resolve, same_place};
use super::{
    CALDAV, CaldavAccount, DAV, SYSTEM, ServerProbe, calendars, error_of, server, status_error,
};
use crate::error::{ErrorKind, ProviderError};
use crate::guard::{Credentials, GuardedClient, Reply};

const WHO_AM_I: &str = "<D:current-user-principal/>";
const ACCOUNT: &str = "<D:current-user-principal/><C:calendar-home-set/>\
     <C:calendar-user-address-set/><D:resourcetype/>";

pub(super) async fn probe(
    guard: &GuardedClient,
    typed: &str,
) -> Result<ServerProbe, ProviderError> {
    let mut failure = None;
    let secure = |url: &Url| {
        guard
            .check_password_way(url)
            .map_err(|error| error.about(SYSTEM))
    };
    for url in server::look_up(guard, typed).await? {
        secure(&url)?;
        let reply = propfind(guard, url, Depth::Itself, WHO_AM_I, None).await?;
        let is_dav = match reply.status.as_u16() {
            207 => responses(&reply).is_ok(),
            401 => reply.headers.contains_key(WWW_AUTHENTICATE),
            _ => reply.headers.contains_key("dav"),
        };
        if is_dav {
            secure(&reply.url)?;
            return Ok(ServerProbe {
                answer: answer(&reply),
                url: reply.url,
            });
        }
        failure = failure.or_else(|| outage(&reply));
    }
    Err(failure.unwrap_or_else(nothing))
}

/// What a server calls itself.
fn answer(reply: &Reply) -> String {
    let text = |name: HeaderName| header(&reply.headers, name);
    let realm = text(WWW_AUTHENTICATE).and_then(|offer| {
        let (_, rest) = offer.split_once("realm=\"")?;
        rest.split_once('"').map(|(realm, _)| realm.to_owned())
    });
    let named = text(SERVER).or(realm).filter(|name| !name.is_empty());
    let named = named.unwrap_or_else(|| format!("HTTP {}", reply.status.as_u16()));
    synchronizer_domain::text::clean(&named, 200)
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// A failure of the server itself is worth telling rather than "no calendar server".
fn outage(reply: &Reply) -> Option<ProviderError> {
    let error = status_error(reply);
    matches!(
        error.kind(),
        ErrorKind::Unavailable | ErrorKind::Throttled { .. }
    )
    .then_some(error)
}

fn nothing() -> ProviderError {
    error_of(
        ErrorKind::NotACalendarServer,
        "no calendar server answered there",
    )
}

pub(super) async fn sign_in(
    guard: &GuardedClient,
    candidates: &[Url],
    credentials: &Credentials<'_>,
) -> Result<CaldavAccount, ProviderError> {
    let (base, entry) = entry(guard, candidates, credentials).await?;
    let principal = match entry.hrefs(DAV, "current-user-principal").first() {
        Some(href) => own(&base, href, credentials)?,
        None => base.clone(),
    };
    let (base, account) = if same_place(&principal, &base) {
        (base, entry)
    } else {
        let reply = propfind(
            guard,
            principal.clone(),
            Depth::Itself,
            ACCOUNT,
            Some(credentials),
        )
        .await?;
        let found = responses(&reply)?;
        (reply.url, found.into_iter().next().ok_or_else(nothing)?)
    };
    let homes = homes(&base, &account, credentials)?;
    let home = homes.first().cloned().ok_or_else(nothing)?;
    let typed = candidates.first();
    let mut calendars = Vec::new();
    for home in homes {
        calendars.extend(calendars::list(guard, home, credentials).await?);
    }
    // Stable: a typed calendar comes first, the others keep the server's order.
    calendars.sort_by_key(|calendar| {
        let url = Url::parse(calendar.id.as_str()).ok();
        !url.zip(typed)
            .is_some_and(|(url, typed)| same_place(&url, typed))
    });
    calendars.dedup_by(|left, right| left.id == right.id);
    Ok(CaldavAccount {
        principal,
        home,
        addresses: addresses(&account),
        calendars,
    })
}

/// The first address that knows who we are, or at least our calendar home.
async fn entry(
    guard: &GuardedClient,
    candidates: &[Url],
    credentials: &Credentials<'_>,
) -> Result<(Url, Response), ProviderError> {
    let mut failure = None;
    for url in candidates {
        let reply = propfind(
            guard,
            url.clone(),
            Depth::Itself,
            ACCOUNT,
            Some(credentials),
        )
        .await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            // Trying the password elsewhere would only count as a further failure.
            return Err(status_error(&reply));
        }
        if !reply.authenticated {
            return Err(moved(&reply.url));
        }
        if reply.status.as_u16() != 207 {
            failure = failure.or_else(|| outage(&reply));
            continue;
        }
        let Some(response) = responses(&reply)?.into_iter().next() else {
            continue;
        };
        if is_anonymous(&response) {
            failure = Some(error_of(
                ErrorKind::NeedsPerson,
                "the server does not know the account",
            ));
            continue;
        }
        let knows_us = !response.hrefs(DAV, "current-user-principal").is_empty()
            || !response.hrefs(CALDAV, "calendar-home-set").is_empty();
        if knows_us {
            return Ok((reply.url, response));
        }
    }
    Err(failure.unwrap_or_else(nothing))
}

/// RFC 5397 §3: `D:unauthenticated` in place of a principal.
fn is_anonymous(response: &Response) -> bool {
    response
        .property(DAV, "current-user-principal")
        .is_some_and(|principal| principal.first(DAV, "unauthenticated").is_some())
}

/// The account's homes at the typed origin; servers without the property keep the
/// calendars below the principal.
fn homes(
    base: &Url,
    account: &Response,
    credentials: &Credentials<'_>,
) -> Result<Vec<Url>, ProviderError> {
    let hrefs = account.hrefs(CALDAV, "calendar-home-set");
    if hrefs.is_empty() {
        return Ok(vec![base.clone()]);
    }
    let (mut homes, mut elsewhere) = (Vec::<Url>::new(), None);
    for href in hrefs {
        match own(base, href, credentials) {
            Ok(home) if homes.iter().any(|known| same_place(known, &home)) => {}
            Ok(home) => homes.push(home),
            Err(error) => elsewhere = Some(error),
        }
    }
    match (homes.is_empty(), elsewhere) {
        (true, Some(error)) => Err(error),
        _ => Ok(homes),
    }
}

/// An address of the account: only at the origin that the credentials are for.
fn own(base: &Url, href: &str, credentials: &Credentials<'_>) -> Result<Url, ProviderError> {
    let url = resolve(base, href)
        .ok_or_else(|| error_of(ErrorKind::Protocol, "the server names an unusable address"))?;
    if url.origin() == credentials.origin {
        Ok(url)
    } else {
        Err(moved(&url))
    }
}

/// The `mailto:` addresses of the account.
fn addresses(account: &Response) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for href in account.hrefs(CALDAV, "calendar-user-address-set") {
        let Some((scheme, address)) = href.split_once(':') else {
            continue;
        };
        let address = percent_decode_str(address).decode_utf8_lossy().into_owned();
        if scheme.eq_ignore_ascii_case("mailto")
            && is_email(&address)
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
    }
    addresses
}
